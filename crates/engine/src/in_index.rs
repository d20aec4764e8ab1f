//! What a release is judged by before it leaves: its crates as packaged, and what the index says of them and of what they need.

use std::collections::{BTreeMap, BTreeSet};

use stationmaster_core::{
    check::registry_rules::{names_to_ask, other_spellings},
    model::{CommitId, CrateRelease, CrateVersions, Observed, Packaged},
};

use crate::ports::{PortResult, StagedCrate, World};

/// Package the crates of a commit, or find them staged. In the order of `crates`.
///
/// # Errors
/// One cannot be packaged.
pub async fn package(world: &World<'_>, commit: &CommitId, crates: &[CrateRelease]) -> PortResult<Vec<Packaged>> {
    let staged = world.builder.stage(commit, crates).await?;
    packaged(world, &staged).await
}

/// What the registry will see of staged crates, in their order.
///
/// # Errors
/// A staged file cannot be read.
pub async fn packaged(world: &World<'_>, staged: &[StagedCrate]) -> PortResult<Vec<Packaged>> {
    let facts = world.registry.sees(world.builder.facts(staged).await?)?;
    let both = facts.into_iter().zip(staged);
    Ok(both.map(|(facts, staged)| Packaged { facts, checksum: staged.checksum.clone() }).collect())
}

/// What the index says of these names, and of all that packaged crates are judged by. How the names of new crates are written
/// otherwise is asked in a second round, which most releases do not need.
pub async fn index(
    world: &World<'_>,
    mut names: BTreeSet<String>,
    packaged: &[Packaged],
) -> BTreeMap<String, Observed<CrateVersions>> {
    if world.registry.knows_others() {
        names.extend(names_to_ask(packaged));
    }
    let mut index = ask(world, names).await;
    index.extend(ask(world, other_spellings(packaged, &index)).await);
    index
}

async fn ask(world: &World<'_>, names: BTreeSet<String>) -> BTreeMap<String, Observed<CrateVersions>> {
    if names.is_empty() {
        return BTreeMap::new();
    }
    world.registry.index(&names.into_iter().collect::<Vec<_>>()).await
}
