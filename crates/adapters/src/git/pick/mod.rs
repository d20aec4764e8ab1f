//! One commit's change on another commit, as objects (X2): a three-way merge of trees, without a checkout.
//!
//! A change is small, and a release line may be years away. So only the paths that the change touches are merged, with those
//! that they were renamed to on the line; all other files are the line's and are not looked at.

mod changes;
mod conflicts;
mod held;
mod patch_id;
mod picking;
mod platforms;
mod predecessors;
mod reduced;
mod renames;
mod several;

use std::collections::BTreeMap;

use gix::{ObjectId, bstr::BString, objs::tree::EntryMode};
use stationmaster_core::{model::CommitId, pick::resolve::ConflictedFile};

use super::{
    PortResult, Repository, commit_id,
    diff::is_text,
    encoding,
    failure::{failed, missing, refused},
    write,
};
use changes::Changes;
pub use picking::Picking;
pub use predecessors::Predecessor;

/// A file's mode and blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    mode: EntryMode,
    id: ObjectId,
}

/// Files of a tree by path; none where there is no such file.
type Entries = BTreeMap<BString, Option<Entry>>;

/// What a change comes to on another commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picked {
    /// The change changes nothing anywhere.
    Empty,
    /// All of it is there already.
    Present,
    /// It gives this tree, which is written.
    Clean {
        /// The tree's id, in hex.
        tree: String,
        /// Paths that did not merge as texts, and were resolved by what they are.
        resolved: Vec<String>,
    },
    /// It does not merge; nothing is written.
    Conflict(Vec<ConflictedFile>),
}

/// Makes the text of a file that does not merge, from what is known of such files. None: a person must. Files that do merge
/// are asked for too: there, none says that they are right.
pub type Resolve<'r> = &'r dyn Fn(&ConflictedFile) -> Option<String>;

impl Repository {
    /// The change that `change` makes to its parent, made to the tree of `onto`. Objects are written only where it is clean.
    ///
    /// `parent` is the number of the parent, from 1, which a merge commit must be given.
    ///
    /// # Errors
    /// A root commit, or a merge commit without a parent's number; an object that is missing from the clone.
    pub fn pick(
        &self,
        change: &CommitId,
        parent: Option<usize>,
        onto: &CommitId,
        resolve: Resolve<'_>,
    ) -> PortResult<Picked> {
        let picking = self.picking();
        let picked = picking.pick(change, parent, onto, resolve)?;
        if let Picked::Clean { tree, .. } = &picked {
            picking.keep(tree)?;
        }
        Ok(picked)
    }

    /// The id of a commit's tree, in hex.
    ///
    /// # Errors
    /// The commit is missing.
    pub fn tree_id(&self, commit: &CommitId) -> PortResult<String> {
        Self::tree_of(&self.local(), commit).map(|tree| tree.to_string())
    }

    /// The paths at which two commits' trees differ, sorted; a renamed file has two.
    ///
    /// # Errors
    /// A commit or a tree is missing.
    pub fn changed_paths(&self, before: &CommitId, after: &CommitId) -> PortResult<Vec<String>> {
        paths_between(&self.local(), before, after)
    }

    /// A commit's message, read by the encoding that the commit names; what does not fit is replaced.
    ///
    /// # Errors
    /// The commit is missing.
    pub fn message(&self, commit: &CommitId) -> PortResult<String> {
        let repository = self.local();
        let found = Self::commit(&repository, commit)?;
        let found = found.decode().map_err(|error| failed(format!("read commit {commit}"), error))?;
        Ok(encoding::message(&found))
    }
}

/// The paths at which two commits' trees differ.
fn paths_between(repository: &gix::Repository, before: &CommitId, after: &CommitId) -> PortResult<Vec<String>> {
    let (before, after) = (Repository::tree_of(repository, before)?, Repository::tree_of(repository, after)?);
    let changes = Changes::between(repository, before, after)?;
    Ok(changes.before.keys().map(ToString::to_string).collect())
}

/// The parent that a change is relative to.
fn parent_of(commit: &gix::Commit<'_>, number: Option<usize>) -> PortResult<CommitId> {
    let parents: Vec<CommitId> = commit.parent_ids().map(commit_id).collect();
    let what = || format!("picking {}", commit.id);
    match (&parents[..], number) {
        ([], _) => Err(refused(what(), "it is a root commit: it has no parent that its change is relative to")),
        ([only], None | Some(1)) => Ok(only.clone()),
        (all, Some(number)) => number
            .checked_sub(1)
            .and_then(|at| all.get(at))
            .cloned()
            .ok_or_else(|| refused(what(), format!("it has no parent number {number}: it has {}", all.len()))),
        (all, None) => Err(refused(
            what(),
            format!("it is a merge of {} parents: say which one its change is relative to", all.len()),
        )),
    }
}
