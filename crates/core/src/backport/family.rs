//! Commits of main that are about one change: what makes it, takes it back, and makes it again.

use std::collections::BTreeSet;

use super::{class::is_nominated_by_message, maintenance::Maintenance};
use crate::{
    model::{CommitId, LoggedCommit, MainChange},
    pick::{Look, Words},
};

/// A change and all that became of it on main.
#[derive(Debug, Clone)]
pub(super) struct Family<'k> {
    /// Oldest first; the first one made the change.
    pub(super) members: Vec<Member<'k>>,
}

/// One commit of a family.
#[derive(Debug, Clone)]
pub(super) struct Member<'k> {
    pub(super) commit: &'k LoggedCommit,
    /// How many commits of main came after it.
    pub(super) age: usize,
    /// The change is there after it; else it is gone.
    pub(super) makes: bool,
    /// Where it is a merge: the commits that came with it and make it up.
    pub(super) parts: BTreeSet<&'k CommitId>,
}

impl<'k> Member<'k> {
    fn new(change: &'k MainChange, makes: bool) -> Self {
        let brought = || change.commit.brought.iter().filter(|(_, message)| !message.starts_with("Merge "));
        let fixes: BTreeSet<&CommitId> =
            brought().filter(|(_, message)| is_nominated_by_message(message).is_some()).map(|(id, _)| id).collect();
        let parts = if fixes.is_empty() { brought().map(|(id, _)| id).collect() } else { fixes };
        Self { commit: &change.commit, age: change.age, makes, parts }
    }
}

impl<'k> Family<'k> {
    /// The commit that made the change first.
    pub(super) fn root(&self) -> &'k LoggedCommit {
        self.members[0].commit
    }

    /// What main did last.
    pub(super) fn newest(&self) -> &Member<'k> {
        self.members.last().expect("a family has a member")
    }

    /// What a newer commit of main does to this change. None: nothing.
    fn makes(&self, change: &MainChange, words: Option<&Words>, look: &Look<'_, '_>) -> Option<bool> {
        let id = &change.commit.id;
        if let Some(member) = self.members.iter().rfind(|member| change.undoes.contains(&member.commit.id)) {
            return Some(!member.makes);
        }
        let named = |member: &Member<'_>| {
            let any = |words: &Words| member.commit.messages().any(|(id, message)| words.mean(id, message));
            words.is_some_and(any)
        };
        self.members.iter().rev().find_map(|member| {
            if look.does_the_same(id, &member.commit.id) {
                return Some(member.makes);
            }
            look.takes_back(id, &member.commit.id, named(member)).then_some(!member.makes)
        })
    }
}

/// The families of what is known of main, oldest first; `is_own` says which changes begin one.
pub(super) fn families<'k>(
    known: &'k Maintenance<'_>,
    look: &Look<'_, '_>,
    is_own: impl Fn(&LoggedCommit) -> bool,
) -> Vec<Family<'k>> {
    let mut families: Vec<Family<'k>> = Vec::new();
    for change in known.changes.iter().rev() {
        let (mut joined, words) = (false, Words::of(&change.commit.message));
        for family in &mut families {
            if let Some(makes) = family.makes(change, words.as_ref(), look) {
                family.members.push(Member::new(change, makes));
                joined = true;
            }
        }
        if !joined && is_own(&change.commit) {
            families.push(Family { members: vec![Member::new(change, true)] });
        }
    }
    families
}
