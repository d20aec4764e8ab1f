//! The names and texts of pull requests: what, why, and what happens on merge.

use semver::Version;

use crate::{
    bump::GroupMove,
    edit::notes::as_markdown,
    model::{CommitId, LineName},
    policy::Project,
};

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

    pub(crate) fn title(&self, project: &Project) -> String {
        match self {
            Self::Release(version) | Self::Candidate(version) => format!("Release {} {version}", project.name),
            Self::Bump(version) => format!("Bump {} to {version}", project.name),
            Self::Backport { line, change } => format!("Backport {change} to {line}"),
        }
    }
}

/// What a pull request's text is made of.
pub(super) struct Occasion<'a> {
    pub(super) project: &'a Project,
    pub(super) kind: &'a PullRequestKind,
    /// Where the change goes.
    pub(super) base: &'a str,
    /// What becomes of each group.
    pub(super) moves: &'a [GroupMove],
    /// Why now.
    pub(super) reason: &'a str,
    /// Release notes, to be looked over before the merge.
    pub(super) notes: Option<&'a str>,
}

impl Occasion<'_> {
    pub(super) fn body(&self) -> String {
        let mut text = format!("{}\n\n", as_markdown(self.reason));
        let mut moving = self.moves.iter().filter(|group| group.from != group.to).peekable();
        if moving.peek().is_none() {
            text += "No version changes.\n";
        } else {
            text += "| version group | from | to |\n| --- | --- | --- |\n";
            for group in moving {
                text += &format!("| {} | {} | {} |\n", group.name, group.from, group.to);
            }
        }
        if let Some(file) = self.notes {
            text += &format!("\nBefore you merge, look over the release notes in `{file}` on this branch.\n");
        }
        text += &format!("\n**On merge:** {}\n", self.on_merge());
        text
    }

    fn on_merge(&self) -> String {
        match self.kind {
            PullRequestKind::Release(version) => format!(
                "the merged commit is tagged `{}` once its checks are green, the crates go to the registry, and the release \
                 is put on the forge with its notes. To hold the release, leave this open; to give it up, close it.",
                self.project.tag.with(version)
            ),
            PullRequestKind::Candidate(version) => format!(
                "the merged commit is tagged `{}` once its checks are green, and its crates go to the registry as a release \
                 candidate. The next candidate, or the release, takes its place.",
                self.project.tag.with(version)
            ),
            PullRequestKind::Bump(version) => format!(
                "`{}` carries {version}. Nothing is released by it. Fixes for the release that was cut go to `{}` first, \
                 and from there to its branch.",
                self.base, self.base
            ),
            PullRequestKind::Backport { line, .. } => format!("the change is on {line}."),
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
