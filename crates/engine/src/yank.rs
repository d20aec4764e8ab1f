//! Versions out of the registry: at its pace, and each recorded (X11).

use jiff::{SignedDuration, Timestamp};
use stationmaster_core::{
    model::{CrateRelease, JournalEvent, Rate, StepId},
    upload::Bucket,
};

use crate::{
    apply::record,
    ports::{PortError, PortResult, UploadReply, World},
    progress::Event,
};

/// Tries of one version to which no clear answer came. A yank may be asked for again: yanked already is fine.
const ATTEMPTS: u32 = 7;
/// Times in a row that a registry may put one version off.
const PUT_OFFS: u32 = 30;
/// The pause after the first of them; twice as long after each further one.
const PAUSE: SignedDuration = SignedDuration::from_secs(2);

/// Withdraw these versions.
///
/// # Errors
/// The registry refuses one, or gives no clear answer. What was withdrawn until then stays so.
pub async fn yank(world: &World<'_>, step: &StepId, crates: &[CrateRelease], rate: Option<Rate>) -> PortResult<()> {
    let mut bucket = Bucket::full(rate);
    for release in crates {
        withdraw(world, release, &mut bucket).await?;
        let evidence = format!("{} {} yanked", release.name, release.version);
        record(world, JournalEvent::Progress { step: step.clone(), evidence }).await?;
    }
    Ok(())
}

async fn withdraw(world: &World<'_>, release: &CrateRelease, bucket: &mut Bucket) -> PortResult<()> {
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
                    return Err(PortError::Failed {
                        what: format!("yank of {} {}", release.name, release.version),
                        why,
                    });
                }
                // Never at once, whatever it says.
                let until = until.max(world.clock.now().checked_add(PAUSE).unwrap_or(Timestamp::MAX));
                bucket.empty_until(until);
                wait(world, until).await;
                continue;
            }
            Ok(UploadReply::Unclear(why)) | Err(PortError::Failed { why, .. }) => why,
            Err(error) => return Err(error),
        };
        attempts += 1;
        if attempts >= ATTEMPTS {
            return Err(PortError::Failed { what: format!("yank of {} {}", release.name, release.version), why });
        }
        wait(world, world.clock.now().checked_add(pause).unwrap_or(Timestamp::MAX)).await;
        pause = pause.checked_mul(2).unwrap_or(pause);
    }
}

async fn wait(world: &World<'_>, until: Timestamp) {
    let seconds = until.as_second() - world.clock.now().as_second();
    if seconds > 0 {
        world.progress.event(&Event::RateLimited { seconds });
    }
    world.clock.sleep_until(until).await;
}
