//! Why a version could not be set.

use semver::Version;
use thiserror::Error;

use crate::workspace::WorkspaceError;

/// Why versions could not be set. Paths are from the repository's root; lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    /// A manifest cannot be read.
    #[error(transparent)]
    Manifest(#[from] WorkspaceError),
    /// A package to be moved is not in the workspace.
    #[error("the workspace has no package `{package}`")]
    UnknownPackage {
        /// Its name.
        package: String,
    },
    /// Packages that inherit one version are to have different ones.
    #[error("{root}: packages inherit one version from [workspace.package] and cannot have different ones: {}",
        versions.iter().map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>().join(", "))]
    SharedVersion {
        /// The root manifest.
        root: String,
        /// Two packages, and the version each is to have.
        versions: Vec<(String, Version)>,
    },
    /// A requirement on a moved package is none.
    #[error("{manifest}:{line}: `{requirement}` is not a version requirement: {why}")]
    Requirement {
        /// Which manifest.
        manifest: String,
        /// Where.
        line: usize,
        /// The text.
        requirement: String,
        /// What is wrong with it.
        why: String,
    },
    /// The lock file is not what cargo writes.
    #[error("{path}:{line}: {why}")]
    Lock {
        /// Its path.
        path: String,
        /// Where.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A version file is not there, or is not text.
    #[error("{path} holds a version by the policy, but is not there")]
    FileAbsent {
        /// Its path.
        path: String,
    },
    /// A version file has no place for a version.
    #[error("{path} has no `{looked_for}`")]
    NothingToSet {
        /// Its path.
        path: String,
        /// What was looked for.
        looked_for: String,
    },
    /// A version file has several places for one version.
    #[error("{path} has `{looked_for}` on lines {} where one is expected", lines.iter().map(usize::to_string).collect::<Vec<_>>().join(" and "))]
    Ambiguous {
        /// Its path.
        path: String,
        /// What was looked for.
        looked_for: String,
        /// Where it was found.
        lines: Vec<usize>,
    },
}
