//! What a change that does not merge rests on: earlier changes of the same lines that the line lacks.

use gix::{
    ObjectId,
    bstr::{BString, ByteSlice},
    diff::blob::{Algorithm, InternedInput, diff_with_slider_heuristics},
};
use stationmaster_core::{
    model::CommitId,
    pick::{Hunk, Names, Trace},
};

use super::{PortResult, Repository, changes::entry_at, commit_id, failed, parent_of};

/// A change that another one rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predecessor {
    /// Its commit.
    pub commit: CommitId,
    /// The first line of its message.
    pub subject: String,
    /// The files in which it touched the same lines.
    pub paths: Vec<String>,
}

/// One file whose lines are followed back.
struct Followed {
    path: BString,
    trace: Trace,
    blob: Option<ObjectId>,
}

impl Repository {
    /// The changes on the first-parent history of `change`, back to where `onto` parted from it, that touched the lines which
    /// `change` touches in `paths`, and that `onto` does not name as its own. Newest first.
    ///
    /// # Errors
    /// Something is missing from the clone.
    pub fn predecessors(
        &self,
        change: &CommitId,
        parent: Option<usize>,
        onto: &CommitId,
        paths: &[String],
    ) -> PortResult<Vec<Predecessor>> {
        let mut repository = self.local();
        repository.object_cache_size_if_unset(16 << 20);
        let newest = parent_of(&Self::commit(&repository, change)?, parent)?;
        let Some(base) = self.merge_base(change, onto)? else { return Ok(Vec::new()) };
        let mut followed =
            paths.iter().map(|path| follow(&repository, change, &newest, path)).collect::<PortResult<Vec<_>>>()?;
        let mut found = Vec::new();
        let mut at = Self::commit(&repository, &newest)?;
        while commit_id(at.id) != base && followed.iter().any(|file| !file.trace.is_empty()) {
            let Some(older) = at.parent_ids().next() else { break };
            let older = Self::commit(&repository, &commit_id(older))?;
            let touched = step_back(&repository, &older, &mut followed)?;
            if !touched.is_empty() {
                found.push((commit_id(at.id), touched));
            }
            at = older;
        }
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let names = self.names_since(onto, &base)?;
        let mut missing = Vec::new();
        for (commit, paths) in found {
            let message = self.message(&commit)?;
            if !names.may_have(&commit, &message) {
                missing.push(Predecessor { commit, subject: first_line(&message), paths });
            }
        }
        Ok(missing)
    }

    /// What the commits of a line, since it parted at `base`, say they are.
    fn names_since(&self, line: &CommitId, base: &CommitId) -> PortResult<Names> {
        let repository = self.local();
        let mut names = Names::default();
        let mut at = Self::commit(&repository, line)?;
        while commit_id(at.id) != *base {
            names.add(&self.message(&commit_id(at.id))?);
            let Some(parent) = at.parent_ids().next() else { break };
            at = Self::commit(&repository, &commit_id(parent))?;
        }
        Ok(names)
    }
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}

/// The lines of a file that the change touches, as they are before it.
fn follow(repository: &gix::Repository, change: &CommitId, before: &CommitId, path: &str) -> PortResult<Followed> {
    let path = BString::from(path);
    let (old, new) = (blob_at(repository, before, &path)?, blob_at(repository, change, &path)?);
    let mut hunks = hunks(repository, old, new)?;
    let text = content(repository, old)?;
    let lines: Vec<&[u8]> = text.lines().collect();
    let blank = |line: u32| lines.get(line as usize).is_some_and(|line| line.trim().is_empty());
    for hunk in &mut hunks {
        // Whose a blank line is a difference cannot tell: the neighbors are those beyond it.
        while hunk.before.start > 0 && blank(hunk.before.start - 1) {
            hunk.before.start -= 1;
        }
        while blank(hunk.before.end) {
            hunk.before.end += 1;
        }
    }
    Ok(Followed { path, trace: Trace::of_change(&hunks), blob: old })
}

/// Take every followed file to its state in `older`; the files whose lines changed since.
fn step_back(
    repository: &gix::Repository,
    older: &gix::Commit<'_>,
    followed: &mut [Followed],
) -> PortResult<Vec<String>> {
    let tree = older.tree().map_err(|error| failed(format!("read the tree of {}", older.id), error))?;
    let mut changed = Vec::new();
    for file in followed.iter_mut().filter(|file| !file.trace.is_empty()) {
        let before = entry_at(&tree, &file.path)?.map(|entry| entry.id);
        if before == file.blob {
            continue;
        }
        let (trace, touched) = file.trace.before(&hunks(repository, before, file.blob)?);
        file.trace = if before.is_some() { trace } else { Trace::default() };
        file.blob = before;
        if touched {
            changed.push(file.path.to_string());
        }
    }
    Ok(changed)
}

fn blob_at(repository: &gix::Repository, commit: &CommitId, path: &BString) -> PortResult<Option<ObjectId>> {
    let tree = Repository::commit(repository, commit)?
        .tree()
        .map_err(|error| failed(format!("read the tree of {commit}"), error))?;
    Ok(entry_at(&tree, path)?.map(|entry| entry.id))
}

/// How two states of a file differ; one that is absent is empty.
fn hunks(repository: &gix::Repository, before: Option<ObjectId>, after: Option<ObjectId>) -> PortResult<Vec<Hunk>> {
    let (old, new) = (content(repository, before)?, content(repository, after)?);
    let input = InternedInput::new(old.as_slice(), new.as_slice());
    let diff = diff_with_slider_heuristics(Algorithm::Histogram, &input);
    Ok(diff.hunks().map(|hunk| Hunk { before: hunk.before, after: hunk.after }).collect())
}

fn content(repository: &gix::Repository, blob: Option<ObjectId>) -> PortResult<Vec<u8>> {
    let Some(id) = blob else { return Ok(Vec::new()) };
    let object = repository.find_object(id).map_err(|error| failed(format!("read blob {id}"), error))?;
    Ok(object.detach().data)
}
