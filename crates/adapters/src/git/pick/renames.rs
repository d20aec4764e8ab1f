//! Where a line may have the files that a change touches, if not where the change has them.

use std::collections::BTreeSet;

use gix::{
    ObjectId,
    bstr::{BString, ByteSlice},
};

use super::{Entries, PortResult, changes::Changes};

/// So many files that only the line has are all looked at; of more, only those that look alike by name or content.
const ALL: usize = 300;

/// Files of `ours` that `base` lacks, and that a file of `lost` may have become.
pub(super) fn candidates(
    repository: &gix::Repository,
    base: ObjectId,
    ours: ObjectId,
    lost: &Entries,
) -> PortResult<Entries> {
    let apart = Changes::between(repository, base, ours)?;
    let added = || apart.after.iter().filter(|(path, entry)| entry.is_some() && apart.before[*path].is_none());
    if added().count() <= ALL {
        return Ok(added().map(|(path, entry)| (path.clone(), *entry)).collect());
    }
    let blobs: BTreeSet<ObjectId> = lost.values().flatten().map(|entry| entry.id).collect();
    let names: BTreeSet<&[u8]> = lost.keys().map(name).collect();
    let folders: BTreeSet<&[u8]> = lost.keys().map(folder).collect();
    let alike = added().filter(|(path, entry)| {
        names.contains(name(path))
            || folders.contains(folder(path))
            || entry.is_some_and(|entry| blobs.contains(&entry.id))
    });
    Ok(alike.map(|(path, entry)| (path.clone(), *entry)).collect())
}

fn name(path: &BString) -> &[u8] {
    path.rfind_byte(b'/').map_or(path.as_slice(), |at| &path[at + 1..])
}

fn folder(path: &BString) -> &[u8] {
    path.rfind_byte(b'/').map_or(&[], |at| &path[..at])
}
