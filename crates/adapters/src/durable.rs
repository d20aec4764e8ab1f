//! Files that are there as a whole or not at all, also after the process or the machine stops in the middle.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
    time::Duration,
};

use tempfile::NamedTempFile;

/// Names of files that are being written start so.
const UNFINISHED: &str = ".new-";

/// Write a file so that a reader sees the old bytes or the new ones, never a part: to a temporary file beside it, flushed to
/// the disk, then renamed. Creates the folders above it.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (file, folder) = beside(path, bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|failure| failure.error)?;
    sync_folder(folder)
}

/// The same for what only its owner may read.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Temporary files are for their owner only.
    let (mut file, folder) = empty_beside(path)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|failure| failure.error)?;
    sync_folder(folder)
}

/// The same without waiting for the disk, for what a reader checks by its checksum: after a power cut it may be spoiled.
pub(crate) fn write_checked(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (file, _) = beside(path, bytes)?;
    file.persist(path).map_err(|failure| failure.error)?;
    Ok(())
}

/// Write a file piece by piece, so that a reader sees the old bytes or the new ones, never a part. Gives what the writing gave.
pub(crate) fn write_by<T>(path: &Path, write: impl FnOnce(&mut File) -> io::Result<T>) -> io::Result<T> {
    let (mut file, folder) = empty_beside(path)?;
    let written = write(file.as_file_mut())?;
    readable(file.as_file())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|failure| failure.error)?;
    sync_folder(folder)?;
    Ok(written)
}

/// Take away what writers left that were killed, in a folder and all below it. No writer may be at work there.
pub(crate) fn clear_unfinished(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            clear_unfinished(&entry.path())?;
        } else if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// The same into a folder whose content is read as a whole: the temporary file lies beside the folder, so that one that a killed
/// writer left is never taken for content. Only where nobody may write there, or another disk is there, it lies in the folder.
pub(crate) fn write_outside<T>(path: &Path, write: impl Fn(&mut File) -> io::Result<T>) -> io::Result<T> {
    let folder = path.parent().ok_or_else(|| io::Error::other("a file has no folder"))?;
    fs::create_dir_all(folder)?;
    let above = folder.canonicalize()?.parent().map(Path::to_owned);
    let elsewhere = [io::ErrorKind::PermissionDenied, io::ErrorKind::ReadOnlyFilesystem, io::ErrorKind::CrossesDevices];
    match above.map(|above| write_in(&above, path, folder, &write)) {
        Some(Err(error)) if elsewhere.contains(&error.kind()) => write_in(folder, path, folder, &write),
        Some(written) => written,
        None => write_in(folder, path, folder, &write),
    }
}

fn write_in<T>(place: &Path, path: &Path, folder: &Path, write: &impl Fn(&mut File) -> io::Result<T>) -> io::Result<T> {
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(place)?;
    let written = write(file.as_file_mut())?;
    readable(file.as_file())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|failure| failure.error)?;
    sync_folder(folder)?;
    Ok(written)
}

/// Whether a file of this name is what a killed writer left.
pub(crate) fn is_unfinished(name: &str) -> bool {
    let random = name.strip_prefix(UNFINISHED);
    random.is_some_and(|random| random.len() == 6 && random.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Take away files and folders directly in this folder whose names start so and that nobody changed for so long: processes that
/// were killed left them. What is another user's stays.
pub(crate) fn clear_stale(folder: &Path, prefix: &str, age: Duration) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_old = || Some(entry.metadata().ok()?.modified().ok()?.elapsed().ok()? > age);
        if entry.file_name().to_string_lossy().starts_with(prefix) && is_old().unwrap_or(false) {
            // Links are not followed: the link itself goes.
            let is_folder = entry.file_type()?.is_dir();
            let _gone = if is_folder { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
        }
    }
    Ok(())
}

/// A temporary file with these bytes, in the folder that the path is in.
fn beside<'a>(path: &'a Path, bytes: &[u8]) -> io::Result<(NamedTempFile, &'a Path)> {
    let (mut file, folder) = empty_beside(path)?;
    file.write_all(bytes)?;
    readable(file.as_file())?;
    Ok((file, folder))
}

fn empty_beside(path: &Path) -> io::Result<(NamedTempFile, &Path)> {
    let folder = path.parent().ok_or_else(|| io::Error::other("a file has no folder"))?;
    fs::create_dir_all(folder)?;
    Ok((tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?, folder))
}

/// Temporary files are for their owner only; what becomes public is as readable as any other file.
#[cfg(unix)]
fn readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_file: &File) -> io::Result<()> {
    Ok(())
}

/// Make a rename durable. Only Unix lets folders be flushed.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_old_and_ours_is_cleared_away_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in [".ours-file", ".other"] {
            fs::write(folder.path().join(name), "").expect("written");
        }
        fs::create_dir_all(folder.path().join(".ours-folder/inside")).expect("made");
        clear_stale(folder.path(), ".ours-", Duration::from_secs(3600)).expect("cleared");
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 3, "what is new may be in use");
        clear_stale(folder.path(), ".ours-", Duration::ZERO).expect("cleared");
        let left: Vec<_> = fs::read_dir(folder.path()).expect("read").flatten().map(|it| it.file_name()).collect();
        assert_eq!(left, [".other"]);
    }
}
