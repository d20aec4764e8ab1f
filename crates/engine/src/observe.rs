//! Look at what every decision begins with: refs, and what the forge holds. All else is asked for.
//!
//! The repository must be readable, or there is nothing to say. What else cannot be seen is recorded as unknown, with the
//! cause, and the plan waits for it.

use jiff::civil::Date;
use stationmaster_core::{
    facts::Facts,
    model::{BranchHead, Decided, HEAD_PREFIX, JournalEvent, JournalKind, Observed, TagRef},
};

use crate::ports::{JournalQuery, PortResult, World};

/// Look at refs, at what the forge holds, and at what people decided.
///
/// # Errors
/// The repository's refs cannot be read.
pub async fn observe(world: &World<'_>, today: Date) -> PortResult<Facts> {
    let branches = world.refs.branches().await?;
    let tags = world.refs.tags().await?;
    Ok(Facts {
        branches: branches.into_iter().map(|(name, commit)| (name, BranchHead { commit })).collect(),
        tags: tags.into_iter().map(|(name, commit)| (name, TagRef { commit })).collect(),
        pull_requests: observed(world.forge.pull_requests(HEAD_PREFIX).await),
        index_is_whole: world.registry.knows_others(),
        forge_releases: observed(world.forge.releases().await),
        key: world.notary.key(),
        vouches: world.notary.vouches(),
        policy: world.notary.policy(),
        tool: world.notary.tool().to_owned(),
        decisions: observed(decisions(world).await),
        ..Facts::of_nothing(today)
    })
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

fn observed<T>(result: PortResult<T>) -> Observed<T> {
    match result {
        Ok(fact) => Observed::Known(fact),
        Err(error) => Observed::Unknown(error.to_string()),
    }
}
