//! Why a workspace could not be read.

use thiserror::Error;

/// Why a workspace could not be read. Paths are from the repository's root; lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WorkspaceError {
    /// No manifest at all, or several packages and none that binds them.
    #[error("there is no Cargo workspace: no Cargo.toml at the root, and none elsewhere with a [workspace] table")]
    NoWorkspace,
    /// No manifest at the root, and several workspaces equally deep.
    #[error("there are several Cargo workspaces and none at the root: {}; say which in the policy: `[project] workspace = \"FOLDER\"`", manifests.join(", "))]
    SeveralWorkspaces {
        /// Their root manifests.
        manifests: Vec<String>,
    },
    /// The folder that the policy names has no manifest.
    #[error("`[project] workspace` names `{folder}`, which has no Cargo.toml")]
    NotThere {
        /// As the policy names it.
        folder: String,
    },
    /// A manifest is not TOML.
    #[error("{manifest}:{line}: {message}")]
    Syntax {
        /// Which.
        manifest: String,
        /// Where.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// A key holds something cargo would not take.
    #[error("{manifest}:{line}: `{key}` must be {expected}")]
    Shape {
        /// Which manifest.
        manifest: String,
        /// Where.
        line: usize,
        /// The key, such as `package.name`.
        key: String,
        /// What it must be, such as `a text`.
        expected: &'static str,
    },
    /// `members` names a folder that has no manifest.
    #[error("{manifest}:{line}: member `{member}` has no Cargo.toml")]
    MemberAbsent {
        /// The manifest that names it.
        manifest: String,
        /// Where.
        line: usize,
        /// The member, as written.
        member: String,
    },
    /// `members` holds a pattern that is no glob.
    #[error("{manifest}:{line}: member pattern `{pattern}` is not a glob: {why}")]
    MemberPattern {
        /// The manifest that holds it.
        manifest: String,
        /// Where.
        line: usize,
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        why: String,
    },
    /// Two members have the same name.
    #[error("two packages are called `{name}`: {first} and {second}")]
    DuplicatePackage {
        /// The name.
        name: String,
        /// The manifest of one.
        first: String,
        /// The manifest of the other.
        second: String,
    },
    /// A version is not semver.
    #[error("{manifest}:{line}: `{version}` is not a version: {why}")]
    Version {
        /// Which manifest.
        manifest: String,
        /// Where.
        line: usize,
        /// The text.
        version: String,
        /// What is wrong with it.
        why: String,
    },
    /// `workspace = true`, but the root has nothing of that name.
    #[error("{manifest}:{line}: `{key}` is inherited, but {root} has no `{key}` in [{table}]")]
    NothingToInherit {
        /// The manifest that inherits.
        manifest: String,
        /// Where.
        line: usize,
        /// The key.
        key: String,
        /// The table of the root that should hold it.
        table: &'static str,
        /// The root manifest.
        root: String,
    },
}

impl WorkspaceError {
    /// The manifest at fault, where it is one.
    pub fn manifest(&self) -> Option<&str> {
        match self {
            Self::NoWorkspace | Self::NotThere { .. } | Self::SeveralWorkspaces { .. } => None,
            Self::Syntax { manifest, .. }
            | Self::Shape { manifest, .. }
            | Self::MemberAbsent { manifest, .. }
            | Self::MemberPattern { manifest, .. }
            | Self::Version { manifest, .. }
            | Self::NothingToInherit { manifest, .. } => Some(manifest),
            Self::DuplicatePackage { second, .. } => Some(second),
        }
    }

    /// The line at fault, from 1, where there is one.
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::NoWorkspace
            | Self::NotThere { .. }
            | Self::SeveralWorkspaces { .. }
            | Self::DuplicatePackage { .. } => None,
            Self::Syntax { line, .. }
            | Self::Shape { line, .. }
            | Self::MemberAbsent { line, .. }
            | Self::MemberPattern { line, .. }
            | Self::Version { line, .. }
            | Self::NothingToInherit { line, .. } => Some(*line),
        }
    }
}
