//! The archives of a release: those that are kept, those that are made now, and those that another machine makes (R11).

use stationmaster_core::artifact::{Job, Obstacle};

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
        if let Some(archives) = workshop.find(job, &machine).await? {
            ends.push(JobEnd::Kept(archives));
            continue;
        }
        if let Some(obstacle) = machine.obstacle(job) {
            ends.push(JobEnd::Elsewhere(obstacle));
            continue;
        }
        progress.event(&Event::Building { archive: job.stem.clone() });
        let archives = workshop.make(job, &machine).await?;
        for file in &archives.files {
            progress.event(&Event::ArchiveMade { name: file.name.clone() });
        }
        ends.push(JobEnd::Made(archives));
    }
    Ok(ends)
}
