//! The files beside a release that is hidden on the forge, and the list of their sums.

use stationmaster_core::{
    model::{JournalEvent, StepId},
    provenance::{SUMS, SUMS_SIGNATURE},
};

use crate::{
    apply::record,
    ports::{ArchiveFile, PortError, PortResult, World},
    progress::Event,
    stopped::Changed,
};

/// The list of sums speaks of all files beside a release, which is shown once there is one: while others than the list change,
/// there is none, so that nobody is shown a list that does not fit. Says whether there was one.
///
/// # Errors
/// The forge cannot be asked, or does not do it.
pub(crate) async fn take_list_away(
    world: &World<'_>,
    tag: &str,
    mut changing: impl Iterator<Item = &str>,
) -> PortResult<Changed> {
    if !changing.any(|name| !matches!(name, SUMS | SUMS_SIGNATURE)) {
        return Ok(Changed::Nothing);
    }
    Ok(Changed::if_so(world.here.forge.remove_file(tag, SUMS).await?))
}

/// Those of these files that a hidden release does not have.
///
/// # Errors
/// The forge cannot be asked, or the release is not there, or shown.
pub(crate) async fn lacking(world: &World<'_>, tag: &str, names: &[String]) -> PortResult<Vec<String>> {
    let what = || format!("files for the release {tag}");
    let releases = world.here.forge.releases().await?;
    match releases.get(tag) {
        None => Err(PortError::Moved { what: what(), found: "the forge has no such release".to_owned() }),
        Some(release) if !release.hidden => {
            Err(PortError::Moved { what: what(), found: "it is shown already".to_owned() })
        }
        Some(release) => Ok(names.iter().filter(|name| !release.files.contains_key(*name)).cloned().collect()),
    }
}

/// Put files beside a hidden release that it does not have. The first machine's file stays: others may have built on it already,
/// such as whoever signs. Says which were put there.
///
/// # Errors
/// The forge does not take one, or the release is shown.
pub(crate) async fn add(world: &World<'_>, step: &StepId, tag: &str, files: &[ArchiveFile]) -> PortResult<Vec<String>> {
    let mut put = Vec::new();
    for file in files {
        if !world.here.forge.add_file(tag, file).await? {
            continue;
        }
        let evidence = format!("{} {}", file.name, file.digest);
        record(world, JournalEvent::Progress { step: step.clone(), evidence }).await?;
        world.progress.event(&Event::FileDelivered { name: file.name.clone() });
        put.push(file.name.clone());
    }
    Ok(put)
}
