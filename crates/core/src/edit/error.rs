//! Why a version could not be set.

use semver::Version;
use thiserror::Error;

use super::locate::Reached;
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
    /// A package from elsewhere gets one of the workspace's through `[patch]` and would not take its new version: only a
    /// resolver can say what it gets then.
    #[error(
        "{path}:{line}: {dependent} takes `{package}` from this workspace through [patch], and would not take {version}"
    )]
    LockNeedsCargo {
        /// The lock file.
        path: String,
        /// Where.
        line: usize,
        /// The package from elsewhere, with its version.
        dependent: String,
        /// The workspace's package.
        package: String,
        /// The version that is to be set.
        version: String,
    },
    /// A version file is not there, or is not text.
    #[error("the policy lists {path} as a version file, but it does not exist")]
    FileAbsent {
        /// Its path.
        path: String,
    },
    /// A version file is not of the format the policy says it is.
    #[error("{path}:{line}: {why}")]
    Unreadable {
        /// Its path.
        path: String,
        /// Where.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A version file has no place for a version.
    #[error("{path} has no `{looked_for}`{}", reached.as_ref().map(|it| format!(": what is on line {} has no `{}`", it.line, it.missing)).unwrap_or_default())]
    NothingToSet {
        /// Its path.
        path: String,
        /// What was looked for.
        looked_for: String,
        /// Where the way to it ends, where there is a way.
        reached: Option<Reached>,
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
    /// What stands in a version's place is none.
    #[error("{path}:{line}: `{found}` contains no version")]
    NoVersion {
        /// Its path.
        path: String,
        /// Where.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// A line has several versions where one is meant.
    #[error("{path}:{line}: expected one version, found {}", found.join(" and "))]
    SeveralVersions {
        /// Its path.
        path: String,
        /// Where.
        line: usize,
        /// The versions.
        found: Vec<String>,
    },
}

impl EditError {
    /// The file at fault, from the repository's root, where it is one.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Manifest(error) => error.manifest(),
            Self::UnknownPackage { .. } => None,
            Self::SharedVersion { root, .. } => Some(root),
            Self::Requirement { manifest, .. } => Some(manifest),
            Self::Lock { path, .. }
            | Self::LockNeedsCargo { path, .. }
            | Self::FileAbsent { path }
            | Self::Unreadable { path, .. }
            | Self::NothingToSet { path, .. }
            | Self::Ambiguous { path, .. }
            | Self::NoVersion { path, .. }
            | Self::SeveralVersions { path, .. } => Some(path),
        }
    }

    /// The line at fault, from 1, where there is one.
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Manifest(error) => error.line(),
            Self::UnknownPackage { .. } | Self::SharedVersion { .. } | Self::FileAbsent { .. } => None,
            Self::NothingToSet { reached, .. } => reached.as_ref().map(|it| it.line),
            Self::Ambiguous { lines, .. } => lines.first().copied(),
            Self::Requirement { line, .. }
            | Self::Lock { line, .. }
            | Self::LockNeedsCargo { line, .. }
            | Self::Unreadable { line, .. }
            | Self::NoVersion { line, .. }
            | Self::SeveralVersions { line, .. } => Some(*line),
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Manifest(_) | Self::UnknownPackage { .. } => None,
            Self::Unreadable { .. } => Some("fix the file, or correct its [[version-file]] in the policy"),
            Self::SharedVersion { .. } => Some("put the packages into one group, or give each a version of its own"),
            Self::Requirement { .. } => Some("write a requirement such as `1.2`, `=1.2.3` or `>=1, <3`"),
            Self::Lock { .. } => Some("let cargo write it again with `cargo update --workspace`"),
            Self::LockNeedsCargo { .. } => {
                Some("take the package out of [patch], or the lock file out of the repository, before such a step")
            }
            Self::FileAbsent { .. } | Self::NothingToSet { .. } => {
                Some("correct its [[version-file]] in the policy, or take that out")
            }
            Self::Ambiguous { .. } => Some("say more in its [[version-file]], so that one place is left"),
            Self::NoVersion { .. } => {
                Some("a version is three numbers, such as 1.2.3; where more stands beside it, use `pattern`")
            }
            Self::SeveralVersions { .. } => Some("put them on lines of their own, or use `pattern`"),
        }
    }
}
