//! The archives of a release: those that are kept, those that are made now, and those that another machine makes (R11).

use stationmaster_core::{
    artifact::{Job, Machine, Obstacle},
    model::{CommitId, StepId},
};

use crate::{
    deliver,
    ports::{Archives, PortError, PortResult, Workshop, World},
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

async fn make(workshop: &dyn Workshop, job: &Job, machine: &Machine, progress: &dyn Progress) -> PortResult<JobEnd> {
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

/// Archives for a release that is hidden on the forge.
#[derive(Debug, Clone, Copy)]
pub struct ForRelease<'a> {
    /// For the journal.
    pub step: &'a StepId,
    /// The release's tag.
    pub tag: &'a str,
    /// What the tag points to.
    pub commit: &'a CommitId,
    /// The folder of the workspace.
    pub folder: &'a str,
    /// What is to be made.
    pub jobs: &'a [Job],
}

/// Make archives, and put each beside the release before the next is made. What another machine has put there meanwhile is left
/// as it is. One that cannot be made does not keep the others from being made.
///
/// # Errors
/// The forge does not take a file, or an archive cannot be made: then all that could be made are there.
pub async fn make_for_release(world: &World<'_>, wanted: ForRelease<'_>) -> PortResult<Vec<String>> {
    let ForRelease { tag, commit, folder, jobs, .. } = wanted;
    let workshop = world.workshops.open(commit, folder).await?;
    let machine = workshop.machine(jobs).await?;
    let (mut delivered, mut broken) = (Vec::new(), None);
    for job in jobs {
        let names: Vec<String> = job.assets().into_iter().map(|asset| asset.name).collect();
        if deliver::lacking(world, tag, &names).await?.is_empty() {
            continue;
        }
        match make(&*workshop, job, &machine, world.progress).await {
            Ok(JobEnd::Made(it) | JobEnd::Kept(it)) => {
                delivered.extend(deliver::add(world, wanted.step, tag, &it.files).await?);
            }
            Ok(JobEnd::Elsewhere(obstacle)) => {
                let what = format!("making {}", job.stem);
                broken.get_or_insert(PortError::Moved { what, found: obstacle.to_string() });
            }
            Err(PortError::Crash) => return Err(PortError::Crash),
            Err(error) => {
                broken.get_or_insert(error);
            }
        }
    }
    broken.map_or(Ok(delivered), Err)
}
