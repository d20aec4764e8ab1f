//! `xtask/boundaries.toml` as values.

use serde::Deserialize;

/// All rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Boundaries {
    /// What a file may be.
    pub(crate) files: FileRules,
    /// One per product crate.
    #[serde(rename = "crate")]
    pub(crate) crates: Vec<CrateRules>,
    /// Crates whose modules lie on each other.
    #[serde(default)]
    pub(crate) layers: Vec<Layers>,
    /// Rooms within a crate.
    #[serde(default, rename = "module")]
    pub(crate) modules: Vec<ModuleRules>,
}

/// What a file may be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct FileRules {
    /// Lines of one file, at most.
    pub(crate) max_lines: usize,
    /// Names of files and folders that say nothing.
    pub(crate) forbidden_names: Vec<String>,
    /// Reviewed exceptions to `max_lines`.
    #[serde(default)]
    pub(crate) long: Vec<LongFile>,
}

/// A file that may be longer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LongFile {
    /// From the root.
    pub(crate) path: String,
    /// How long.
    pub(crate) lines: usize,
    /// Why. For the reader of the rules; it has to be there.
    #[expect(dead_code, reason = "the rules' reader wants it, the program does not")]
    pub(crate) reason: String,
}

/// What a crate may use.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct CrateRules {
    /// Its package name.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) folder: String,
    /// Crates of this workspace that it may depend on.
    pub(crate) siblings: Vec<String>,
    /// Other crates that it may not depend on.
    pub(crate) forbidden_crates: Vec<String>,
    /// Paths that its source may not name.
    pub(crate) forbidden_paths: Vec<String>,
    /// The reason for all of it.
    pub(crate) why: String,
    /// Of these crates, it may name some paths only.
    #[serde(default)]
    pub(crate) only: Vec<OnlyPaths>,
}

/// Of one crate or module, these paths and no others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnlyPaths {
    /// The crate or module, as source names it: `crate::check`.
    pub(crate) root: String,
    /// What may follow.
    pub(crate) paths: Vec<String>,
}

/// The modules of a crate as a list, lowest first.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Layers {
    /// Where they are.
    pub(crate) folder: String,
    /// Each may use those before it alone. A module that is not in the list may be used by none.
    pub(crate) lowest_first: Vec<String>,
    /// The reason.
    pub(crate) why: String,
}

impl Layers {
    /// Whether a module lies above the one that uses it, or one of them has no place.
    pub(crate) fn is_above(&self, user: &str, used: &str) -> bool {
        let height = |module: &str| self.lowest_first.iter().position(|it| it == module);
        match (height(user), height(used)) {
            (Some(user), Some(used)) => used > user,
            _ => true,
        }
    }
}

/// What a folder of a crate may not name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ModuleRules {
    /// Where it is.
    pub(crate) folder: String,
    /// Paths that its source may not name.
    #[serde(default)]
    pub(crate) forbidden_paths: Vec<String>,
    /// Files and folders in it to which this does not apply.
    #[serde(default)]
    pub(crate) except: Vec<String>,
    /// Of these, it may name some paths only.
    #[serde(default)]
    pub(crate) only: Vec<OnlyPaths>,
    /// The reason.
    pub(crate) why: String,
}

impl ModuleRules {
    /// Whether a source file is in it.
    pub(crate) fn holds(&self, path: &str) -> bool {
        let is_in = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/') || rest == ".rs");
        path.starts_with(&format!("{}/", self.folder)) && !self.except.iter().any(|folder| is_in(folder))
    }
}
