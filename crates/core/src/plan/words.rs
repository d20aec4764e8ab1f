//! The names and texts of pull requests: what, why, and what happens on merge.

pub(super) use crate::model::PullRequestKind;
use crate::{bump::GroupMove, edit::notes::as_markdown, policy::Project};

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
