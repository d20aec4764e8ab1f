//! What must be seen before a decision.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};

use crate::model::{CommitId, CrateRelease, FileSelection, Job, LineBranch, LineName, Pick, Place, RepositoryId};

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "ask")]
pub enum Question {
    /// Files of a commit.
    Files {
        /// The commit.
        commit: CommitId,
        /// Which of its files.
        wanted: FileSelection,
    },
    /// What was committed on main and on lines since they parted from it.
    Histories {
        /// The head of main.
        main: CommitId,
        /// The lines.
        lines: BTreeMap<LineName, LineBranch>,
    },
    /// What a commit does.
    Patch {
        /// The commit.
        commit: CommitId,
    },
    /// How much of a change is in the tree of a commit.
    Held {
        /// The change, and the commit.
        place: Place,
    },
    /// What becomes of changes on another commit.
    Pick {
        /// The changes, and the commit.
        pick: Pick,
    },
    /// Whether a pull request merges.
    Merge {
        /// The commit of its base.
        base: CommitId,
        /// The commit of its head.
        head: CommitId,
    },
    /// The crates of a commit as the registry will see them: they are packaged.
    Packages {
        /// The commit.
        commit: CommitId,
        /// In dependency order.
        crates: Vec<CrateRelease>,
    },
    /// This machine, as the builds of a commit find it.
    Machine {
        /// The commit.
        commit: CommitId,
        /// The folder of its workspace, from the repository's root.
        folder: String,
        /// What is to be built.
        jobs: Vec<Job>,
    },
    /// What the registry's index has of a crate.
    Index {
        /// Its name.
        name: String,
    },
}

/// The questions of one round, each once, by the repository that they are asked of.
pub type Questions = BTreeMap<RepositoryId, BTreeSet<Question>>;

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Files { commit, .. } => write!(f, "the files of commit {}", commit.short()),
            Self::Histories { main, .. } => {
                write!(f, "what was committed on main, up to {}, and on its lines", main.short())
            }
            Self::Patch { commit } => write!(f, "what commit {} does", commit.short()),
            Self::Held { place: (change, at) } => {
                write!(f, "how much of {} is in commit {}", change.short(), at.short())
            }
            Self::Pick { pick } => {
                let changes: Vec<&str> = pick.changes.iter().map(CommitId::short).collect();
                write!(f, "what {} comes to on {}", changes.join(", "), pick.onto.short())
            }
            Self::Merge { base, head } => write!(f, "whether {} merges into {}", head.short(), base.short()),
            Self::Packages { commit, .. } => write!(f, "the packaged crates of commit {}", commit.short()),
            Self::Machine { commit, .. } => write!(f, "what this machine can build of commit {}", commit.short()),
            Self::Index { name } => write!(f, "the index entry of {name}"),
        }
    }
}
