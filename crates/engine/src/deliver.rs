//! Finished files to a release on the forge, each once (R11).

use stationmaster_core::model::{JournalEvent, Outcome, StepId, StepResult};

use crate::{
    apply::{failed, record},
    lease::Lease,
    ports::{ArchiveFile, PortResult, World},
};

/// Put these files beside a hidden release, in this order, with intent and outcome in the journal. Stopped anywhere and run
/// again, what is there is not sent again. Nothing is recorded where there are none.
///
/// # Errors
/// The forge does not take one. Those before it are there.
pub async fn deliver(world: &World<'_>, _lease: &Lease, tag: &str, files: &[ArchiveFile]) -> PortResult<()> {
    if files.is_empty() {
        return Ok(());
    }
    let step = StepId(format!("deliver to {tag}"));
    let reason = "`stationmaster deliver` was run".to_owned();
    record(world, JournalEvent::Intent { step: step.clone(), reason }).await?;
    let put = async {
        for file in files {
            world.forge.put_file(tag, file).await?;
        }
        Ok(())
    };
    let put: PortResult<()> = put.await;
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let result = match &put {
        Ok(()) => StepResult::Done { evidence: names.join(", ") },
        Err(error) => failed(error),
    };
    record(world, JournalEvent::Outcome(Outcome { step, result })).await?;
    put
}
