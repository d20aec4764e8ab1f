//! The fixes that there are: nominated by a person or by their message, and what takes them back.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    class::{Classified, Source, is_nominated_by_message},
    family::{Family, families},
    maintenance::Maintenance,
};
use crate::{
    model::{ChangeClass, CommitId, Decided, FixDecision, LineName, LoggedCommit, MainChange},
    pick::{Look, Words, title},
};

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
    /// The fix that it takes back, where it does.
    pub reverts: Option<CommitId>,
    /// The newer change of main that stands for it: that took it back, or made it again.
    pub reverted_by: Option<CommitId>,
    /// A newer commit of main that means to take it back, and leaves something of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partly_reverted_by: Option<CommitId>,
}

impl Fix {
    /// Its name for people.
    pub fn subject(&self) -> String {
        title(&self.change.message)
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
pub(super) fn changes_of(main: &[LoggedCommit], decisions: &[Decided], asked: &[CommitId]) -> Vec<MainChange> {
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
        let may_revert = || {
            let words = Words::of_commit(commit);
            let mean = |words: Words| {
                let mut all = kept.iter().flat_map(|old| old.commit.messages());
                all.any(|(id, message)| words.mean(id, message))
            };
            words.is_some_and(mean)
        };
        if is_fix || may_revert() {
            kept.push(MainChange { commit: commit.clone(), age, undoes: Vec::new() });
        }
    }
    kept.reverse();
    kept
}

/// The fixes, newest first, and the families that they are in. Withdrawn ones are none.
pub(super) fn fixes<'k>(known: &'k Maintenance<'_>, look: &Look<'_, '_>) -> (Vec<Fix>, Vec<Family<'k>>) {
    let is_asked = |commit: &LoggedCommit| {
        let is_none = matches!(nomination(known, commit), Nomination::None);
        is_none && known.asked.iter().any(|id| commit.is_or_brought(id))
    };
    let own = |commit: &LoggedCommit| match nomination(known, commit) {
        Nomination::Fix(class, also) => Some((class, also)),
        Nomination::None | Nomination::Withdrawn => None,
    };
    let families = families(known, look, |commit| own(commit).is_some() || is_asked(commit));
    let mut fixes: Vec<Fix> = Vec::new();
    for change in &known.changes {
        let of =
            || families.iter().filter(|family| family.members.iter().any(|member| member.commit == &change.commit));
        let Some(first) = of().next() else { continue };
        if matches!(nomination(known, &change.commit), Nomination::Withdrawn) {
            continue;
        }
        // What makes a fix again, or takes it back, is of its class, whoever asks about it.
        let class = own(&change.commit).or_else(|| own(first.root()));
        let asked = || {
            let is_asked = is_asked(&change.commit) || is_asked(first.root());
            is_asked.then(|| (by(ChangeClass::Other, true, Source::Nothing), BTreeSet::new()))
        };
        let Some((class, also)) = class.or_else(asked) else { continue };
        let is_newest = of().any(|family| family.newest().commit == &change.commit);
        let makes = first.members.iter().any(|member| member.commit == &change.commit && member.makes);
        fixes.push(Fix {
            change: change.commit.clone(),
            age: change.age,
            class,
            also,
            waived: waivers(known, &change.commit),
            reverts: (!makes).then(|| first.root().id.clone()),
            reverted_by: (!is_newest).then(|| first.newest().commit.id.clone()),
            partly_reverted_by: first.partly.filter(|_| is_newest && makes).cloned(),
        });
    }
    (fixes, families)
}

enum Nomination {
    Fix(Classified, BTreeSet<LineName>),
    Withdrawn,
    None,
}

/// What people said last of a change; else what its message says.
fn nomination(known: &Maintenance<'_>, commit: &LoggedCommit) -> Nomination {
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

fn waivers(known: &Maintenance<'_>, commit: &LoggedCommit) -> BTreeMap<LineName, Waiver> {
    let given = known.decisions.iter().filter_map(|decided| match &decided.decision {
        FixDecision::Waive { change, line, why } if commit.is_or_brought(change) => {
            Some((*line, Waiver { by: decided.by.clone(), why: why.clone() }))
        }
        _ => None,
    });
    given.collect()
}
