//! What a release is judged by before it leaves: its crates as packaged, and what the index says of them and of what they need.

use std::collections::BTreeMap;

use stationmaster_core::{
    facts::Facts,
    lint::registry_rules,
    model::{CommitId, CrateRelease, CrateVersions, Observed, Packaged},
};

use crate::{
    answer::decide,
    ports::{PortResult, StagedCrate, World},
};

/// Package the crates of a commit, or find them staged. In the order of `crates`.
///
/// # Errors
/// One cannot be packaged.
pub async fn package(world: &World<'_>, commit: &CommitId, crates: &[CrateRelease]) -> PortResult<Vec<Packaged>> {
    let staged = world.here.builder.stage(commit, crates).await?;
    packaged(world, &staged).await
}

/// What the registry will see of staged crates, in their order.
///
/// # Errors
/// A staged file cannot be read.
pub async fn packaged(world: &World<'_>, staged: &[StagedCrate]) -> PortResult<Vec<Packaged>> {
    let facts = world.registry.sees(world.here.builder.facts(staged).await?)?;
    let both = facts.into_iter().zip(staged);
    Ok(both.map(|(facts, staged)| Packaged { facts, checksum: staged.checksum.clone() }).collect())
}

/// What the index says of all that packaged crates are judged by.
///
/// # Errors
/// Only a crash point: what was not answered is unknown.
pub async fn index(world: &World<'_>, packaged: &[Packaged]) -> PortResult<BTreeMap<String, Observed<CrateVersions>>> {
    let nothing = Facts::of_nothing(world.clock.today());
    let mut facts = Facts { index_is_whole: world.registry.knows_others(), ..nothing };
    decide(world, &mut facts, |ask| registry_rules::release_in_index(ask, packaged).is_ok()).await?;
    Ok(facts.index)
}
