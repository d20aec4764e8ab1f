//! Finding and opening a repository.

use std::path::{Path, PathBuf};

use gix::{ThreadSafeRepository, discover::upwards, odb::store::init::Slots, sec::Trust};
use thiserror::Error;

use super::{failure::causes, format};

/// Why a repository could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OpenError {
    /// The path does not exist.
    #[error("{} does not exist", path.display())]
    NoSuchFolder {
        /// As given.
        path: PathBuf,
    },
    /// Neither the folder nor one above it is a git repository.
    #[error("{} is not in a git repository", path.display())]
    NoRepository {
        /// As given.
        path: PathBuf,
    },
    /// There is a repository, but it cannot be read.
    #[error("the repository at {} cannot be read: {why}", path.display())]
    Unreadable {
        /// Its git folder.
        path: PathBuf,
        /// The cause, with its own causes.
        why: String,
        /// What to do about it, where that is known.
        help: Option<&'static str>,
    },
}

/// Find the repository that a path belongs to, and open it with its own configuration only.
pub(super) fn open(path: &Path) -> Result<ThreadSafeRepository, OpenError> {
    // Following links first makes `..` in a linked path mean what the file system means by it.
    let Ok(start) = path.canonicalize() else {
        return Err(OpenError::NoSuchFolder { path: path.to_owned() });
    };
    let git_dir = find(&start).ok_or_else(|| match format::incomplete(&start) {
        Some((path, it)) => OpenError::Unreadable { path, why: it.why, help: Some(it.help) },
        None => OpenError::NoRepository { path: path.to_owned() },
    })?;
    if let Some(it) = format::unreadable(&git_dir) {
        return Err(OpenError::Unreadable { path: git_dir, why: it.why, help: Some(it.help) });
    }
    let options =
        gix::open::Options::isolated().with(Trust::Full).config_overrides(OVERRIDES).object_store_slots(SLOTS);
    ThreadSafeRepository::open_opts(&git_dir, options).map_err(|error| OpenError::Unreadable {
        path: git_dir,
        why: causes(&error),
        help: None,
    })
}

/// Speed; and how files are compared when they are merged, which is how git merges, whatever the repository prefers to look at.
const OVERRIDES: [&str; 2] = ["core.deltaBaseCacheLimit=16m", "diff.algorithm=histogram"];

/// Room for the packs that come while the repository is open: a large commit is one.
const SLOTS: Slots = Slots::AsNeededByDiskState { multiplier: 2.0, minimum: 4096 };

/// The folder to open: a git folder, or the work tree that has one.
fn find(start: &Path) -> Option<PathBuf> {
    // Who owns the files decides nothing here: no program named by the configuration is ever run.
    let options = upwards::Options { trust: upwards::TrustPolicy::Assume(Trust::Full), ..upwards::Options::default() };
    let folder = if start.is_file() { start.parent()? } else { start };
    let (found, _) = gix::discover::upwards_opts(folder, options).ok()?;
    let (git_dir, work_dir) = found.into_repository_and_work_tree_directories();
    Some(work_dir.unwrap_or(git_dir))
}
