//! The folder with the finished files of a release.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use stationmaster_core::model::FileDigest;
use thiserror::Error;

use crate::durable;

/// What lies in a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FolderContents {
    /// The digest of every plain file.
    pub files: BTreeMap<String, FileDigest>,
    /// What is no plain file: folders, links, and the like. Links are not followed.
    pub others: BTreeSet<String>,
    /// The bytes of the files that were asked for, from the same reading as their digests.
    pub texts: BTreeMap<String, Vec<u8>>,
}

/// Why a folder cannot be read or written.
#[derive(Debug, Error)]
pub enum FolderError {
    /// The system says no.
    #[error("{}: {error}", path.display())]
    File {
        /// What could not be read or written.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A name that no list of sums can carry.
    #[error("the name of {} is not UTF-8", path.display())]
    Name {
        /// Which.
        path: PathBuf,
    },
}

/// Read a folder; `with_bytes` says of which files the bytes are kept, `reading` is told each file before it is read.
///
/// # Errors
/// A file cannot be read, or has a name that is not UTF-8.
pub fn read_folder(
    folder: &Path,
    with_bytes: impl Fn(&str) -> bool,
    mut reading: impl FnMut(&str),
) -> Result<FolderContents, FolderError> {
    let mut contents = FolderContents::default();
    let at = |path: &Path, error| FolderError::File { path: path.to_owned(), error };
    let mut entries = fs::read_dir(folder)
        .and_then(|entries| entries.collect::<io::Result<Vec<_>>>())
        .map_err(|error| at(folder, error))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name().into_string().map_err(|_| FolderError::Name { path: path.clone() })?;
        let sort = entry.file_type().map_err(|error| at(&path, error))?;
        if !sort.is_file() {
            contents.others.insert(name);
            continue;
        }
        reading(&name);
        let digest = if with_bytes(&name) {
            let bytes = fs::read(&path).map_err(|error| at(&path, error))?;
            let digest = FileDigest::of(&bytes);
            contents.texts.insert(name.clone(), bytes);
            digest
        } else {
            digest(&path).map_err(|error| at(&path, error))?
        };
        contents.files.insert(name, digest);
    }
    Ok(contents)
}

/// Put a file into a folder, unless it is there with these very bytes. Says whether it was put there.
///
/// # Errors
/// It cannot be written.
pub fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<bool, FolderError> {
    let path = folder.join(name);
    if fs::read(&path).is_ok_and(|there| there == bytes) {
        return Ok(false);
    }
    let write = |file: &mut File| file.write_all(bytes);
    durable::write_outside(&path, write).map_err(|error| FolderError::File { path, error })?;
    Ok(true)
}

/// Copy a finished file into a folder, unless it is there with these very bytes. Says whether it was put there.
///
/// # Errors
/// It cannot be read or written.
pub fn put_copy(folder: &Path, name: &str, from: &Path, bytes: FileDigest) -> Result<bool, FolderError> {
    let path = folder.join(name);
    if digest(&path).is_ok_and(|there| there == bytes) {
        return Ok(false);
    }
    let copy = |file: &mut File| io::copy(&mut File::open(from)?, file);
    durable::write_outside(&path, copy).map_err(|error| FolderError::File { path, error })?;
    Ok(true)
}

/// Whether a file of this name is no file of a release, but what was left when one was being written and the writer was killed.
pub fn is_left_over(name: &str) -> bool {
    durable::is_unfinished(name)
}

/// Piece by piece: an archive may be larger than the memory.
pub(crate) fn digest(path: &Path) -> io::Result<FileDigest> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 18];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(<[u8; 32]>::from(hash.finalize()).into()),
            length => hash.update(&piece[..length]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_a_file_is_written_nothing_else_lies_in_its_folder() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path().join("dist");
        fs::create_dir(&folder).expect("a folder");
        let seen = |_: &mut File| fs::read_dir(&folder).map(Iterator::count);
        let others = durable::write_outside(&folder.join("a.tar.gz"), seen).expect("written");
        assert_eq!(others, 0);
        assert!(put(&folder, "b", b"bytes").expect("written"));
        let contents = read_folder(&folder, |_| false, |_| ()).expect("read");
        assert_eq!(contents.files.into_keys().collect::<Vec<_>>(), ["a.tar.gz", "b"]);
        assert_eq!(fs::read_dir(scratch.path()).expect("read").count(), 1, "nothing is left beside it");
    }

    #[test]
    fn what_killed_writers_left_is_told_from_files_of_a_release() {
        assert!(is_left_over(".new-aB3dE6"));
        for name in ["new-aB3dE6", ".new-", ".new-features.md", ".new-a.b3dE", "SHA256SUMS"] {
            assert!(!is_left_over(name), "{name}");
        }
    }
}
