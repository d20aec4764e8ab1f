//! What waits, sorted by who can end the wait.

use serde::{Deserialize, Serialize};

use crate::{
    model::{Wait, WaitReason},
    step::Plan,
};

/// The waits of a plan, by who can end them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitGroups {
    /// Only a person can: the overdue first (R2).
    pub person: Vec<Wait>,
    /// Could not be looked at, so nothing is done.
    pub unknown: Vec<Wait>,
    /// Checks that run, and trains that go first.
    pub machine: Vec<Wait>,
    /// A day that is to come, soonest first.
    pub date: Vec<Wait>,
}

impl WaitGroups {
    /// Sort the waits of a plan.
    pub fn of(plan: &Plan) -> Self {
        let mut groups = Self::default();
        for wait in &plan.waits {
            let group = match &wait.reason {
                reason if reason.needs_person() => &mut groups.person,
                WaitReason::Unknown { .. } => &mut groups.unknown,
                WaitReason::Date { .. } => &mut groups.date,
                _ => &mut groups.machine,
            };
            group.push(wait.clone());
        }
        groups.person.sort_by_key(|wait| !overdue(wait));
        groups.date.sort_by_key(|wait| match wait.reason {
            WaitReason::Date { day } => Some(day),
            _ => None,
        });
        groups
    }

    /// Nothing waits.
    pub fn is_empty(&self) -> bool {
        self.person.is_empty() && self.unknown.is_empty() && self.machine.is_empty() && self.date.is_empty()
    }
}

/// A person has let it wait for longer than the policy's patience.
pub fn overdue(wait: &Wait) -> bool {
    matches!(wait.reason, WaitReason::Merge { overdue: true, .. })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use semver::Version;

    use super::*;
    use crate::{model::Rule, step::Tag};

    fn wait(reason: WaitReason) -> Wait {
        Wait { version: Version::new(5, 0, 0), step: Tag::named("v5.0.0"), rule: Rule::R2, reason }
    }

    #[test]
    fn waits_are_grouped_by_who_ends_them_with_the_overdue_and_the_soonest_first() {
        let merge = |number, overdue| {
            let (title, opened) = (String::new(), date(2026, 1, 5));
            wait(WaitReason::Merge { number, url: None, title, opened, overdue })
        };
        let on = |day| wait(WaitReason::Date { day });
        let checks = |failed| wait(WaitReason::Checks { number: 3, failed });
        let unknown = wait(WaitReason::Unknown { what: "the index".to_owned(), why: "offline".to_owned() });
        let waits = vec![
            on(date(2026, 3, 5)),
            merge(1, false),
            checks(false),
            unknown.clone(),
            on(date(2026, 2, 5)),
            merge(2, true),
            checks(true),
        ];
        let plan = Plan { today: date(2026, 1, 20), steps: Vec::new(), waits, trains: Vec::new() };
        let groups = WaitGroups::of(&plan);
        assert_eq!(groups.person, [merge(2, true), merge(1, false), checks(true)]);
        assert_eq!(groups.unknown, [unknown]);
        assert_eq!(groups.machine, [checks(false)]);
        assert_eq!(groups.date, [on(date(2026, 2, 5)), on(date(2026, 3, 5))]);
    }
}
