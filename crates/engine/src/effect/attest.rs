//! What says where a release's files are from, beside them on the forge (X10).

use stationmaster_core::{
    artifact::artifacts_of,
    model::FileSelection,
    provenance::{Attestation, Release, Signer, sealed, source_of},
    step::Attest,
    workspace::Workspace,
};

use crate::{
    ports::{ArchiveFile, PortError, PortResult, World},
    progress::Event,
    release_files,
};

/// Look at every file as it lies on the forge, say where all are from, sign that, and put it beside them; the list of sums last.
/// The same release and key give the same bytes, so that it can be stopped and done again. Says what was put there.
///
/// # Errors
/// A file is not what the forge says it is, the key is not at hand, or the forge takes no file.
pub(super) async fn run(world: &World<'_>, wanted: &Attest) -> PortResult<String> {
    let Attest { tag, files, key, .. } = wanted;
    let refused = |why: String| PortError::Refused { what: format!("attesting {tag}"), why };
    let signer = match key {
        None => None,
        Some(key) => Some(world.notary.signer(*key).ok_or_else(|| refused(format!("key {} is not at hand", key.id)))?),
    };
    for name in files.keys() {
        world.progress.event(&Event::Reading { name: name.clone() });
        world.notary.see(world.here.forge, tag, name, files[name]).await?;
    }
    let texts = texts(world, wanted, signer).await?;
    release_files::take_list_away(world, tag, texts.iter().map(|(name, _)| name.as_str())).await?;
    let mut put = Vec::new();
    for (name, text) in texts {
        let file: ArchiveFile = world.notary.keep(tag, &name, &text).await?;
        // Asked before each: once the release is shown, nothing comes beside it.
        release_files::lacking(world, tag, std::slice::from_ref(&name)).await?;
        world.here.forge.put_file(tag, &file).await?;
        world.progress.event(&Event::FileDelivered { name: name.clone() });
        put.push(name);
    }
    Ok(put.join(", "))
}

async fn texts(world: &World<'_>, wanted: &Attest, signer: Option<&dyn Signer>) -> PortResult<Vec<(String, String)>> {
    let Attest { tag, commit, files, project, jobs, identity, policy, tool, .. } = wanted;
    let refused = |why: String| PortError::Refused { what: format!("attesting {tag}"), why };
    let names = ["Cargo.toml", "Cargo.lock"].map(str::to_owned).to_vec();
    let tree = world.here.objects.files(commit, &FileSelection { names, ..FileSelection::default() }).await?;
    let workspace = Workspace::read(&tree).map_err(|error| refused(error.to_string()))?;
    let seconds = world.here.objects.commit_time(commit).await?.as_second();
    let source = source_of(&workspace, Some(tag), commit, seconds, *policy);
    let release = Release {
        files,
        project,
        artifacts: &artifacts_of(jobs),
        workspace: &workspace,
        lock: tree.get(&workspace.lock_path()).map(String::as_str),
        source: &source,
        tool,
    };
    let mut attestation = Attestation::of(&release).map_err(|error| refused(error.to_string()))?;
    if let Some(identity) = identity {
        let bundle = world.notary.vouch(tag, attestation.statement(), identity).await?;
        attestation = attestation.vouched(bundle);
    }
    Ok(sealed(attestation, signer, seconds))
}
