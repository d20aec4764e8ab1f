//! Look at fixes and at the lines that take them.

use stationmaster_core::{
    backport,
    model::{CommitId, Decided, Deeds, JournalEvent, MainChange, Maintenance, Observation, Observed, Place},
    pick::Lacking,
    policy::Policy,
};

use crate::ports::{Histories, PortError, PortResult, World};

/// What is known of fixes. Needs refs and pull requests. Nothing is looked at where the policy has no backports.
///
/// # Errors
/// [`PortError`]: the journal, the repository's history or its objects cannot be read.
pub async fn maintenance(world: &World<'_>, policy: &Policy, seen: &Observation) -> PortResult<Maintenance> {
    look(world, policy, seen, |_| Vec::new()).await
}

/// The same, with changes of main that are asked about, chosen from what was committed.
///
/// # Errors
/// As [`maintenance`].
pub async fn look(
    world: &World<'_>,
    policy: &Policy,
    seen: &Observation,
    ask: impl FnOnce(&Histories) -> Vec<CommitId>,
) -> PortResult<Maintenance> {
    let decisions = decisions(world).await?;
    let lines = backport::lines_of_interest(policy, seen, &decisions);
    let main = seen.branches.get(&policy.project.main);
    let (Some(main), false) = (main, lines.is_empty()) else {
        return Ok(Maintenance { decisions, ..Maintenance::default() });
    };
    let histories = world.git.histories(&main.commit, &lines).await?;
    let asked = ask(&histories);
    let changes = backport::relevant(&histories.main, &decisions, &asked);
    let (lines, deeds, picks) = (histories.lines, Deeds::default(), Vec::new());
    let mut known = Maintenance { changes, lines, asked, decisions, deeds, picks };
    loop {
        let silent = backport::silent(&histories.main, &known);
        let lacking = Lacking { patches: silent.patches, held: silent.held };
        if lacking.is_empty() && silent.found.is_empty() {
            break;
        }
        answer(world, lacking, &mut known.deeds).await?;
        silent.found.into_iter().for_each(|found| add(&mut known.changes, found));
    }
    loop {
        let lacking = backport::lacking(policy, seen, &known);
        if lacking.is_empty() {
            break;
        }
        answer(world, lacking, &mut known.deeds).await?;
    }
    let wanted = backport::wanted_picks(policy, seen, &known);
    let picked = world.git.try_picks(&wanted).await;
    for (pick, picked) in wanted.into_iter().zip(picked) {
        known.picks.push((pick, observed(picked)?));
    }
    Ok(known)
}

/// Find out what commits do, and how much of their changes is where.
///
/// # Errors
/// Only a crash point: what could not be looked at is unknown.
pub async fn answer(world: &World<'_>, lacking: Lacking, deeds: &mut Deeds) -> PortResult<()> {
    let commits: Vec<CommitId> = lacking.patches.into_iter().collect();
    let patches = world.git.patch_ids(&commits).await;
    for (commit, patch) in commits.into_iter().zip(patches) {
        deeds.patches.insert(commit, observed(patch)?);
    }
    let places: Vec<Place> = lacking.held.into_iter().collect();
    let held = world.git.held(&places).await;
    for ((change, at), held) in places.into_iter().zip(held) {
        deeds.held.entry(change).or_default().insert(at, observed(held)?);
    }
    Ok(())
}

fn observed<T>(answer: PortResult<T>) -> PortResult<Observed<T>> {
    match answer {
        Ok(fact) => Ok(Observed::Known(fact)),
        Err(PortError::Crash) => Err(PortError::Crash),
        Err(error) => Ok(Observed::Unknown(error.to_string())),
    }
}

/// Put a change among those of main, newest first.
fn add(changes: &mut Vec<MainChange>, found: MainChange) {
    match changes.iter_mut().find(|change| change.age == found.age) {
        Some(change) => change.undoes.extend(found.undoes),
        None => {
            let at = changes.iter().position(|change| change.age > found.age).unwrap_or(changes.len());
            changes.insert(at, found);
        }
    }
}

/// What people decided, oldest first.
async fn decisions(world: &World<'_>) -> PortResult<Vec<Decided>> {
    let entries = world.journal.entries().await?;
    let decided = entries.into_iter().filter_map(|entry| match entry.event {
        JournalEvent::Fix(decision) => Some(Decided { decision, by: entry.who, at: entry.at }),
        _ => None,
    });
    Ok(decided.collect())
}
