//! Crates into the registry, each exactly once.
//!
//! Every crate is packaged once. Then wave by wave of the dependency order: upload those bytes, and wait until the index
//! shows them. Whatever the registry replied, the index tells what is true: the version with our checksum is done, with
//! another checksum somebody else published it, and that is an alarm.

use std::collections::BTreeSet;

use jiff::ToSpan;
use stationmaster_core::model::{CommitId, CrateRelease, JournalEvent, Observed, Step};

use crate::{
    apply::record,
    ports::{PortError, PortResult, StagedCrate, UploadReply, World},
    progress::Event,
};

/// Seconds between two looks at the index.
const LOOK_EVERY: i64 = 2;
/// Looks at the index before giving up: a quarter of an hour.
const LOOKS: u32 = 450;
/// Uploads of one crate to which no clear answer came, before giving up.
const ATTEMPTS: u32 = 5;

/// Publish the crates of a commit. Returns the evidence for the journal.
pub(crate) async fn publish(
    world: &World<'_>,
    step: &Step,
    commit: &CommitId,
    crates: &[CrateRelease],
) -> PortResult<String> {
    world.progress.event(&Event::Packaging { crates: crates.len() });
    let mut staged = world.builder.stage(commit, crates).await?;
    let mut published = BTreeSet::new();
    while !staged.is_empty() {
        let (wave, rest) = next_wave(staged, &published);
        if wave.is_empty() {
            return Err(PortError::Refused {
                what: "publishing".into(),
                why: format!("the order of {} crates has a cycle", rest.len()),
            });
        }
        for one in &wave {
            upload(world, one).await?;
        }
        for one in &wave {
            confirm(world, one).await?;
            let release = &one.release;
            let evidence = format!("{} {} {}", release.name, release.version, one.checksum);
            record(world, JournalEvent::Progress { step: step.id.clone(), evidence }).await?;
            world
                .progress
                .event(&Event::CratePublished { name: release.name.clone(), version: release.version.clone() });
            published.insert(release.name.clone());
        }
        staged = rest;
    }
    Ok(format!("{} crates", crates.len()))
}

/// The crates whose dependencies in this release are all published, and the rest. Those that were published earlier are not
/// in `staged` at all.
fn next_wave(staged: Vec<StagedCrate>, published: &BTreeSet<String>) -> (Vec<StagedCrate>, Vec<StagedCrate>) {
    let waiting: BTreeSet<String> = staged.iter().map(|one| one.release.name.clone()).collect();
    staged
        .into_iter()
        .partition(|one| one.release.after.iter().all(|name| published.contains(name) || !waiting.contains(name)))
}

/// Upload one crate, until the registry took it or the index shows it.
async fn upload(world: &World<'_>, staged: &StagedCrate) -> PortResult<()> {
    let mut last = String::new();
    let mut attempts = 0;
    while attempts < ATTEMPTS {
        match world.registry.upload(staged).await? {
            UploadReply::Accepted => return Ok(()),
            UploadReply::RetryAt(time) => {
                let seconds = (time.as_second() - world.clock.now().as_second()).max(0);
                world.progress.event(&Event::RateLimited { seconds });
                world.clock.sleep_until(time).await;
            }
            UploadReply::Unclear(why) => {
                // The upload may have arrived, and the index may be slow to show it: look a few times before trying again.
                for _ in 0..=attempts {
                    if in_index(world, staged).await? {
                        return Ok(());
                    }
                    pause(world).await;
                }
                attempts += 1;
                last = why;
            }
        }
    }
    Err(PortError::Failed {
        what: format!("upload of {} {}", staged.release.name, staged.release.version),
        why: format!("no clear answer in {ATTEMPTS} attempts, and the index does not show it; the last was: {last}"),
    })
}

async fn confirm(world: &World<'_>, staged: &StagedCrate) -> PortResult<()> {
    for look in 0..LOOKS {
        if look > 0 {
            pause(world).await;
        }
        if in_index(world, staged).await? {
            return Ok(());
        }
    }
    Err(PortError::Failed {
        what: format!("{} {}", staged.release.name, staged.release.version),
        why: "the registry accepted it, but its index does not show it".into(),
    })
}

async fn pause(world: &World<'_>) {
    world.clock.sleep_until(world.clock.now() + LOOK_EVERY.seconds()).await;
}

/// Whether the index shows this crate with our checksum. With another checksum: refused.
async fn in_index(world: &World<'_>, staged: &StagedCrate) -> PortResult<bool> {
    let release = &staged.release;
    let names = [release.name.clone()];
    let mut index = world.registry.index(&names).await;
    let Some(Observed::Known(versions)) = index.remove(&release.name) else { return Ok(false) };
    match versions.get(&release.version) {
        None => Ok(false),
        Some(entry) if entry.checksum == staged.checksum => Ok(true),
        Some(entry) => Err(PortError::Refused {
            what: format!("{} {}", release.name, release.version),
            why: format!(
                "the index has it with checksum {}, and ours is {}: somebody else published this version",
                entry.checksum, staged.checksum
            ),
        }),
    }
}
