//! Finished files to a release on the forge, each once (R11).

use stationmaster_core::{
    model::{JournalEvent, Outcome, StepId, StepResult},
    provenance::{SUMS, SUMS_SIGNATURE},
};

use crate::{
    apply::{failed, record},
    lease::Lease,
    ports::{ArchiveFile, PortError, PortResult, World},
    progress::Event,
    stopped::{Changed, Stopped},
};

/// Put these files beside a hidden release, in this order, with intent and outcome in the journal. Stopped anywhere and run
/// again, what is there is not sent again. Nothing is recorded where there are none.
///
/// # Errors
/// The forge does not take one. Those before it are there, and the error says if there were any.
pub async fn deliver(world: &World<'_>, _lease: &Lease, tag: &str, files: &[ArchiveFile]) -> Result<(), Stopped> {
    if files.is_empty() {
        return Ok(());
    }
    let step = StepId(format!("deliver to {tag}"));
    let reason = "`stationmaster deliver` was run".to_owned();
    record(world, JournalEvent::Intent { step: step.clone(), reason }).await?;
    let mut changed = Changed::Nothing;
    let put = async {
        changed = take_list_away(world, tag, files.iter().map(|file| file.name.as_str())).await?;
        for file in files {
            world.forge.put_file(tag, file).await?;
            changed = Changed::Something;
        }
        Ok(())
    };
    let put: PortResult<()> = put.await;
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let result = match &put {
        Ok(()) => StepResult::Done { evidence: names.join(", ") },
        Err(error) => failed(error),
    };
    let recorded = record(world, JournalEvent::Outcome(Outcome { step, result })).await;
    put.and(recorded).map_err(|error| changed.stopped(error))
}

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
    Ok(Changed::if_so(world.forge.remove_file(tag, SUMS).await?))
}

/// Those of these files that a hidden release does not have.
///
/// # Errors
/// The forge cannot be asked, or the release is not there, or shown.
pub(crate) async fn lacking(world: &World<'_>, tag: &str, names: &[String]) -> PortResult<Vec<String>> {
    let what = || format!("files for the release {tag}");
    let releases = world.forge.releases().await?;
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
        if !world.forge.add_file(tag, file).await? {
            continue;
        }
        let evidence = format!("{} {}", file.name, file.digest);
        record(world, JournalEvent::Progress { step: step.clone(), evidence }).await?;
        world.progress.event(&Event::FileDelivered { name: file.name.clone() });
        put.push(file.name.clone());
    }
    Ok(put)
}
