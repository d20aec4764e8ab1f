//! A commit that moves versions.

use jiff::civil::Date;
use semver::Version;
use serde::Serialize;
use stationmaster_core::{
    bump::{Bumped, GroupMove},
    model::CommitId,
};

use super::style::{DIM, GOOD, HEAD, counted};

/// What was made, as programs read it.
#[derive(Debug, Serialize)]
pub(crate) struct View<'v> {
    /// The new commit.
    commit: &'v CommitId,
    /// Its parent.
    base: &'v CommitId,
    /// The branch or ref that points to it now; absent where none was asked for.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    target: Option<&'v str>,
    /// The day that it is of.
    date: Date,
    /// The version that names releases, before.
    from: &'v Version,
    /// The same after.
    to: &'v Version,
    /// Every version group.
    groups: &'v [GroupMove],
    /// The files that changed, sorted.
    files: Vec<&'v str>,
    /// The commit's first line.
    title: &'v str,
}

impl<'v> View<'v> {
    pub(crate) fn new(made: &'v Bumped, commit: &'v CommitId, date: Date, target: Option<&'v str>) -> Self {
        let edited = made.commit.edits.iter().map(|edit| &edit.path);
        let mut files: Vec<&str> = edited.chain(&made.commit.removed).map(String::as_str).collect();
        files.sort_unstable();
        let title = made.commit.message.lines().next().unwrap_or_default();
        let (base, groups) = (&made.commit.parent, made.groups.as_slice());
        Self { commit, base, target, date, from: &made.from, to: &made.to, groups, files, title }
    }
}

/// Print the commit's id alone on the first line, for scripts; the rest is for people and goes to standard error.
pub(crate) fn print(view: &View<'_>) {
    crate::output::println!("{}", view.commit);
    let width = view.groups.iter().map(|group| group.name.len()).max().unwrap_or(0);
    crate::output::eprintln!("{HEAD}{}{HEAD:#} {DIM}on {}{DIM:#}", view.title, view.base.short());
    for group in view.groups {
        let GroupMove { name, from, to } = group;
        if from == to {
            crate::output::eprintln!("  {name:width$}  {from} {DIM}(stays){DIM:#}");
        } else {
            crate::output::eprintln!("  {name:width$}  {from} -> {GOOD}{to}{GOOD:#}");
        }
    }
    let others: Vec<&str> = view.files.iter().copied().filter(|file| !file.ends_with("Cargo.toml")).collect();
    let manifests = counted(view.files.len() - others.len(), "manifest");
    let rest = others.iter().map(|file| format!(", {file}")).collect::<String>();
    crate::output::eprintln!("  {manifests}{rest}");
    match view.target {
        Some(target) => crate::output::eprintln!("  {DIM}{target} points to it{DIM:#}"),
        None => {
            crate::output::eprintln!(
                "  {DIM}no ref was changed; look at it with `git show {}`{DIM:#}",
                view.commit.short()
            )
        }
    }
}
