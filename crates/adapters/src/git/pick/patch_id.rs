//! What a change is, whatever it is called and wherever in a file it stands.

use std::fmt::Write;

use gix::{
    ObjectId,
    bstr::BString,
    diff::blob::{Algorithm, InternedInput, diff_with_slider_heuristics},
};
use sha2::{Digest, Sha256};
use stationmaster_core::model::{CommitId, PatchIds};

use super::{
    Changes, Entries, Entry, PortResult, Repository, commit_id, failed, is_text, parent_of, picking::assert_there,
    several::on_all_processors,
};

impl Repository {
    /// An id of what a change does: two changes that do the same to files of the same names have the same one (X2). None:
    /// it does nothing.
    ///
    /// What counts is which lines go and which come, in which file and in which order. Where they stand, what stands around
    /// them, and white space do not. So a change is found on a line under another message, author or date.
    ///
    /// # Errors
    /// As [`Repository::pick`].
    pub fn patch_id(&self, change: &CommitId, parent: Option<usize>) -> PortResult<Option<String>> {
        let repository = self.local();
        let parent = parent_of(&Self::commit(&repository, change)?, parent)?;
        let (before, after) = (Self::tree_of(&repository, &parent)?, Self::tree_of(&repository, change)?);
        let changes = Changes::between(&repository, before, after)?;
        if changes.is_empty() { Ok(None) } else { sum(&repository, &changes.before, &changes.after).map(Some) }
    }

    /// [`Repository::patch_id`] of each of these and of what takes it back, worked out on all processors. Merges are relative
    /// to their first parent, and a first commit to nothing.
    pub fn all_patch_ids(&self, commits: &[CommitId]) -> Vec<PortResult<Option<PatchIds>>> {
        on_all_processors(commits, |part| {
            let mut repository = self.local();
            repository.object_cache_size_if_unset(16 << 20);
            part.iter().map(|commit| patch_ids(&repository, commit)).collect()
        })
    }
}

fn patch_ids(repository: &gix::Repository, change: &CommitId) -> PortResult<Option<PatchIds>> {
    let after = Repository::tree_of(repository, change)?;
    let before = match Repository::commit(repository, change)?.parent_ids().next() {
        Some(parent) => Repository::tree_of(repository, &commit_id(parent))?,
        None => ObjectId::empty_tree(repository.object_hash()),
    };
    let changes = Changes::between(repository, before, after)?;
    if changes.is_empty() {
        return Ok(None);
    }
    let does = sum(repository, &changes.before, &changes.after)?;
    Ok(Some(PatchIds { does, undoes: sum(repository, &changes.after, &changes.before)? }))
}

fn sum(repository: &gix::Repository, before: &Entries, after: &Entries) -> PortResult<String> {
    let mut sum = Sha256::new();
    for (path, entry) in before {
        add_file(repository, &mut sum, path, *entry, after[path])?;
    }
    Ok(sum.finalize().iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String takes everything");
        hex
    }))
}

/// The lines that go and come between two states of files, whichever files they are in.
pub(super) fn lines(repository: &gix::Repository, before: &Entries, after: &Entries) -> PortResult<Vec<Vec<u8>>> {
    let mut lines = Vec::new();
    for (path, entry) in before {
        let mut file = Vec::new();
        add_change(repository, path, *entry, after[path], |line| file.push(line.to_vec()))?;
        lines.append(&mut file);
    }
    lines.sort();
    Ok(lines)
}

/// Take a file's change into the sum. No name has a zero byte in it, and lines are taken with their ends.
fn add_file(
    repository: &gix::Repository,
    sum: &mut Sha256,
    path: &BString,
    before: Option<Entry>,
    after: Option<Entry>,
) -> PortResult<()> {
    sum.update(path.as_slice());
    sum.update([0]);
    add_change(repository, path, before, after, |bytes| sum.update(bytes))
}

/// Give out a file's change, line by line.
fn add_change(
    repository: &gix::Repository,
    path: &BString,
    before: Option<Entry>,
    after: Option<Entry>,
    mut add: impl FnMut(&[u8]),
) -> PortResult<()> {
    let mode = |entry: Option<Entry>| entry.map_or(String::new(), |entry| format!("{:o}", entry.mode.value()));
    if mode(before) != mode(after) {
        add(format!("{} {}\n", mode(before), mode(after)).as_bytes());
    }
    let (old, new) = (content(repository, path, before)?, content(repository, path, after)?);
    let (Some(old), Some(new)) = (old, new) else {
        let id = |entry: Option<Entry>| entry.map_or(ObjectId::null(repository.object_hash()), |entry| entry.id);
        add(format!("{} {}\n", id(before), id(after)).as_bytes());
        return Ok(());
    };
    let input = InternedInput::new(old.as_slice(), new.as_slice());
    for hunk in diff_with_slider_heuristics(Algorithm::Histogram, &input).hunks() {
        let removed = hunk.before.clone().map(|line| (b'-', input.interner[input.before[line as usize]]));
        let added = hunk.after.clone().map(|line| (b'+', input.interner[input.after[line as usize]]));
        for (sign, line) in removed.chain(added) {
            let text = line.iter().copied().filter(|byte| !byte.is_ascii_whitespace());
            add(&[sign].into_iter().chain(text).chain([b'\n']).collect::<Vec<u8>>());
        }
    }
    Ok(())
}

/// A file's bytes; of none, none. None: it is no text, so that it is known by its id alone.
fn content(repository: &gix::Repository, path: &BString, entry: Option<Entry>) -> PortResult<Option<Vec<u8>>> {
    let Some(entry) = entry else { return Ok(Some(Vec::new())) };
    if entry.mode.is_commit() {
        return Ok(None);
    }
    assert_there(repository, path, entry)?;
    let object = repository.find_object(entry.id);
    let data = object.map_err(|error| failed(format!("read `{path}` (blob {})", entry.id), error))?.detach().data;
    Ok(is_text(&data).then_some(data))
}
