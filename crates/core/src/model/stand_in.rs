//! Files of a commit that only stand for others: a crate with one of them would not hold what its author sees.

use std::fmt;

/// What a path of a commit stands for, instead of being a file with content of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StandIn {
    /// A file whose content this repository lacks (a partial clone).
    Absent,
    /// A folder whose files are in another repository.
    Submodule,
    /// A pointer of Git LFS, by which the file is fetched from elsewhere.
    LargeFile,
    /// A program makes the file when git checks it out. Its name in `.gitattributes`.
    Filter(String),
    /// It is UTF-8 in git and this encoding where it is checked out.
    Encoding(String),
    /// Its name is not UTF-8. Crates cannot hold such a file.
    Name,
    /// A symbolic link that leads to nothing of the commit.
    Link {
        /// As written.
        target: String,
        /// Why it is not followed.
        fault: LinkFault,
    },
}

/// Why a symbolic link is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFault {
    /// It is absolute, or leads above the repository's root: what is there differs from machine to machine.
    Outside,
    /// There is nothing of that name in the commit.
    Dangling,
    /// It leads back to itself.
    Circle,
    /// Its target is no text, or on the way to it is a submodule.
    Unreadable,
}

impl StandIn {
    /// What a person can do about it, for a crate that is to hold the file.
    pub fn fix(&self) -> &'static str {
        match self {
            Self::Absent => "fetch the whole commit: `git fetch --refetch` without a filter",
            Self::Submodule => "commit copies of its files, or keep the folder out of the crate with `exclude`",
            Self::LargeFile | Self::Filter(_) => "commit the file itself, or keep it out of the crate with `exclude`",
            Self::Encoding(_) => "drop the attribute, or keep the file out of the crate with `exclude`",
            Self::Name => "rename it, or keep it out of the crate with `exclude`",
            Self::Link { .. } => "commit a file or a link to one of the repository, or keep it out with `exclude`",
        }
    }
}

impl fmt::Display for StandIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => write!(f, "the repository lacks its content"),
            Self::Submodule => write!(f, "a submodule, whose files are in another repository"),
            Self::LargeFile => write!(f, "a Git LFS pointer, and not the file itself"),
            Self::Filter(name) => write!(f, "made by the filter `{name}` when git checks it out"),
            Self::Encoding(name) => write!(f, "checked out as {name}, but kept as UTF-8 in git"),
            Self::Name => write!(f, "a file whose name is not UTF-8"),
            Self::Link { target, fault } => write!(f, "a link to `{target}`, {fault}"),
        }
    }
}

impl fmt::Display for LinkFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Outside => "which is outside of the repository",
            Self::Dangling => "which is not in the commit",
            Self::Circle => "which leads back to itself",
            Self::Unreadable => "which cannot be followed",
        })
    }
}
