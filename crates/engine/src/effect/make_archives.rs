//! Archives of a release, beside it on the forge (R11).

use stationmaster_core::{model::StepId, step::MakeArchives};

use crate::{
    artifacts::{JobEnd, make},
    ports::{PortError, PortResult, World},
    release_files,
};

/// Make archives, and put each beside the release before the next is made. What another machine has put there meanwhile is left
/// as it is. One that cannot be made does not keep the others from being made.
///
/// # Errors
/// The forge does not take a file, or an archive cannot be made: then all that could be made are there.
pub(super) async fn run(world: &World<'_>, step: &StepId, it: &MakeArchives) -> PortResult<String> {
    let MakeArchives { tag, commit, folder, jobs, .. } = it;
    let workshop = world.here.workshops.open(commit, folder).await?;
    let machine = workshop.machine(jobs).await?;
    let (mut delivered, mut broken) = (Vec::new(), None);
    for job in jobs {
        let names: Vec<String> = job.assets().into_iter().map(|asset| asset.name).collect();
        if release_files::lacking(world, tag, &names).await?.is_empty() {
            continue;
        }
        match make(&*workshop, job, &machine, world.progress).await {
            Ok(JobEnd::Made(it) | JobEnd::Kept(it)) => {
                delivered.extend(release_files::add(world, step, tag, &it.files).await?);
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
    match broken {
        Some(error) => Err(error),
        None if delivered.is_empty() => Ok("others had put them there".to_owned()),
        None => Ok(delivered.join(", ")),
    }
}
