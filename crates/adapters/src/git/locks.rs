//! Lock files that a killed process left on refs.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{PortResult, Repository, failure::failed};

impl Repository {
    /// Take away every lock on a ref. Only for a repository that nobody else works on, such as a rehearsal's: git's locks say
    /// nothing of who holds them.
    ///
    /// # Errors
    /// The file system says no.
    pub fn clear_ref_locks(&self) -> PortResult<()> {
        let common = self.common_dir();
        let all = || -> io::Result<()> {
            remove(&common.join("packed-refs.lock"))?;
            clear(&common.join("refs"))
        };
        all().map_err(|error| failed(format!("clear the ref locks of {}", common.display()), error))
    }
}

fn clear(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        if path.is_dir() {
            clear(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "lock") {
            remove(&path)?;
        }
    }
    Ok(())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
