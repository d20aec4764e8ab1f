//! What a change is, whatever it is called and wherever in a file it stands.

use std::fmt::Write;

use gix::{
    ObjectId,
    bstr::BString,
    diff::blob::{Algorithm, InternedInput, diff_with_slider_heuristics},
};
use sha2::{Digest, Sha256};
use stationmaster_core::model::CommitId;

use super::{Changes, Entry, PortResult, Repository, failed, is_text, parent_of, picking::assert_there};

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
        if changes.is_empty() {
            return Ok(None);
        }
        let mut sum = Sha256::new();
        for (path, before) in &changes.before {
            add_file(&repository, &mut sum, path, *before, changes.after[path])?;
        }
        let hex = sum.finalize().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a String takes everything");
            hex
        });
        Ok(Some(hex))
    }
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
    let mode = |entry: Option<Entry>| entry.map_or(String::new(), |entry| format!("{:o}", entry.mode.value()));
    if mode(before) != mode(after) {
        sum.update(format!("{} {}\n", mode(before), mode(after)));
    }
    let (old, new) = (content(repository, path, before)?, content(repository, path, after)?);
    let (Some(old), Some(new)) = (old, new) else {
        let id = |entry: Option<Entry>| entry.map_or(ObjectId::null(repository.object_hash()), |entry| entry.id);
        sum.update(format!("{} {}\n", id(before), id(after)));
        return Ok(());
    };
    let input = InternedInput::new(old.as_slice(), new.as_slice());
    for hunk in diff_with_slider_heuristics(Algorithm::Histogram, &input).hunks() {
        let removed = hunk.before.clone().map(|line| (b'-', input.interner[input.before[line as usize]]));
        let added = hunk.after.clone().map(|line| (b'+', input.interner[input.after[line as usize]]));
        for (sign, line) in removed.chain(added) {
            let text: Vec<u8> = line.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
            sum.update([sign]);
            sum.update(text);
            sum.update(b"\n");
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
