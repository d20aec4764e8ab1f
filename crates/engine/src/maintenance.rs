//! Look at fixes and at the lines that take them.

use stationmaster_core::{
    backport,
    model::{CommitId, Decided, JournalEvent, Maintenance, Observation, Observed},
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
    let mut known = Maintenance { changes, lines: histories.lines, asked, decisions, picks: Vec::new() };
    let wanted = backport::wanted_picks(policy, seen, &known);
    let picked = world.git.try_picks(&wanted).await;
    for (pick, picked) in wanted.into_iter().zip(picked) {
        let picked = match picked {
            Ok(picked) => Observed::Known(picked),
            Err(PortError::Crash) => return Err(PortError::Crash),
            Err(error) => Observed::Unknown(error.to_string()),
        };
        known.picks.push((pick, picked));
    }
    Ok(known)
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
