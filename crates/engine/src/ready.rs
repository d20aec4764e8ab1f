//! Whether what is to be published could be uploaded from here: asked before anything is packaged or sent.

use std::collections::BTreeSet;

use stationmaster_core::model::{CrateRelease, CrateVersions, Observed, UploadKind};

use crate::ports::{PortError, PortResult, World};

/// Ask the index what is missing, and whether there is a secret for that. Where nothing is missing, none is needed.
///
/// # Errors
/// The index cannot be asked, or [`PortError::NoToken`]. Nothing was sent.
pub async fn ready(world: &World<'_>, crates: &[CrateRelease]) -> PortResult<()> {
    let names: Vec<_> = crates.iter().map(|it| it.name.clone()).collect();
    world.registry.may_read().await?;
    let index = world.registry.index(&names).await;
    let mut kinds = BTreeSet::new();
    for release in crates {
        let versions = known(&release.name, index.get(&release.name))?;
        if !versions.contains_key(&release.version) {
            kinds.insert(kind(versions));
        }
    }
    for kind in kinds {
        world.registry.credential(kind).await?;
    }
    Ok(())
}

/// What an upload of a crate is, by what the index has of it.
pub(crate) fn kind(versions: &CrateVersions) -> UploadKind {
    if versions.is_empty() { UploadKind::NewCrate } else { UploadKind::Update }
}

/// An answer of the index. What is unknown is never taken for absent.
pub(crate) fn known<'a>(name: &str, answer: Option<&'a Observed<CrateVersions>>) -> PortResult<&'a CrateVersions> {
    let why = match answer {
        Some(Observed::Known(versions)) => return Ok(versions),
        Some(Observed::Unknown(why)) => why.clone(),
        None => "it was not answered".to_owned(),
    };
    Err(PortError::Failed { what: format!("asking the index for {name}"), why })
}
