//! What was committed on main and on release lines.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CommitId, LineName, Observed};

/// A commit as a log shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedCommit {
    /// Its id.
    pub id: CommitId,
    /// Its full message. Bytes that are not UTF-8 are replaced.
    pub message: String,
    /// When it was committed, in seconds since 1970.
    pub seconds: i64,
    /// Where it is a merge: the commits that came with it, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brought: Vec<(CommitId, String)>,
}

impl LoggedCommit {
    /// The first line of the message.
    pub fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }

    /// Its message, and those of the commits that came with it.
    pub fn messages(&self) -> impl Iterator<Item = (&CommitId, &str)> {
        let own = std::iter::once((&self.id, self.message.as_str()));
        own.chain(self.brought.iter().map(|(id, message)| (id, message.as_str())))
    }

    /// Whether it is this commit, or brought it.
    pub fn is_or_brought(&self, id: &CommitId) -> bool {
        self.messages().any(|(own, _)| own == id)
    }
}

/// The branch of a release line, to be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineBranch {
    /// Its name.
    pub branch: String,
    /// The newest commit.
    pub head: CommitId,
    /// The commit of the line's first release, where that is out. A branch that followed main after it parted there: what came
    /// since is not in that release.
    pub released: Option<CommitId>,
}

/// A release line since it parted from main.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineHistory {
    /// Its branch.
    pub branch: String,
    /// The newest commit.
    pub head: CommitId,
    /// How many commits main has since that, or since the line's first release, whichever is older. None: the line never was
    /// on main.
    pub parted: Option<usize>,
    /// What came to the line since, along first parents, newest first.
    pub commits: Vec<LoggedCommit>,
}

/// A change of main that matters to lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MainChange {
    /// The commit.
    pub commit: LoggedCommit,
    /// How many commits of main came after it.
    pub age: usize,
    /// Changes that were there before it and are gone since, although it does not say so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undoes: Vec<CommitId>,
}

/// What a commit does, whatever it is called and wherever in its files it does it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatchIds {
    /// The id of its change.
    pub does: String,
    /// The id of the change that takes it back.
    pub undoes: String,
}

/// How much of a change is in the tree of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// All of it: made there, it changes nothing.
    All,
    /// Some of it: made there, it changes less than it did.
    Part,
    /// Nothing: all of it can be made there.
    Nothing,
    /// It does not merge there.
    Unclear,
}

/// A change, and the commit in whose tree it is looked for.
pub type Place = (CommitId, CommitId);

/// What commits do, and how much of it is where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deeds {
    /// By commit; none, where it does nothing. A merge is relative to its first parent.
    pub patches: BTreeMap<CommitId, Observed<Option<PatchIds>>>,
    /// By change, and by the commit in whose tree it was looked for.
    pub held: BTreeMap<CommitId, BTreeMap<CommitId, Observed<Held>>>,
}

impl Deeds {
    /// Nothing was looked at.
    pub fn is_empty(&self) -> bool {
        self.patches.is_empty() && self.held.is_empty()
    }

    /// What a commit does. None: nothing, or it is not known.
    pub fn patch(&self, commit: &CommitId) -> Option<&PatchIds> {
        self.patches.get(commit)?.known()?.as_ref()
    }
}

/// What was committed where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histories {
    /// Main's first parents, newest first, at least back to where the oldest line parted.
    pub main: Vec<LoggedCommit>,
    /// The lines.
    pub lines: BTreeMap<LineName, LineHistory>,
}

/// Changes to be made on another commit, in this order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pick {
    /// The commits whose changes to make.
    pub changes: Vec<CommitId>,
    /// The commit to make them on.
    pub onto: CommitId,
    /// Why, for the messages.
    pub why: Option<String>,
}

/// What a pick comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "picked")]
pub enum Picked {
    /// It gives this commit.
    Clean {
        /// Its id. The same pick always gives the same.
        commit: CommitId,
        /// Files that it changes.
        paths: Vec<String>,
    },
    /// All of it is there already.
    Present,
    /// The changes change nothing.
    Empty,
    /// It does not merge.
    Conflict {
        /// The change that does not.
        change: CommitId,
        /// Where.
        paths: Vec<String>,
    },
}
