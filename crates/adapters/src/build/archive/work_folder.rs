//! Where a commit is built: a folder of our own, outside of any checkout, so that no configuration of cargo's above it counts.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use stationmaster_core::model::FileDigest;

/// A folder that is gone when this is dropped.
pub(super) struct WorkFolder {
    folder: tempfile::TempDir,
}

impl WorkFolder {
    /// A new folder in the system's folder for such. What a killed process of the same store left is cleared away: the lease of
    /// the store sees to it that no other is alive.
    pub(super) fn open(store: &Path) -> io::Result<Self> {
        let above = env::temp_dir();
        let prefix = prefix(store);
        for entry in fs::read_dir(&above)? {
            let path = entry?.path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&prefix)) {
                // A compiler that outlived its parent may still write there: then the next run clears it away.
                let _ = fs::remove_dir_all(path);
            }
        }
        Ok(Self { folder: tempfile::Builder::new().prefix(&prefix).tempdir_in(above)? })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The commit's files, as they are.
    pub(super) fn files(&self) -> PathBuf {
        self.path().join("files")
    }

    /// The commit's files, among which builds may write.
    pub(super) fn sources(&self) -> PathBuf {
        self.path().join("sources")
    }

    /// What is built.
    pub(super) fn target(&self) -> PathBuf {
        self.path().join("target")
    }

    /// Where programs are run that print something of themselves.
    pub(super) fn empty(&self) -> PathBuf {
        self.path().join("empty")
    }
}

/// Start of the names of the folders of one store.
fn prefix(store: &Path) -> String {
    let store = store.canonicalize().unwrap_or_else(|_| store.to_owned());
    let digest = FileDigest::of(store.as_os_str().as_encoded_bytes()).to_string();
    format!("stationmaster-build-{}-", &digest[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_is_cleared_away_and_what_others_have_is_not() {
        let [ours, others] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        let left = WorkFolder::open(ours.path()).expect("a folder").folder.keep();
        fs::create_dir_all(left.join("target/x")).expect("folders");
        let alive = WorkFolder::open(others.path()).expect("a folder");
        let new = WorkFolder::open(ours.path()).expect("a folder");
        assert!(!left.exists() && alive.path().is_dir() && new.path().is_dir());
    }
}
