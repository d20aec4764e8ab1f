//! Look at the world, as far as the plan of a day needs it.
//!
//! The repository must be readable, or there is nothing to say. What else cannot be seen is recorded as unknown, with the
//! cause, and the plan waits for it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use stationmaster_core::{
    artifact::Job,
    bump,
    model::{
        BranchHead, CommitId, CrateRelease, HEAD_PREFIX, Machine, Maintenance, Observation, Observed, Packaged,
        Packages, TagRef,
    },
    plan,
    policy::Policy,
    workspace::Workspace,
};

use crate::{
    in_index,
    maintenance::maintenance,
    ports::{PortError, PortResult, World},
    progress::Event,
};

/// Observe for a day.
///
/// # Errors
/// The repository's refs cannot be read.
pub async fn observe(world: &World<'_>, policy: &Policy, today: Date) -> PortResult<Observation> {
    let mut seen = observe_refs(world, today).await?;
    seen.maintenance = observed(maintenance(world, policy, &seen).await);
    let wanted = bump::files_of_interest(policy);
    for commit in plan::commits_of_interest(policy, &seen) {
        let files = observed(world.git.files(&commit, &wanted).await);
        let (files, unreadable) = match world.git.unreadable(&commit, &wanted).await {
            Ok(unreadable) => (files, unreadable),
            Err(error) => (Observed::Unknown(error.to_string()), BTreeMap::new()),
        };
        if !unreadable.is_empty() {
            seen.unreadable.insert(commit.clone(), unreadable);
        }
        seen.files.insert(commit, files);
    }
    for (commit, crates) in plan::packages_of_interest(policy, &seen) {
        let packages = packages(world, &commit, &crates).await?;
        seen.packages.insert(commit, packages);
    }
    for (commit, jobs) in plan::machines_of_interest(policy, &seen) {
        let machine = observed(machine(world, &seen, &commit, &jobs).await);
        seen.machines.insert(commit, machine);
    }
    let packaged: Vec<_> = seen.packages.values().filter_map(Observed::known).flat_map(whole).cloned().collect();
    seen.index = in_index::index(world, plan::crates_of_interest(policy, &seen), &packaged).await;
    Ok(seen)
}

fn whole(packages: &Packages) -> &[Packaged] {
    match packages {
        Packages::Whole(packaged) => packaged,
        Packages::Refused(_) => &[],
    }
}

/// Package the crates of a commit, and look at what came out.
async fn packages(world: &World<'_>, commit: &CommitId, crates: &[CrateRelease]) -> PortResult<Observed<Packages>> {
    world.progress.event(&Event::Packaging { crates: crates.len() });
    match in_index::package(world, commit, crates).await {
        Ok(packaged) => Ok(Observed::Known(Packages::Whole(packaged))),
        Err(PortError::Refused { what, why }) => Ok(Observed::Known(Packages::Refused(format!("{what}: {why}")))),
        Err(PortError::Crash) => Err(PortError::Crash),
        Err(error) => Ok(Observed::Unknown(error.to_string())),
    }
}

/// What this machine has, as builds of a commit find it.
async fn machine(world: &World<'_>, seen: &Observation, commit: &CommitId, jobs: &[Job]) -> PortResult<Machine> {
    let unreadable = |why: &str| PortError::Failed { what: "reading its workspace".to_owned(), why: why.to_owned() };
    let files = match seen.files.get(commit) {
        Some(Observed::Known(files)) => files,
        Some(Observed::Unknown(why)) => return Err(unreadable(why)),
        None => return Err(unreadable("it was not looked at")),
    };
    let workspace = Workspace::read(files).map_err(|error| unreadable(&error.to_string()))?;
    world.workshops.look(commit, workspace.folder(), jobs).await
}

/// Observe no more than refs and what the forge holds.
///
/// # Errors
/// The repository's refs cannot be read.
pub async fn observe_refs(world: &World<'_>, today: Date) -> PortResult<Observation> {
    let branches = world.git.branches().await?;
    let tags = world.git.tags().await?;
    Ok(Observation {
        today,
        branches: branches.into_iter().map(|(name, commit)| (name, BranchHead { commit })).collect(),
        tags: tags.into_iter().map(|(name, commit)| (name, TagRef { commit })).collect(),
        files: BTreeMap::new(),
        packages: BTreeMap::new(),
        pull_requests: observed(world.forge.pull_requests(HEAD_PREFIX).await),
        index: BTreeMap::new(),
        forge_releases: observed(world.forge.releases().await),
        unreadable: BTreeMap::new(),
        machines: BTreeMap::new(),
        key: world.notary.key(),
        vouches: world.notary.vouches(),
        maintenance: Observed::Known(Maintenance::default()),
    })
}

fn observed<T>(result: PortResult<T>) -> Observed<T> {
    match result {
        Ok(fact) => Observed::Known(fact),
        Err(error) => Observed::Unknown(error.to_string()),
    }
}
