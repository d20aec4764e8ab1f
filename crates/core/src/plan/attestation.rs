//! What lies beside the archives of a hidden release once all of them are there: made here if it can be, else a person's (X10).

use super::{
    decision::Decision,
    merged::Merged,
    situation::{Due, Situation},
};
use crate::{
    artifact::jobs,
    model::{PublicKey, Rule, WaitReason},
    provenance,
    step::{Action, Attest, ShowForgeRelease},
};

/// All that is wanted is beside the release; else the step that makes it, or the wait for whoever has the key or the identity that
/// the policy names.
pub(super) fn attestation(now: &Situation<'_>, due: &Due<'_>, merged: &Merged<'_>) -> Decision {
    let Some(release) = merged.on_forge(now) else { return Decision::Lacking };
    let wanted = provenance::expected_files(&now.policy.project.name, due.rules, merged.version);
    let missing: Vec<String> = wanted.iter().filter(|name| !release.files.contains_key(*name)).cloned().collect();
    if missing.is_empty() {
        return Decision::Done;
    }
    let tag = release.tag.clone();
    let identity = due.rules.provenance.identity.clone();
    match signer(now.seen.key, due.rules.provenance.key) {
        Ok(_) if identity.is_some() && !now.seen.vouches => {
            now.wait(ShowForgeRelease::named(&tag), merged.version, Rule::X10, WaitReason::Files { missing })
        }
        Err(()) => now.wait(ShowForgeRelease::named(&tag), merged.version, Rule::X10, WaitReason::Files { missing }),
        Ok(key) => {
            let all = release.files.clone().into_iter();
            let (beside, files) = all.partition(|(name, _)| provenance::is_made_here(name, &release.files));
            let reason =
                format!("all archives of `{tag}` are on the forge, and nothing there says where they are from");
            let project = now.policy.project.name.clone();
            let attest = Attest {
                tag,
                commit: merged.commit.clone(),
                files,
                beside,
                jobs: jobs(&project, due.rules, merged.version),
                project,
                key,
                identity,
                policy: now.seen.policy,
                tool: now.seen.tool.clone(),
            };
            now.step(merged.version, Rule::X10, reason, Action::Attest(attest))
        }
    }
}

/// The key to sign with, if any. Error: the policy names one that is not at hand.
fn signer(at_hand: Option<PublicKey>, wanted: Option<PublicKey>) -> Result<Option<PublicKey>, ()> {
    match wanted {
        Some(_) if at_hand != wanted => Err(()),
        _ => Ok(at_hand),
    }
}
