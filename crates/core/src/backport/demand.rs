//! Which lines must, may or must not have a fix, and by which rule (R6, R7, R9, R13, X2, X4).

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::{Classified, Source};
use crate::{
    calendar::{Calendar, is_over},
    facts::Facts,
    model::{ChangeClass, LineName, Rule},
    policy::{BackportRule, Policy},
};

/// What is true of a line on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "line", content = "day")]
pub enum LineState {
    /// Cut, and not released yet: what is on the branch goes out with its first release.
    Boarding,
    /// Released, and supported.
    Supported,
    /// Its support ended with this day.
    Ended(Date),
}

/// What the policy says of a fix and a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "verdict")]
pub enum Demand {
    /// The line must have it.
    Must {
        /// By this rule.
        rule: Rule,
    },
    /// It may have it.
    May {
        /// By this rule.
        rule: Rule,
    },
    /// It must not.
    MustNot {
        /// By this rule.
        rule: Rule,
        /// Why.
        why: Refusal,
    },
}

/// Why a line must not have a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "because")]
pub enum Refusal {
    /// Its support ended.
    EndOfLife {
        /// On this day.
        day: Date,
    },
    /// The behavior is off by default.
    OffByDefault,
    /// Changes of this class go to no line.
    Class {
        /// The class.
        class: ChangeClass,
    },
    /// It is a satellite's.
    Satellite,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::EndOfLife { day } => write!(f, "the line's support ended on {day}"),
            Self::OffByDefault => f.write_str("the behavior is off by default"),
            Self::Class { class } => write!(f, "the policy takes a change of class `{class}` to no line"),
            Self::Satellite => f.write_str("it touches nothing but satellites"),
        }
    }
}

/// Every line that has a branch and a train, with what is true of it on the day that was looked at.
pub fn line_states(policy: &Policy, seen: &Facts) -> BTreeMap<LineName, LineState> {
    let project = &policy.project;
    let trains = Calendar::new(policy, Date::MIN, seen.today).trains;
    let states = trains.into_iter().filter_map(|train| {
        let first = train.line.first_version();
        seen.own.branches.get(&project.release_branch.with(&first))?;
        let state = match train.end_of_life {
            Some(day) if is_over(Some(day), seen.today) => LineState::Ended(day),
            _ if seen.own.tags.contains_key(&project.tag.with(&first)) => LineState::Supported,
            _ => LineState::Boarding,
        };
        Some((train.line, state))
    });
    states.collect()
}

/// What the policy of a day says of a fix and one of these lines.
pub fn demand(
    policy: &Policy,
    today: Date,
    fix: &Classified,
    lines: &BTreeMap<LineName, LineState>,
    line: LineName,
) -> Demand {
    let Some(state) = lines.get(&line) else { return Demand::May { rule: Rule::X2 } };
    let newer = lines.range(line..).skip(1).filter(|(_, state)| **state == LineState::Supported).count();
    by_state(policy, today, fix, *state, newer)
}

/// The same by what is true of the line; `newer` is how many supported lines are newer.
pub(super) fn by_state(policy: &Policy, today: Date, fix: &Classified, state: LineState, newer: usize) -> Demand {
    let not = |rule, why| Demand::MustNot { rule, why };
    if fix.satellite {
        return not(Rule::R13, Refusal::Satellite);
    }
    if let LineState::Ended(day) = state {
        return not(Rule::R7, Refusal::EndOfLife { day });
    }
    // Nobody said what it is: nothing is asked, and nothing forbidden.
    if fix.source == Source::Nothing {
        return Demand::May { rule: Rule::R6 };
    }
    if !fix.on_by_default {
        return not(Rule::R6, Refusal::OffByDefault);
    }
    let rule = match fix.class {
        ChangeClass::Miscompilation => Rule::R9,
        _ if state == LineState::Boarding => Rule::X2,
        _ => Rule::R7,
    };
    match policy.on(today).backport.get(&fix.class) {
        Some(BackportRule::Supported) => Demand::Must { rule },
        Some(BackportRule::Latest(latest)) if state == LineState::Boarding || newer < *latest as usize => {
            Demand::Must { rule }
        }
        Some(BackportRule::Latest(_)) => Demand::May { rule },
        Some(BackportRule::Never) => not(Rule::R6, Refusal::Class { class: fix.class }),
        // The policy is silent: nothing is asked, and nothing forbidden.
        None => Demand::May { rule: Rule::R6 },
    }
}
