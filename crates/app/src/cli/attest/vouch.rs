//! The word of an identity for a statement, by Sigstore.

use stationmaster_adapters::{
    ci::{Ci, CiError},
    signing::sigstore::{SignError, Trust, sign},
};
use stationmaster_core::{
    model::{SignerIdentity, Vouched},
    provenance::{Attestation, PROVENANCE_BUNDLE, SignatureState},
};
use stationmaster_engine::stopped::Changed;

use crate::{
    diagnostics::{Cause, Ending, Failure},
    signatures::checked,
    wiring::block_on,
};

/// What is asked for, and what is there.
pub(super) struct Asked<'a> {
    /// The command line wants an identity's word.
    pub(super) sigstore: bool,
    /// The policy wants that of this one.
    pub(super) wanted: Option<&'a SignerIdentity>,
    /// The bundle in the folder.
    pub(super) there: Option<&'a str>,
    /// Nothing may be asked over the network.
    pub(super) offline: bool,
}

impl Asked<'_> {
    /// Whatever can be said against it before the statement is known.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if self.there.is_none() {
            self.may_sign()?;
        }
        match self.wanted {
            Some(wanted) if !self.sigstore && self.there.is_none() => {
                let message = format!("the policy wants releases signed by {wanted}, and nobody was asked to");
                Err(usage(&message, "sign where that runs, with `--sigstore`"))
            }
            _ => Ok(()),
        }
    }

    fn may_sign(&self) -> Result<(), Failure> {
        match self.sigstore && self.offline {
            true => Err(usage("Sigstore signs over the network, and `--offline` was given", "leave one of them out")),
            false => Ok(()),
        }
    }

    /// The attestation with the bundle that is there, if that holds this very statement, else with a new one; without one where
    /// nobody asked.
    pub(super) fn vouch(
        &self,
        attestation: Attestation,
        trust: impl FnOnce() -> Result<Trust, Failure>,
    ) -> Result<(Attestation, Option<Vouched>), Failure> {
        match self.there {
            Some(there) if attestation.is_in(there) => {
                let vouched = self.judged(checked(&trust()?, there), "the bundle that is there", Changed::Nothing)?;
                Ok((attestation.vouched(there.to_owned()), Some(vouched)))
            }
            Some(_) if !self.sigstore => Err(usage(
                &format!("{PROVENANCE_BUNDLE} says something else than what is to be said now"),
                "sign it again with `--sigstore`, or delete it",
            )),
            _ if self.sigstore => {
                self.may_sign()?;
                let trust = trust()?;
                let ci = Ci::for_sigstore().ok_or_else(no_ci)?;
                let bundle = block_on(async { Ok(sign(&trust, &ci, attestation.statement()).await?) })?;
                // What is signed stays in a public log.
                let vouched = self.judged(checked(&trust, &bundle), "what was signed now", Changed::Something)?;
                Ok((attestation.vouched(bundle), Some(vouched)))
            }
            _ => Ok((attestation, None)),
        }
    }

    /// It holds, and is whose word is wanted.
    fn judged(&self, state: SignatureState<Vouched>, what: &str, changed: Changed) -> Result<Vouched, Failure> {
        let state = match self.wanted {
            Some(wanted) => state.of(wanted),
            None => state,
        };
        let why = match state {
            SignatureState::Holds(vouched) => return Ok(vouched),
            SignatureState::Wrong(why) => why,
            SignatureState::Absent => "it is not there".to_owned(),
        };
        let whose = self.wanted.map(|wanted| format!(" is not the word of {wanted}"));
        let whose = whose.unwrap_or_else(|| " does not hold".to_owned());
        Err(Failure::new(Ending::stopped(Cause::Unsafe, changed), format!("{what}{whose}: {why}"))
            .hint("set `[provenance] identity` in the policy to what users should trust; no file was written"))
    }
}

impl From<SignError> for Failure {
    fn from(error: SignError) -> Self {
        let ending = match &error {
            SignError::NoServices | SignError::NoToken | SignError::Ci(CiError::Audience(_)) => Ending::Usage,
            SignError::Ci(CiError::Silent { .. }) | SignError::Service(_) => Ending::Outside,
        };
        let failure = Self::new(ending, format!("nothing was signed: {error}"));
        match error {
            SignError::NoServices => failure.hint("name the whole `ClientTrustConfig` with `--trust-config FILE`"),
            SignError::Service(_) => failure.hint("run it again; if it keeps failing, see https://status.sigstore.dev"),
            _ => failure.hint(OF_JOB),
        }
    }
}

/// What the job needs.
const OF_JOB: &str = "the job needs `permissions: id-token: write` on GitHub, or `id_tokens: SIGSTORE_ID_TOKEN: aud: sigstore` \
                      on GitLab";

fn no_ci() -> Failure {
    usage("no CI gives its word for what runs here", OF_JOB)
}

fn usage(message: &str, hint: &str) -> Failure {
    Failure::new(Ending::Usage, message).hint(hint)
}
