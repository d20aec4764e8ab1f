//! Which files of a commit are wanted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Files of one commit's tree that are there and are no text: path, and what each is, for people: `is not UTF-8`.
pub type UnreadableFiles = BTreeMap<String, String>;

/// Which files of a tree are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileSelection {
    /// Files of these names in any folder, such as `Cargo.toml`.
    pub names: Vec<String>,
    /// Files at these paths.
    pub paths: Vec<String>,
    /// Files directly in these folders, whatever their names.
    pub folders: Vec<String>,
}

impl FileSelection {
    /// Whether the file at a path is wanted.
    pub fn takes(&self, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        self.names.iter().any(|wanted| wanted == name)
            || self.paths.iter().any(|wanted| wanted == path)
            || self.folders.iter().any(|wanted| wanted == folder)
    }

    /// Whether a folder may hold a file that is wanted, itself or below. `prefix` ends with a slash.
    pub fn may_take_below(&self, prefix: &str) -> bool {
        !self.names.is_empty()
            || self.paths.iter().any(|path| path.starts_with(prefix))
            || self.folders.iter().any(|folder| format!("{folder}/").starts_with(prefix))
    }
}
