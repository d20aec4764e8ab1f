//! A commit that moves versions.

use jiff::civil::Date;
use semver::Version;
use serde::Serialize;

use crate::{
    bump::{Bumped, GroupMove},
    model::CommitId,
};

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BumpView<'v> {
    /// The new commit.
    pub commit: &'v CommitId,
    /// Its parent.
    pub base: &'v CommitId,
    /// The branch or ref that points to it now; absent where none was asked for.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub target: Option<&'v str>,
    /// The day that it is of.
    pub date: Date,
    /// The version that names releases, before.
    pub from: &'v Version,
    /// The same after.
    pub to: &'v Version,
    /// Every version group.
    pub groups: &'v [GroupMove],
    /// The files that changed, sorted.
    pub files: Vec<&'v str>,
    /// The commit's first line.
    pub title: &'v str,
}

impl<'v> BumpView<'v> {
    /// Of a bump that was made, as this commit.
    pub fn new(made: &'v Bumped, commit: &'v CommitId, date: Date, target: Option<&'v str>) -> Self {
        let edited = made.commit.edits.iter().map(|edit| &edit.path);
        let mut files: Vec<&str> = edited.chain(&made.commit.removed).map(String::as_str).collect();
        files.sort_unstable();
        let title = made.commit.message.lines().next().unwrap_or_default();
        let (base, groups) = (&made.commit.parent, made.groups.as_slice());
        Self { commit, base, target, date, from: &made.from, to: &made.to, groups, files, title }
    }
}
