//! A commit's files as a folder, for programs that need one: `cargo package` and builds.

use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Component, Path},
};

use gix::objs::{Kind, tree::EntryKind};
use stationmaster_core::model::CommitId;

use super::{
    PortResult, Repository,
    failure::{failed, refused},
    files::Found,
    parallel,
};

/// What was written to a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// Files and symbolic links written.
    pub written: usize,
    /// Paths whose content the object store lacks (a partial clone), sorted. They were left out.
    pub missing: Vec<String>,
    /// Paths of submodules, sorted. They were left out.
    pub submodules: Vec<String>,
}

impl Repository {
    /// Write a commit's files below `dir` (created if need be), with executable bits and symbolic links. With prefixes,
    /// only files at these paths or in these folders; without, all. Files that are there already are written over.
    ///
    /// # Errors
    /// The commit or a tree is missing; a path is not safe to write; the file system says no.
    pub fn export(&self, commit: &CommitId, dir: &Path, prefixes: &[&str]) -> PortResult<Exported> {
        let prefixes: Vec<&str> = prefixes.iter().map(|prefix| prefix.trim_end_matches('/')).collect();
        let below = |path: &str| {
            let mut folders = prefixes.iter().filter_map(|prefix| path.strip_prefix(prefix));
            prefixes.is_empty() || folders.any(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let on_the_way = |folder: &str| {
            below(folder)
                || prefixes.iter().any(|prefix| prefix.strip_prefix(folder).is_some_and(|rest| !rest.is_empty()))
        };
        self.export_where(commit, dir, &below, &on_the_way)
    }

    /// The same for files for which `is_wanted(path)` holds, looking only into folders for which `may_hold(path with a slash)`
    /// holds.
    ///
    /// # Errors
    /// As [`Self::export`].
    pub fn export_where(
        &self,
        commit: &CommitId,
        dir: &Path,
        is_wanted: &(dyn Fn(&str) -> bool + Sync),
        may_hold: &(dyn Fn(&str) -> bool + Sync),
    ) -> PortResult<Exported> {
        let root = Self::tree_of(&self.local(), commit)?;
        let found = self.find_files(root, is_wanted, may_hold)?;
        let (submodules, files): (Vec<_>, Vec<_>) = found.into_iter().partition(|file| file.kind == EntryKind::Commit);
        make_folders(dir, &files)?;
        // Links last: nothing is then written through one.
        let (links, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| file.kind == EntryKind::Link);
        let mut exported =
            Exported { submodules: submodules.into_iter().map(|file| file.path).collect(), ..Exported::default() };
        for group in [files, links] {
            let there = parallel::each(&self.store, &group, |repository, file| write(repository, dir, file))?;
            exported.written += there.iter().filter(|there| **there).count();
            let gone = group.into_iter().zip(there).filter(|(_, there)| !there);
            exported.missing.extend(gone.map(|(file, _)| file.path));
        }
        exported.missing.sort();
        exported.submodules.sort();
        Ok(exported)
    }
}

/// All folders, after a look at every path: a tree may hold names that would lead out of the folder.
fn make_folders(dir: &Path, files: &[Found]) -> PortResult<()> {
    let mut folders = BTreeSet::from([""]);
    for file in files {
        let parts = Path::new(&file.path).components();
        let plain = parts.clone().all(|part| matches!(part, Component::Normal(_))) && !file.path.contains("//");
        let git = parts.clone().any(|part| part.as_os_str().eq_ignore_ascii_case(".git"));
        if !plain || git || !file.exact || file.path.contains('\\') {
            return Err(refused(format!("writing `{}`", file.path), "its path is not safe to write"));
        }
        folders.extend(file.path.rsplit_once('/').map(|(folder, _)| folder));
    }
    for folder in folders {
        let folder = dir.join(folder);
        fs::create_dir_all(&folder).map_err(|error| failed(format!("create {}", folder.display()), error))?;
    }
    Ok(())
}

/// Write one file or link. False if the object store lacks its content.
fn write(repository: &gix::Repository, dir: &Path, file: &Found) -> PortResult<bool> {
    let object = repository
        .try_find_object(file.blob)
        .map_err(|error| failed(format!("read `{}` (blob {})", file.path, file.blob), error))?;
    let Some(object) = object else { return Ok(false) };
    let path = dir.join(&file.path);
    let result = match (object.kind, file.kind) {
        (Kind::Blob, EntryKind::Link) => write_link(&path, &object.data),
        (Kind::Blob, kind) => write_file(&path, &object.data, kind == EntryKind::BlobExecutable),
        (kind, _) => Err(io::Error::other(format!("object {} is a {kind}, not a blob", file.blob))),
    };
    result.map_err(|error| failed(format!("write {}", path.display()), error))?;
    Ok(true)
}

fn write_file(path: &Path, data: &[u8], executable: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if executable { 0o777 } else { 0o666 });
    #[cfg(not(unix))]
    let _no_such_bit_here = executable;
    options.open(path)?.write_all(data)
}

#[cfg(unix)]
fn write_link(path: &Path, target: &[u8]) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt;

    if path.is_symlink() {
        fs::remove_file(path)?;
    }
    std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(target), path)
}

/// Where links need rights that few have, the target's path is written as text, as git does with `core.symlinks` off.
#[cfg(not(unix))]
fn write_link(path: &Path, target: &[u8]) -> io::Result<()> {
    write_file(path, target, false)
}
