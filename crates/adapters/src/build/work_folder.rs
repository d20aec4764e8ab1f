//! Where crates are packaged: a folder in the staging area for as long as it takes.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// Start of the names of such folders.
const WORK: &str = ".work-";
/// Start of the names of the files that their owners hold a lock on.
const ALIVE: &str = ".alive-";

/// A folder that is gone when this is dropped. Several processes may have one each: looking packages as well, without a lease.
pub(super) struct WorkFolder {
    folder: PathBuf,
    alive: PathBuf,
    /// Held as long as the process lives; the system lets go of it when the process is killed.
    _lock: File,
}

impl WorkFolder {
    /// A new one. Those that killed processes left are cleared away.
    pub(super) fn open(staging: &Path) -> io::Result<Self> {
        fs::create_dir_all(staging)?;
        clear_abandoned(staging)?;
        let (lock, alive) = tempfile::Builder::new().prefix(ALIVE).tempfile_in(staging)?.keep()?;
        // Before the folder is there: who sees the folder finds it locked.
        lock.lock()?;
        let folder = folder_of(&alive).unwrap_or_else(|| staging.join(WORK));
        let opened = Self { folder, alive, _lock: lock };
        fs::create_dir(&opened.folder)?;
        Ok(opened)
    }

    pub(super) fn path(&self) -> &Path {
        &self.folder
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        // What cannot be taken away now, the next one clears.
        let _ = fs::remove_dir_all(&self.folder);
        let _ = fs::remove_file(&self.alive);
    }
}

/// The folder of the process that holds a file.
fn folder_of(alive: &Path) -> Option<PathBuf> {
    let own = alive.file_name()?.to_str()?.strip_prefix(ALIVE)?;
    Some(alive.with_file_name(format!("{WORK}{own}")))
}

fn clear_abandoned(staging: &Path) -> io::Result<()> {
    for entry in fs::read_dir(staging)? {
        let alive = entry?.path();
        let Some(folder) = folder_of(&alive).filter(|folder| folder.is_dir()) else { continue };
        if File::open(&alive).is_ok_and(|file| file.try_lock().is_ok()) {
            fs::remove_dir_all(folder)?;
            fs::remove_file(alive)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_is_cleared_away_and_what_a_living_one_has_is_not() {
        let staging = tempfile::tempdir().expect("a folder");
        let alive = WorkFolder::open(staging.path()).expect("a folder");
        let (left, held) = (staging.path().join(".work-gone"), staging.path().join(".alive-gone"));
        fs::create_dir_all(left.join("target")).expect("folders");
        fs::write(&held, "").expect("a file");
        let other = WorkFolder::open(staging.path()).expect("a folder");
        assert!(!left.exists() && !held.exists() && alive.path().is_dir() && other.path().is_dir());
        drop((alive, other));
        assert_eq!(fs::read_dir(staging.path()).expect("a folder").count(), 0);
    }
}
