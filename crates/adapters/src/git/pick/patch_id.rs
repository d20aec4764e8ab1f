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
    let (mut does, mut undoes) = (Sha256::new(), Sha256::new());
    for (path, entry) in &changes.before {
        let file = FileChange::read(repository, path, *entry, changes.after[path])?;
        [&mut does, &mut undoes].into_iter().for_each(|sum| begin_file(sum, path));
        file.give(|bytes| does.update(bytes), Some(|bytes: &[u8]| undoes.update(bytes)));
    }
    Ok(Some(PatchIds { does: hex(does), undoes: hex(undoes) }))
}

fn sum(repository: &gix::Repository, before: &Entries, after: &Entries) -> PortResult<String> {
    let mut sum = Sha256::new();
    for (path, entry) in before {
        begin_file(&mut sum, path);
        FileChange::read(repository, path, *entry, after[path])?.give(|bytes| sum.update(bytes), NO_WAY_BACK);
    }
    Ok(hex(sum))
}

fn hex(sum: Sha256) -> String {
    sum.finalize().iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String takes everything");
        hex
    })
}

/// The lines that go and come between two states of files, whichever files they are in.
pub(super) fn lines(repository: &gix::Repository, before: &Entries, after: &Entries) -> PortResult<Vec<Vec<u8>>> {
    let mut lines = Vec::new();
    for (path, entry) in before {
        let mut file = Vec::new();
        FileChange::read(repository, path, *entry, after[path])?.give(|line| file.push(line.to_vec()), NO_WAY_BACK);
        lines.append(&mut file);
    }
    lines.sort();
    Ok(lines)
}

/// No name has a zero byte in it, and lines are taken with their ends.
fn begin_file(sum: &mut Sha256, path: &BString) {
    sum.update(path.as_slice());
    sum.update([0]);
}

/// Only what a change does is asked for.
const NO_WAY_BACK: Option<fn(&[u8])> = None;

/// What becomes of one file.
struct FileChange {
    modes: [String; 2],
    ids: [ObjectId; 2],
    /// What differs, and lines around it. None: one of them is no text.
    texts: Option<[Vec<u8>; 2]>,
}

impl FileChange {
    fn read(
        repository: &gix::Repository,
        path: &BString,
        before: Option<Entry>,
        after: Option<Entry>,
    ) -> PortResult<Self> {
        let mode = |entry: Option<Entry>| entry.map_or(String::new(), |entry| format!("{:o}", entry.mode.value()));
        let id = |entry: Option<Entry>| entry.map_or(ObjectId::null(repository.object_hash()), |entry| entry.id);
        let texts = match (content(repository, path, before)?, content(repository, path, after)?) {
            (Some(old), Some(new)) => {
                let (old, new) = around_difference(&old, &new);
                Some([old.to_vec(), new.to_vec()])
            }
            _ => None,
        };
        Ok(Self { modes: [mode(before), mode(after)], ids: [id(before), id(after)], texts })
    }

    /// Give it out line by line, and so what takes it back.
    fn give(&self, mut add: impl FnMut(&[u8]), back: Option<impl FnMut(&[u8])>) {
        let [old, new] = &self.modes;
        let ids = &self.ids;
        if old != new {
            add(format!("{old} {new}\n").as_bytes());
        }
        if let Some([old_text, new_text]) = &self.texts {
            // Which lines are the same is found once, and compared both ways: how a difference is split may depend on the way.
            let mut input = InternedInput::new(old_text.as_slice(), new_text.as_slice());
            give_difference(&input, add);
            let Some(mut back) = back else { return };
            std::mem::swap(&mut input.before, &mut input.after);
            if old != new {
                back(format!("{new} {old}\n").as_bytes());
            }
            give_difference(&input, back);
        } else {
            add(format!("{} {}\n", ids[0], ids[1]).as_bytes());
            let Some(mut back) = back else { return };
            if old != new {
                back(format!("{new} {old}\n").as_bytes());
            }
            back(format!("{} {}\n", ids[1], ids[0]).as_bytes());
        }
    }
}

