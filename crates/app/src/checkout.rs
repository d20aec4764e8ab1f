//! What a checkout lacks, such as one that a CI made: branches, history, tags.

use stationmaster_adapters::git::Repository;

use crate::diagnostics::{Ending, Failure};

/// What gets the rest of a shallow clone.
const UNSHALLOW: &str = "git fetch --unshallow --tags";

/// A branch is not there: why, and what to run. `others` are those that are.
pub(crate) fn no_branch<'b>(repository: &Repository, name: &str, others: impl Iterator<Item = &'b String>) -> Failure {
    if let Some(failure) = only_remote(repository, name) {
        return failure;
    }
    let others: Vec<&str> = others.map(String::as_str).take(5).collect();
    if others.is_empty() && repository.head_is_unborn() {
        return Failure::new(Ending::Usage, format!("the repository has no commit yet: branch `{name}` is unborn"))
            .hint("commit the workspace first");
    }
    let there = if others.is_empty() { String::new() } else { format!("; there are: {}", others.join(", ")) };
    Failure::new(Ending::Usage, format!("the repository has no branch `{name}`"))
        .hint(format!("name the main branch in `[project] main`{there}"))
}

/// A branch that only a remote has here. None: no remote has it.
pub(crate) fn only_remote(repository: &Repository, name: &str) -> Option<Failure> {
    let remote = repository.remote_branch(name).filter(|_| !matches!(repository.branch(name), Ok(Some(_))))?;
    let detached = if repository.head_is_detached() { "HEAD is detached, and " } else { "" };
    let message = format!("{detached}`{name}` is only at {remote}");
    let make = format!("make the branch with `git branch {name} {remote}`");
    Some(Failure::new(Ending::Usage, message).hint(if repository.is_shallow() {
        format!("{make}; the clone is shallow: `{UNSHALLOW}` gets the history and the tags")
    } else {
        make
    }))
}

/// History and tags are there as far as the repository itself can tell. Without them a release that was made looks as if it never
/// was, and nothing is decided.
pub(crate) fn is_whole(repository: &Repository, tags: usize) -> Result<(), Failure> {
    if repository.is_shallow() {
        let message =
            "the clone is shallow: earlier commits and their tags are missing, so what was released is not known";
        return Err(Failure::new(Ending::Outside, message).hint(format!("get them with `{UNSHALLOW}`")));
    }
    if tags > 0 {
        return Ok(());
    }
    let (what, get) = if repository.takes_no_tags() {
        let unset = "`git config --unset remote.origin.tagOpt` lets every fetch take them";
        ("the clone takes no tags from its remote", format!("get them with `git fetch --tags`; {unset}"))
    } else if repository.takes_single_branches() {
        let all = "`git remote set-branches origin '*'` and `git fetch --tags`";
        ("the clone has a single branch of its remote and no tags", format!("get all with {all}"))
    } else {
        return Ok(());
    };
    Err(Failure::new(Ending::Outside, format!("{what}, so what was released is not known")).hint(get))
}
