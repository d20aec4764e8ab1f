//! Files of one commit.

use std::{
    collections::{BTreeMap, btree_map},
    ops::{Deref, DerefMut},
};

use serde::{Deserialize, Serialize};

/// Files of one commit's tree: path from the repository's root, and text. Files that are not UTF-8 are left out.
///
/// Each file is here once, at the path where it is written. Symbolic links of the commit give it other paths.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeFiles {
    #[serde(flatten)]
    files: BTreeMap<String, String>,
    /// Path over a link, and path of the file. No file has such a name as this key.
    #[serde(default, rename = "//links", skip_serializing_if = "BTreeMap::is_empty")]
    linked: BTreeMap<String, String>,
    /// Folder of the workspace that is meant. No file has such a name as this key.
    #[serde(default, rename = "//workspace", skip_serializing_if = "Option::is_none")]
    workspace: Option<String>,
}

/// A file, and how it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached<'t> {
    /// Where it was looked for.
    pub path: &'t str,
    /// Where it is written.
    pub file: &'t str,
    /// What it holds.
    pub text: &'t str,
}

impl TreeFiles {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, where these paths lead to files over symbolic links.
    #[must_use]
    pub fn with_links(self, linked: BTreeMap<String, String>) -> Self {
        Self { linked, ..self }
    }

    /// The same, where the workspace in this folder is meant; none: the one that is found.
    #[must_use]
    pub fn of_workspace(self, workspace: Option<String>) -> Self {
        Self { workspace, ..self }
    }

    /// The folder of the workspace that is meant, if that was said.
    pub fn workspace(&self) -> Option<&str> {
        self.workspace.as_deref()
    }

    /// The file that is found at a path, over links or not.
    pub fn at(&self, path: &str) -> Option<Reached<'_>> {
        if let Some((file, text)) = self.files.get_key_value(path) {
            return Some(Reached { path: file, file, text });
        }
        let (path, file) = self.linked.get_key_value(path)?;
        let (file, text) = self.files.get_key_value(file)?;
        Some(Reached { path, file, text })
    }

    /// All paths at which a file is found, over links or not, in order.
    pub fn reached(&self) -> impl Iterator<Item = &str> {
        let linked =
            self.linked.iter().filter(|(_, file)| self.files.contains_key(*file)).map(|(path, _)| path.as_str());
        let mut all: Vec<&str> = self.files.keys().map(String::as_str).chain(linked).collect();
        all.sort_unstable();
        all.into_iter()
    }
}

impl Deref for TreeFiles {
    type Target = BTreeMap<String, String>;

    fn deref(&self) -> &Self::Target {
        &self.files
    }
}

impl DerefMut for TreeFiles {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.files
    }
}

impl From<BTreeMap<String, String>> for TreeFiles {
    fn from(files: BTreeMap<String, String>) -> Self {
        Self { files, ..Self::default() }
    }
}

impl<const N: usize> From<[(String, String); N]> for TreeFiles {
    fn from(files: [(String, String); N]) -> Self {
        files.into_iter().collect()
    }
}

impl FromIterator<(String, String)> for TreeFiles {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(files: I) -> Self {
        BTreeMap::from_iter(files).into()
    }
}

impl Extend<(String, String)> for TreeFiles {
    fn extend<I: IntoIterator<Item = (String, String)>>(&mut self, files: I) {
        self.files.extend(files);
    }
}

impl IntoIterator for TreeFiles {
    type Item = (String, String);
    type IntoIter = btree_map::IntoIter<String, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.files.into_iter()
    }
}

impl<'a> IntoIterator for &'a TreeFiles {
    type Item = (&'a String, &'a String);
    type IntoIter = btree_map::Iter<'a, String, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.files.iter()
    }
}