/// Give out the lines that go and come, without their white space.
fn give_difference(input: &InternedInput<&[u8]>, mut add: impl FnMut(&[u8])) {
    for hunk in diff_with_slider_heuristics(Algorithm::Histogram, input).hunks() {
        let removed = hunk.before.clone().map(|line| (b'-', input.interner[input.before[line as usize]]));
        let added = hunk.after.clone().map(|line| (b'+', input.interner[input.after[line as usize]]));
        for (sign, line) in removed.chain(added) {
            let text = line.iter().copied().filter(|byte| !byte.is_ascii_whitespace());
            add(&[sign].into_iter().chain(text).chain([b'\n']).collect::<Vec<u8>>());
        }
    }
}

/// So many lines around a difference are compared too: where a hunk of lines that repeat begins hangs on them.
const AROUND: usize = 100;

/// Two texts without what is the same at their starts and ends: comparing whole files takes most of the time otherwise.
fn around_difference<'t>(old: &'t [u8], new: &'t [u8]) -> (&'t [u8], &'t [u8]) {
    let same = common(old.chunks(CHUNK).zip(new.chunks(CHUNK)), |old, new| {
        old.iter().zip(new).take_while(|(old, new)| old == new).count()
    });
    let ends = old[..same].iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n');
    let start = ends.map(|(at, _)| at + 1).nth(AROUND).unwrap_or(0);
    // What is the same at the end is not what is the same at the start.
    let (old_rest, new_rest) = (&old[same..], &new[same..]);
    let same_end = common(old_rest.rchunks(CHUNK).zip(new_rest.rchunks(CHUNK)), |old, new| {
        old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count()
    });
    let tail = &old[old.len() - same_end..];
    let kept = tail.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).nth(AROUND);
    let cut = kept.map_or(0, |kept| tail.len() - kept);
    (&old[start..old.len() - cut], &new[start..new.len() - cut])
}

/// Compared at once.
const CHUNK: usize = 1024;

/// How many bytes are the same, by chunks, and byte by byte in the first that is not.
fn common<'t>(chunks: impl Iterator<Item = (&'t [u8], &'t [u8])>, within: impl Fn(&[u8], &[u8]) -> usize) -> usize {
    let mut same = 0;
    for (old, new) in chunks {
        if old != new {
            return same + within(old, new);
        }
        same += old.len();
    }
    same
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

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(old: &[u8], new: &[u8]) -> Vec<u8> {
        let mut all = Vec::new();
        give_difference(&InternedInput::new(old, new), |line| all.extend_from_slice(line));
        all
    }

    #[test]
    fn what_is_the_same_far_around_a_difference_is_not_compared_and_changes_nothing() {
        let lines = |from: usize, until: usize| (from..until).map(|n| format!("line {n}\n")).collect::<String>();
        let (start, end) = (lines(0, 2000), lines(3000, 5000));
        let repeated = "again\n".repeat(40);
        for (old, new, most) in [
            (format!("{start}old\n{end}"), format!("{start}new\n{end}"), 3000),
            (format!("{start}{end}"), format!("{start}more\n{end}"), 3000),
            (format!("{start}{repeated}{end}"), format!("{start}{repeated}again\n{end}"), 4000),
            (format!("{start}a\n\nb\n\n{end}"), format!("{start}a\n\nb\n\na\n\nb\n\n{end}"), 3000),
            (format!("{start}end"), format!("{start}end\n"), 2000),
            (format!("old\n{end}"), format!("new\n{end}"), 2000),
            (format!("{start}old"), format!("{start}new"), 2000),
            (start.clone(), format!("{start}{start}"), usize::MAX),
            (String::new(), end.clone(), usize::MAX),
            (end.clone(), end.clone(), 2000),
            ("short\nold".to_owned(), "short\nnew".to_owned(), 20),
        ] {
            for (old, new) in [(&old, &new), (&new, &old)] {
                let (old_part, new_part) = around_difference(old.as_bytes(), new.as_bytes());
                let whole = difference(old.as_bytes(), new.as_bytes());
                assert_eq!(difference(old_part, new_part), whole, "{new_part:?}");
                let mut turned = InternedInput::new(new_part, old_part);
                std::mem::swap(&mut turned.before, &mut turned.after);
                let mut back = Vec::new();
                give_difference(&turned, |line| back.extend_from_slice(line));
                assert_eq!(back, whole, "turned");
                assert!(old_part.len().max(new_part.len()) <= most, "{} of {}", old_part.len(), old.len());
            }
        }
    }
}
