//! What the pull requests of ours are for.

use semver::Version;

use super::{CommitId, LineName};

/// Head branches of our pull requests start with this.
pub const HEAD_PREFIX: &str = "stationmaster/";

/// What a pull request of ours is for. Its head branch says so, and this is how it is known again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullRequestKind {
    /// Merging it makes this release (R2): the bump on main, or the last change on the release branch.
    Release(Version),
    /// Merging it makes this candidate (X11).
    Candidate(Version),
    /// It only moves main on to this version (X1).
    Bump(Version),
    /// It carries a change of main to a line (X2).
    Backport {
        /// The line.
        line: LineName,
        /// The first ten digits of the change on main.
        change: String,
    },
}

impl PullRequestKind {
    /// Carries a change of main to a line.
    pub fn backport(line: LineName, change: &CommitId) -> Self {
        Self::Backport { line, change: change.short().to_owned() }
    }

    /// The head branch.
    pub fn head_branch(&self) -> String {
        match self {
            Self::Release(version) => format!("{HEAD_PREFIX}release-{version}"),
            Self::Candidate(version) => format!("{HEAD_PREFIX}candidate-{version}"),
            Self::Bump(version) => format!("{HEAD_PREFIX}bump-{version}"),
            Self::Backport { line, change } => format!("{HEAD_PREFIX}backport-{line}-{change}"),
        }
    }

    /// The kind that a head branch stands for; none if the branch is not ours.
    pub fn of_head(head: &str) -> Option<Self> {
        let (word, version) = head.strip_prefix(HEAD_PREFIX)?.split_once('-')?;
        if word == "backport" {
            let (line, change) = version.split_once('-')?;
            return Some(Self::Backport { line: line.parse().ok()?, change: change.to_owned() });
        }
        let version = version.parse().ok()?;
        match word {
            "release" => Some(Self::Release(version)),
            "candidate" => Some(Self::Candidate(version)),
            "bump" => Some(Self::Bump(version)),
            _ => None,
        }
    }

    /// The version whose tag the merge makes; none where it makes no release.
    pub fn releases(&self) -> Option<&Version> {
        match self {
            Self::Release(version) | Self::Candidate(version) => Some(version),
            Self::Bump(_) | Self::Backport { .. } => None,
        }
    }

    /// What it is called.
    pub(crate) fn title(&self, project: &str) -> String {
        match self {
            Self::Release(version) | Self::Candidate(version) => format!("Release {project} {version}"),
            Self::Bump(version) => format!("Bump {project} to {version}"),
            Self::Backport { line, change } => format!("Backport {change} to {line}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_branch_says_what_it_is_for() {
        let kinds = [
            PullRequestKind::Release(Version::new(5, 0, 0)),
            PullRequestKind::Candidate("49.0.0-rc.1".parse().expect("version")),
            PullRequestKind::Bump("50.0.0-dev".parse().expect("version")),
            PullRequestKind::backport("36.0".parse().expect("line"), &"a".repeat(40).parse().expect("id")),
        ];
        for kind in kinds {
            assert_eq!(PullRequestKind::of_head(&kind.head_branch()), Some(kind));
        }
        assert_eq!(PullRequestKind::of_head("fix-release-5.0.0"), None);
    }
}
