//! Archives on this machine: those that are kept, those that are made now, and those that another machine makes (R11).

use stationmaster_core::artifact::{Job, Machine, Obstacle};

use crate::{
    ports::{Archives, PortResult, Workshop},
    progress::{Event, Progress},
};

/// What came of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobEnd {
    /// It was made now.
    Made(Archives),
    /// It was there.
    Kept(Archives),
    /// This machine cannot make it; CI is expected to.
    Elsewhere(Obstacle),
}

/// Make what is not there and can be made here, one after the other. Stopped anywhere and run again, what was finished is not
/// made again.
///
/// # Errors
/// The first job that cannot be finished although this machine could. What was finished before it is kept.
pub async fn make_archives(workshop: &dyn Workshop, jobs: &[Job], progress: &dyn Progress) -> PortResult<Vec<JobEnd>> {
    let machine = workshop.machine(jobs).await?;
    let mut ends = Vec::new();
    for job in jobs {
        ends.push(make(workshop, job, &machine, progress).await?);
    }
    Ok(ends)
}

/// One of them.
pub(crate) async fn make(
    workshop: &dyn Workshop,
    job: &Job,
    machine: &Machine,
    progress: &dyn Progress,
) -> PortResult<JobEnd> {
    if let Some(archives) = workshop.find(job, machine).await? {
        return Ok(JobEnd::Kept(archives));
    }
    if let Some(obstacle) = machine.obstacle(job) {
        return Ok(JobEnd::Elsewhere(obstacle));
    }
    progress.event(&Event::Building { archive: job.stem.clone() });
    let archives = workshop.make(job, machine).await?;
    for file in &archives.files {
        progress.event(&Event::ArchiveMade { name: file.name.clone() });
    }
    Ok(JobEnd::Made(archives))
}
