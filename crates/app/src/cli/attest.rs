//! `stationmaster attest`

mod vouch;

use std::path::{Path, PathBuf};

use clap::Args;
use stationmaster_adapters::release_folder::{self, FolderContents};
use stationmaster_core::{
    model::PublicKey,
    provenance::{self, Attestation, PROVENANCE_BUNDLE, Release, SUMS, SUMS_SIGNATURE, Signer, Source, Sums},
    report::attested::Attested,
};
use stationmaster_engine::ports::Refs;

use super::{
    Scope,
    revision::{Of, Revision},
};
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    keys, release_files,
    render::{attested, progress},
    signatures::SigstoreInstance,
    wiring::block_on,
};
use vouch::Asked;

/// Write SBOMs, provenance and checksums for the files of a release.
///
/// Writes an SBOM for each archive, provenance, and SHA256SUMS over all files, signed with `--key` or `--sigstore`. Builds
/// nothing and uses no network except for Sigstore. Running it again on the same files changes nothing.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The folder with the finished files and nothing else.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    #[command(flatten)]
    of: Of,
    /// The secret key file. The password comes from STATIONMASTER_KEY_PASSWORD or a prompt.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Sign the provenance with the identity of this CI job. GitHub Actions needs `permissions: id-token: write`, GitLab CI
    /// needs `id_tokens: SIGSTORE_ID_TOKEN`. The signature is recorded in a public log.
    #[arg(long)]
    sigstore: bool,
    #[command(flatten)]
    instance: SigstoreInstance,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let Arguments { dir, of, key, sigstore, instance } = arguments;
    let revision = Revision::read(scope, of)?;
    let day = scope.day();
    let contents = release_files::read(dir, progress::reading(of.json))?;
    let files = finished(dir, &contents)?;
    let wanted = &revision.policy.on(day).provenance;
    let there = contents.texts.get(PROVENANCE_BUNDLE).map(|text| String::from_utf8_lossy(text));
    let asked = Asked {
        sigstore: *sigstore,
        wanted: wanted.identity.as_ref(),
        there: there.as_deref(),
        offline: scope.offline,
    };
    // Whatever can be said against it is said before anybody types a password.
    check_signing(key.as_deref(), wanted.key, &contents)?;
    asked.check()?;
    let source = source(&revision)?;
    let attestation = attestation(&revision, &files, &source)?;
    let key = key.as_deref().map(|path| keys::signer(path, wanted.key)).transpose()?;
    let (attestation, vouched) = asked.vouch(attestation, || instance.trust())?;
    let described = attestation.described();
    let signer = key.as_ref().map(|key| key as &dyn Signer);
    let texts = provenance::sealed(attestation, signer, source.seconds);
    let mut report = Attested {
        commit: source.commit,
        reference: source.reference,
        files: files.len(),
        described,
        key: key.map(|key| key.public().id.to_string()),
        identity: vouched.map(|vouched| vouched.identity),
        written: Vec::new(),
        unchanged: Vec::new(),
    };
    for (name, text) in texts {
        let is_new = release_folder::put(dir, &name, text.as_bytes()).map_err(release_files::failure)?;
        if is_new { &mut report.written } else { &mut report.unchanged }.push(name);
    }
    if of.json {
        super::print_json(&report)?;
    } else {
        attested::print(&report);
    }
    Ok(Ending::Done)
}

/// The files that the release consists of, if they can be vouched for as they lie there.
fn finished(dir: &Path, contents: &FolderContents) -> Result<Sums, Failure> {
    let refused = |message: String, hint: &str| Err(Failure::new(Ending::Refused, message).hint(hint));
    if let Some(name) = contents.others.first() {
        let what = format!("{} is no plain file", dir.join(name).display());
        return refused(what, "a release is one folder of files: take it out");
    }
    let mut files = contents.files.clone();
    files.retain(|name, _| !release_folder::is_left_over(name));
    let files = &files;
    if let Some(name) = files.keys().find(|name| provenance::is_left_over(name, files)) {
        let what = format!("{} is about an archive that is not there", dir.join(name).display());
        return refused(what, "put the archive back, or delete this file");
    }
    let mut finished = files.clone();
    finished.retain(|name, _| !provenance::is_made_here(name, files));
    let Some(list) = contents.texts.get(SUMS) else { return Ok(finished) };
    let earlier = provenance::read_sums(&String::from_utf8_lossy(list)).map_err(|error| {
        Failure::new(Ending::Refused, format!("{}: {error}", dir.join(SUMS).display()))
            .hint("delete it if you do not need it")
    })?;
    match provenance::changed_since(&finished, &earlier).first() {
        None => Ok(finished),
        Some(name) => {
            let what = format!("{} is not what it was when {SUMS} was written", dir.join(name).display());
            refused(what, "if that is meant, delete SHA256SUMS and run it again; if not, somebody changed the file")
        }
    }
}

/// A release that the policy wants signed is signed, and one that is signed stays so.
fn check_signing(key: Option<&Path>, wanted: Option<PublicKey>, contents: &FolderContents) -> Result<(), Failure> {
    let why = match wanted {
        _ if key.is_some() => return Ok(()),
        Some(wanted) => format!("the policy wants releases signed with key {}", wanted.id),
        None if contents.files.contains_key(SUMS_SIGNATURE) => "the files here are signed".to_owned(),
        None => return Ok(()),
    };
    Err(Failure::new(Ending::Usage, format!("{why}, and no key was named"))
        .hint("name the secret key with `--key FILE`"))
}

/// Where the files come from, as the commit says.
fn source(revision: &Revision) -> Result<Source, Failure> {
    let Revision { repository, commit, policy, policy_digest, workspace, .. } = revision;
    let tags = block_on(async { Ok(repository.tags().await?) })?;
    let tag = revision.version().map(|version| policy.project.tag.with(&version));
    let tag = tag.filter(|tag| tags.get(tag) == Some(commit));
    let seconds = repository.committed_at(commit)?.seconds;
    Ok(provenance::source_of(workspace, tag.as_deref(), commit, seconds, *policy_digest))
}

fn attestation(revision: &Revision, files: &Sums, source: &Source) -> Result<Attestation, Failure> {
    let release = Release {
        files,
        project: &revision.policy.project.name,
        artifacts: &revision.rules.artifacts,
        workspace: &revision.workspace,
        lock: revision.files.get(&revision.workspace.lock_path()).map(String::as_str),
        source,
        tool: env!("CARGO_PKG_VERSION"),
    };
    Attestation::of(&release).map_err(|error| {
        let failure = Failure::new(Ending::Usage, error.to_string());
        match error {
            provenance::AttestError::NoFiles => {
                failure.hint("name the folder that `stationmaster build --out DIR` filled")
            }
            provenance::AttestError::Sbom(_) => failure.hint("is `--rev` the commit that the files were built from?"),
        }
    })
}
