//! The fixes that there are: nominated by a person or by their message, and what takes them back.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    class::{Classified, Source, is_nominated_by_message},
    revert::takes_back,
};
use crate::model::{ChangeClass, CommitId, Decided, FixDecision, LineName, LoggedCommit, MainChange, Maintenance};

/// A change of main that lines may need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// The commit on main.
    pub change: LoggedCommit,
    /// How many commits of main came after it.
    pub age: usize,
    /// Its class.
    pub class: Classified,
    /// Lines that a person wants it on although the policy only allows it there.
    pub also: BTreeSet<LineName>,
    /// Lines that do without it.
    pub waived: BTreeMap<LineName, Waiver>,
    /// The fix that it takes back.
    pub reverts: Option<CommitId>,
    /// The change of main that takes it back.
    pub reverted_by: Option<CommitId>,
}

impl Fix {
    /// Its name for people: the first line of its message.
    pub fn subject(&self) -> &str {
        self.change.subject()
    }
}

/// Why a line does without a fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiver {
    /// Who decided it.
    pub by: String,
    /// In that person's words.
    pub why: String,
}

/// Of main's history, newest first, what matters to lines: what is nominated or asked about, and what takes that back.
pub fn relevant(main: &[LoggedCommit], decisions: &[Decided], asked: &[CommitId]) -> Vec<MainChange> {
    let nominated: BTreeSet<&CommitId> = decisions
        .iter()
        .filter_map(|decided| match &decided.decision {
            FixDecision::Nominate { change, .. } => Some(change),
            _ => None,
        })
        .chain(asked)
        .collect();
    let mut kept: Vec<MainChange> = Vec::new();
    // Oldest first: what takes a change back comes after it.
    for (age, commit) in main.iter().enumerate().rev() {
        let is_fix =
            commit.messages().any(|(id, message)| nominated.contains(id) || is_nominated_by_message(message).is_some());
        let reverts = commit.message.contains("reverts commit")
            && kept.iter().any(|old| old.commit.messages().any(|(id, _)| takes_back(&commit.message, id)));
        if is_fix || reverts {
            kept.push(MainChange { commit: commit.clone(), age });
        }
    }
    kept.reverse();
    kept
}

/// The fixes, newest first. Withdrawn ones are none.
pub fn fixes(known: &Maintenance) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = Vec::new();
    for change in known.changes.iter().rev() {
        let reverted =
            fixes.iter_mut().rfind(|old| old.change.messages().any(|(id, _)| takes_back(&change.commit.message, id)));
        let reverts = reverted.as_ref().map(|old| (old.change.id.clone(), old.class.clone()));
        let own = nomination(known, &change.commit);
        let class = match (own, &reverts) {
            (Nomination::Fix(class, also), _) => Some((class, also)),
            (Nomination::None, Some((_, class))) => Some((class.clone(), BTreeSet::new())),
            (Nomination::None, None) if known.asked.iter().any(|id| change.commit.is_or_brought(id)) => {
                Some((by(ChangeClass::Other, true, Source::Nothing), BTreeSet::new()))
            }
            (Nomination::None, None) | (Nomination::Withdrawn, _) => None,
        };
        if let Some(old) = reverted {
            old.reverted_by = Some(change.commit.id.clone());
        }
        let Some((class, also)) = class else { continue };
        fixes.push(Fix {
            change: change.commit.clone(),
            age: change.age,
            class,
            also,
            waived: waivers(known, &change.commit),
            reverts: reverts.map(|(id, _)| id),
            reverted_by: None,
        });
    }
    come_back(&mut fixes);
    fixes.reverse();
    fixes
}

/// A change whose revert was itself taken back is there again.
fn come_back(fixes: &mut [Fix]) {
    let taken_back: BTreeSet<CommitId> =
        fixes.iter().filter(|fix| fix.reverted_by.is_some()).map(|fix| fix.change.id.clone()).collect();
    for fix in fixes {
        if fix.reverted_by.as_ref().is_some_and(|by| taken_back.contains(by)) {
            fix.reverted_by = None;
        }
    }
}

enum Nomination {
    Fix(Classified, BTreeSet<LineName>),
    Withdrawn,
    None,
}

/// What people said last of a change; else what its message says.
fn nomination(known: &Maintenance, commit: &LoggedCommit) -> Nomination {
    let last = known.decisions.iter().rev().find_map(|decided| match &decided.decision {
        FixDecision::Nominate { change, class, on_by_default, lines, .. } if commit.is_or_brought(change) => {
            Some(Nomination::Fix(by(*class, *on_by_default, Source::Hand), lines.iter().copied().collect()))
        }
        FixDecision::Withdraw { change, .. } if commit.is_or_brought(change) => Some(Nomination::Withdrawn),
        _ => None,
    });
    let by_message = || {
        let (class, on) = commit.messages().find_map(|(_, message)| is_nominated_by_message(message))?;
        Some(Nomination::Fix(by(class, on, Source::Trailer), BTreeSet::new()))
    };
    last.or_else(by_message).unwrap_or(Nomination::None)
}

fn by(class: ChangeClass, on_by_default: bool, source: Source) -> Classified {
    Classified { class, on_by_default, satellite: false, source }
}

fn waivers(known: &Maintenance, commit: &LoggedCommit) -> BTreeMap<LineName, Waiver> {
    let given = known.decisions.iter().filter_map(|decided| match &decided.decision {
        FixDecision::Waive { change, line, why } if commit.is_or_brought(change) => {
            Some((*line, Waiver { by: decided.by.clone(), why: why.clone() }))
        }
        _ => None,
    });
    given.collect()
}
