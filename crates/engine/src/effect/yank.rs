//! Versions out of the registry: at its pace, and each recorded (X11).

use jiff::{SignedDuration, Timestamp};
use stationmaster_core::{
    model::{CrateRelease, JournalEvent, Rate, StepId},
    step::Yank,
    upload::Bucket,
};

use crate::{
    apply::record,
    ports::{PortError, UploadReply, World},
    progress::Event,
    stopped::{Changed, Stopped},
};

/// Tries of one version to which no clear answer came. A yank may be asked for again: yanked already is fine.
const ATTEMPTS: u32 = 7;
/// Times in a row that a registry may put one version off.
const PUT_OFFS: u32 = 30;
/// The pause after the first of them; twice as long after each further one.
const PAUSE: SignedDuration = SignedDuration::from_secs(2);

pub(super) async fn run(world: &World<'_>, step: &StepId, it: &Yank) -> Result<String, Stopped> {
    yank(world, step, &it.crates, it.rate).await?;
    Ok(format!("{} crates yanked", it.crates.len()))
}

/// Yank these versions.
///
/// # Errors
/// The registry refuses one, or gives no clear answer. What was withdrawn until then stays so, and the error says if any was.
async fn yank(world: &World<'_>, step: &StepId, crates: &[CrateRelease], rate: Option<Rate>) -> Result<(), Stopped> {
    let mut bucket = Bucket::full(rate);
    let mut changed = Changed::Nothing;
    for release in crates {
        let withdrawn = withdraw(world, release, &mut bucket).await;
        withdrawn.map_err(|stopped| stopped.changed.max(changed).stopped(stopped.error))?;
        changed = Changed::Something;
        let evidence = format!("{} {} yanked", release.name, release.version);
        let recorded = record(world, JournalEvent::Progress { step: step.clone(), evidence }).await;
        recorded.map_err(|error| changed.stopped(error))?;
    }
    Ok(())
}

async fn withdraw(world: &World<'_>, release: &CrateRelease, bucket: &mut Bucket) -> Result<(), Stopped> {
    let (mut attempts, mut put_offs, mut pause) = (0, 0, PAUSE);
    loop {
        wait(world, bucket.ready(world.clock.now(), 0)).await;
        bucket.take(world.clock.now());
        let why = match world.registry.yank(&release.name, &release.version).await {
            Ok(UploadReply::Accepted | UploadReply::AlreadyThere(_)) => return Ok(()),
            Ok(UploadReply::RetryAt(until)) => {
                put_offs += 1;
                if put_offs >= PUT_OFFS {
                    let why = format!("the registry put it off {put_offs} times");
                    return Err(tried(attempts).stopped(unfinished(release, why)));
                }
                // Never at once, whatever it says.
                let until = until.max(world.clock.now().checked_add(PAUSE).unwrap_or(Timestamp::MAX));
                bucket.empty_until(until);
                wait(world, until).await;
                continue;
            }
            Ok(UploadReply::Unclear(why)) | Err(PortError::Failed { why, .. }) => why,
            Err(error) => return Err(tried(attempts).stopped(error)),
        };
        attempts += 1;
        if attempts >= ATTEMPTS {
            return Err(tried(attempts).stopped(unfinished(release, why)));
        }
        wait(world, world.clock.now().checked_add(pause).unwrap_or(Timestamp::MAX)).await;
        pause = pause.checked_mul(2).unwrap_or(pause);
    }
}

/// A try without a clear answer may have been taken.
fn tried(attempts: u32) -> Changed {
    Changed::if_so(attempts > 0)
}

fn unfinished(release: &CrateRelease, why: String) -> PortError {
    PortError::Failed { what: format!("yank of {} {}", release.name, release.version), why }
}

async fn wait(world: &World<'_>, until: Timestamp) {
    let seconds = until.as_second() - world.clock.now().as_second();
    if seconds > 0 {
        world.progress.event(&Event::RateLimited { seconds });
    }
    world.clock.sleep_until(until).await;
}
