//! Files of a commit, written to a folder.

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Component, Path},
};

use gix::objs::{Kind, tree::EntryKind};

use super::{
    PortResult, Repository,
    failure::{failed, refused},
    files::Found,
    large, parallel,
};

impl Repository {
    /// Write files or links to a folder that has their folders. Says of each what became of it.
    pub(super) fn write_files(&self, dir: &Path, group: &[Found]) -> PortResult<Vec<Written>> {
        let ends = parallel::each(&self.store, group, |repository, file| write(repository, dir, file))?;
        let finish = |(file, end): (&Found, Result<Written, Large>)| match end {
            Ok(written) => Ok(written),
            // One at a time: git is not to need the memory of several either.
            Err(Large { size }) => {
                let path = dir.join(&file.path);
                let to = create(&path, file.kind == EntryKind::BlobExecutable);
                let to = to.map_err(|error| failed(format!("write {}", path.display()), error))?;
                large::write(&self.common_dir(), file, size, &to)?;
                Ok(Written::Yes)
            }
        };
        group.iter().zip(ends).map(finish).collect()
    }
}

/// All folders, after a look at every path: a tree may hold names that would lead out of the folder.
pub(super) fn make_folders(dir: &Path, files: &[Found]) -> PortResult<()> {
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

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Yes,
    /// Written; it is a pointer of Git LFS.
    Pointer,
    /// The object store lacks its content.
    Absent,
}

/// A file that has that many bytes, too many to be read as a whole.
struct Large {
    size: u64,
}

/// How a pointer of Git LFS begins, now and before it had its name. <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>
const POINTERS: [&[u8]; 2] =
    [b"version https://git-lfs.github.com/spec/v", b"version https://hawser.github.com/spec/v"];
/// Pointers are shorter, in bytes.
const LONGEST_POINTER: usize = 1024;

fn is_pointer(data: &[u8]) -> bool {
    data.len() < LONGEST_POINTER && POINTERS.iter().any(|start| data.starts_with(start))
}

/// Write one file or link, unless it is large.
fn write(repository: &gix::Repository, dir: &Path, file: &Found) -> PortResult<Result<Written, Large>> {
    let unread = |error| failed(format!("read `{}` (blob {})", file.path, file.blob), error);
    let Some(header) = repository.try_find_header(file.blob).map_err(unread)? else { return Ok(Ok(Written::Absent)) };
    if header.size() > large::LARGE && header.kind() == Kind::Blob && file.kind != EntryKind::Link {
        return Ok(Err(Large { size: header.size() }));
    }
    let Some(object) = repository.try_find_object(file.blob).map_err(unread)? else { return Ok(Ok(Written::Absent)) };
    let path = dir.join(&file.path);
    let result = match (object.kind, file.kind) {
        (Kind::Blob, EntryKind::Link) => write_link(&path, &object.data),
        (Kind::Blob, kind) => {
            create(&path, kind == EntryKind::BlobExecutable).and_then(|mut to| to.write_all(&object.data))
        }
        (kind, _) => Err(io::Error::other(format!("object {} is a {kind}, not a blob", file.blob))),
    };
    result.map_err(|error| failed(format!("write {}", path.display()), error))?;
    Ok(Ok(if is_pointer(&object.data) { Written::Pointer } else { Written::Yes }))
}

/// An empty file.
pub(super) fn create(path: &Path, executable: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if executable { 0o777 } else { 0o666 });
    #[cfg(not(unix))]
    let _no_such_bit_here = executable;
    options.open(path)
}

#[cfg(unix)]
pub(super) fn write_link(path: &Path, target: &[u8]) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt;

    if path.is_symlink() {
        fs::remove_file(path)?;
    }
    std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(target), path)
}

/// Where links need rights that few have, the target's path is written as text, as git does with `core.symlinks` off.
#[cfg(not(unix))]
pub(super) fn write_link(path: &Path, target: &[u8]) -> io::Result<()> {
    create(path, false)?.write_all(target)
}
