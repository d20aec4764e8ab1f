//! Which work trees have a branch checked out. Nothing here changes one.

use std::path::PathBuf;

use super::Repository;

impl Repository {
    /// The work trees that have a branch checked out: moving it leaves their files behind, and people want to know.
    /// A work tree that cannot be looked at counts as having something else.
    pub fn checked_out_in(&self, branch: &str) -> Vec<PathBuf> {
        let repository = self.local();
        let linked = repository.worktrees().unwrap_or_default();
        let linked = linked.into_iter().filter_map(|tree| tree.into_repo_with_possibly_inaccessible_worktree().ok());
        let all = repository.main_repo().into_iter().chain(linked);
        let has_it = |tree: &gix::Repository| {
            let head = tree.head_name().ok().flatten();
            head.is_some_and(|name| name.as_bstr() == format!("refs/heads/{branch}").as_str())
        };
        all.filter(has_it)
            .filter_map(|tree| tree.workdir().map(|path| path.canonicalize().unwrap_or(path.to_owned())))
            .collect()
    }
}
