//! What says where a release's files are from, beside them on the forge (X10).

use std::collections::BTreeMap;

use stationmaster_core::{
    artifact::{Job, artifacts_of},
    model::{CommitId, FileDigest, FileSelection, PublicKey, SignerIdentity},
    provenance::{Attestation, Release, Signer, sealed, source_of},
    workspace::Workspace,
};

use crate::{
    deliver,
    ports::{ArchiveFile, PortError, PortResult, World},
    progress::Event,
};

/// A release whose finished files are on the forge.
#[derive(Debug, Clone, Copy)]
pub struct Finished<'a> {
    /// Its tag.
    pub tag: &'a str,
    /// What the tag points to.
    pub commit: &'a CommitId,
    /// The files, as they lie there.
    pub files: &'a BTreeMap<String, FileDigest>,
    /// What the project is called.
    pub project: &'a str,
    /// Its archives.
    pub jobs: &'a [Job],
    /// The key to sign with, if it is to be signed.
    pub key: Option<PublicKey>,
    /// The identity that is to sign, if one is.
    pub identity: Option<&'a SignerIdentity>,
}

/// Look at every file as it lies on the forge, say where all are from, sign that, and put it beside them; the list of sums last.
/// The same release and key give the same bytes, so that it can be stopped and done again. Says what was put there.
///
/// # Errors
/// A file is not what the forge says it is, the key is not at hand, or the forge takes no file.
pub async fn attest(world: &World<'_>, finished: Finished<'_>) -> PortResult<Vec<String>> {
    let Finished { tag, files, key, .. } = finished;
    let refused = |why: String| PortError::Refused { what: format!("attesting {tag}"), why };
    let signer = match key {
        None => None,
        Some(key) => Some(world.notary.signer(key).ok_or_else(|| refused(format!("key {} is not at hand", key.id)))?),
    };
    for name in files.keys() {
        world.progress.event(&Event::Reading { name: name.clone() });
        world.notary.see(world.forge, tag, name, files[name]).await?;
    }
    let texts = texts(world, &finished, signer).await?;
    deliver::take_list_away(world, tag, texts.iter().map(|(name, _)| name.as_str())).await?;
    let mut put = Vec::new();
    for (name, text) in texts {
        let file: ArchiveFile = world.notary.keep(tag, &name, &text).await?;
        // Asked before each: once the release is shown, nothing comes beside it.
        deliver::lacking(world, tag, std::slice::from_ref(&name)).await?;
        world.forge.put_file(tag, &file).await?;
        world.progress.event(&Event::FileDelivered { name: name.clone() });
        put.push(name);
    }
    Ok(put)
}

async fn texts(
    world: &World<'_>,
    finished: &Finished<'_>,
    signer: Option<&dyn Signer>,
) -> PortResult<Vec<(String, String)>> {
    let Finished { tag, commit, files, project, jobs, identity, .. } = finished;
    let refused = |why: String| PortError::Refused { what: format!("attesting {tag}"), why };
    let names = ["Cargo.toml", "Cargo.lock"].map(str::to_owned).to_vec();
    let tree = world.objects.files(commit, &FileSelection { names, ..FileSelection::default() }).await?;
    let workspace = Workspace::read(&tree).map_err(|error| refused(error.to_string()))?;
    let seconds = world.objects.commit_time(commit).await?.as_second();
    let source = source_of(&workspace, Some(tag), commit, seconds, world.notary.policy());
    let release = Release {
        files,
        project,
        artifacts: &artifacts_of(jobs),
        workspace: &workspace,
        lock: tree.get(&workspace.lock_path()).map(String::as_str),
        source: &source,
        tool: world.notary.tool(),
    };
    let mut attestation = Attestation::of(&release).map_err(|error| refused(error.to_string()))?;
    if let Some(identity) = identity {
        let bundle = world.notary.vouch(tag, attestation.statement(), identity).await?;
        attestation = attestation.vouched(bundle);
    }
    Ok(sealed(attestation, signer, seconds))
}
