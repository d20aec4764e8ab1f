//! Look at what every decision begins with: refs, and what the forge holds. All else is asked for.
//!
//! The project's own repository must be readable, or there is nothing to say. What else cannot be seen is recorded as unknown,
//! with the cause, and the plan waits for it.

use futures_util::future::try_join_all;
use jiff::civil::Date;
use stationmaster_core::{
    facts::{Facts, RepositoryFacts},
    model::{
        BranchHead, Decided, HEAD_PREFIX, JournalEvent, JournalKind, Observed, RepositoryId, RepositoryName, TagRef,
    },
};

use crate::ports::{JournalQuery, PortError, PortResult, World};

/// Look at refs, at what the forges hold, and at what people decided.
///
/// # Errors
/// The refs of the project's own repository cannot be read.
pub async fn observe(world: &World<'_>, today: Date) -> PortResult<Facts> {
    Ok(Facts {
        own: look(world).await?,
        others: try_join_all(world.others.keys().map(|name| look_elsewhere(world, name))).await?.into_iter().collect(),
        index_is_whole: world.registry.knows_others(),
        key: world.notary.key(),
        vouches: world.notary.vouches(),
        policy: world.notary.policy(),
        tool: world.notary.tool().to_owned(),
        decisions: observed(decisions(world).await)?,
        ..Facts::of_nothing(today)
    })
}

/// Look at the refs of the repository at hand, and at what its forge holds.
async fn look(world: &World<'_>) -> PortResult<RepositoryFacts> {
    let branches = world.here.refs.branches().await?;
    let tags = world.here.refs.tags().await?;
    Ok(RepositoryFacts {
        branches: branches.into_iter().map(|(name, commit)| (name, BranchHead { commit })).collect(),
        tags: tags.into_iter().map(|(name, commit)| (name, TagRef { commit })).collect(),
        pull_requests: observed(world.here.forge.pull_requests(HEAD_PREFIX).await)?,
        forge_releases: observed(world.here.forge.releases().await)?,
        ..RepositoryFacts::default()
    })
}

/// The same of another repository. That one cannot be seen is no reason to see nothing.
async fn look_elsewhere(
    world: &World<'_>,
    name: &RepositoryName,
) -> PortResult<(RepositoryName, Observed<RepositoryFacts>)> {
    let there = world.at(&RepositoryId::Other(name.clone()))?;
    Ok((name.clone(), observed(look(&there).await)?))
}

/// What people decided, oldest first.
async fn decisions(world: &World<'_>) -> PortResult<Vec<Decided>> {
    let entries = world.journal.find(&JournalQuery::of([JournalKind::Fix])).await?;
    let decided = entries.into_iter().filter_map(|entry| match entry.event {
        JournalEvent::Fix(decision) => Some(Decided { decision, by: entry.who, at: entry.at }),
        _ => None,
    });
    Ok(decided.collect())
}

/// A fact, or why it could not be had.
///
/// # Errors
/// Only a crash point of a pretend world.
pub(crate) fn observed<T>(result: PortResult<T>) -> PortResult<Observed<T>> {
    match result {
        Ok(fact) => Ok(Observed::Known(fact)),
        Err(PortError::Crash) => Err(PortError::Crash),
        Err(error) => Ok(Observed::Unknown(error.to_string())),
    }
}
