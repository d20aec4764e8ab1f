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
    /// What means to take back the newest of them, and leaves something of it.
    pub(super) partly: Option<&'k CommitId>,
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

    /// Words may mean it.
    pub(super) fn is_meant(&self, words: Option<&Words>) -> bool {
        let any = |words: &Words| self.commit.messages().any(|(id, message)| words.mean(id, message));
        words.is_some_and(any)
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
        self.members.iter().rev().find_map(|member| {
            if look.does_the_same(id, &member.commit.id) {
                return Some(member.makes);
            }
            look.takes_back(id, &member.commit.id, member.is_meant(words)).then_some(!member.makes)
        })
    }

    /// A newer commit of main means to take this change back, and leaves something of it.
    fn loses_a_part(&self, change: &MainChange, words: Option<&Words>, look: &Look<'_, '_>) -> bool {
        let makes = self.newest().makes;
        let mut made = self.members.iter().filter(|member| makes && member.makes && member.is_meant(words));
        made.any(|member| look.takes_back_a_part(&change.commit.id, &member.commit.id, true))
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
        let (mut joined, words) = (false, Words::of_commit(&change.commit));
        for family in &mut families {
            if let Some(makes) = family.makes(change, words.as_ref(), look) {
                family.members.push(Member::new(change, makes));
                family.partly = None;
                joined = true;
            } else if family.loses_a_part(change, words.as_ref(), look) {
                family.partly = Some(&change.commit.id);
            }
        }
        if !joined && is_own(&change.commit) {
            families.push(Family { members: vec![Member::new(change, true)], partly: None });
        }
    }
    families
}
