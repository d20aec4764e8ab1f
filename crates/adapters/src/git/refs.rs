//! Branches: listing them, and who reaches whom.

use std::{collections::BTreeMap, fs};

use gix::{ObjectId, refs::FullName};
use stationmaster_core::model::CommitId;

use super::{
    PortResult, Repository, commit_id,
    failure::{failed, refused},
};

impl Repository {
    /// The branch that `HEAD` names, such as `main`. None if `HEAD` is detached.
    pub fn main_branch_guess(&self) -> Option<String> {
        let name = self.local().head_name().ok()??;
        Some(name.shorten().to_string())
    }

    /// Whether `HEAD` names a commit and no branch, as a CI's checkout leaves it.
    pub fn head_is_detached(&self) -> bool {
        self.local().head().is_ok_and(|head| head.is_detached())
    }

    /// Whether the clone ends somewhere in the history, so that commits before that, and their tags, are missing.
    pub fn is_shallow(&self) -> bool {
        self.local().is_shallow().unwrap_or(false)
    }

    /// Whether the clone was made to take no tags from its remote.
    pub fn takes_no_tags(&self) -> bool {
        let repository = self.local();
        let options = repository.config_snapshot();
        let sections = options.plumbing().sections_by_name("remote").into_iter().flatten();
        sections.filter_map(|remote| remote.value("tagopt")).any(|value| value.as_slice() == b"--no-tags")
    }

    /// Whether the clone has single branches of its remotes, and with these the tags on them alone.
    pub fn takes_single_branches(&self) -> bool {
        let repository = self.local();
        let options = repository.config_snapshot();
        let fetched = options.plumbing().sections_by_name("remote").into_iter().flatten();
        let mut fetched = fetched.flat_map(|remote| remote.values("fetch")).peekable();
        fetched.peek().is_some() && !fetched.any(|what| what.contains(&b'*'))
    }

    /// What the remotes call a branch that may be missing here, such as `origin/main`.
    pub fn remote_branch(&self, branch: &str) -> Option<String> {
        let repository = self.local();
        let platform = repository.references().ok()?;
        let found = platform.remote_branches().ok()?.filter_map(Result::ok);
        let names = found.map(|found| found.name().shorten().to_string());
        let same = names.filter(|name| name.split_once('/').is_some_and(|(_, short)| short == branch));
        same.min_by_key(|name| !name.starts_with("origin/"))
    }

    /// Whether the branch that `HEAD` names has no commit yet.
    pub fn head_is_unborn(&self) -> bool {
        self.local().head().is_ok_and(|head| head.is_unborn())
    }

    /// The name and address that git would use here: from the repository's configuration, else the user's.
    pub fn user(&self) -> Option<(String, String)> {
        let text = |config: &gix::config::File, key: &str| config.string(key).map(|value| value.to_string());
        let repository = self.local();
        let own = repository.config_snapshot();
        let global = gix::config::File::from_globals().ok();
        let find = |key: &str| text(own.plumbing(), key).or_else(|| text(global.as_ref()?, key));
        Some((find("user.name")?, find("user.email").unwrap_or_default()))
    }

    /// Where a branch points now.
    ///
    /// # Errors
    /// The name is no branch name, or refs cannot be read.
    pub fn branch(&self, branch: &str) -> PortResult<Option<CommitId>> {
        let name = full_name("refs/heads/", branch)?;
        Ok(find_ref(&self.local(), &name)?.map(commit_id))
    }

    pub(super) fn read_branches(&self) -> PortResult<BTreeMap<String, CommitId>> {
        let what = || "list the branches".to_owned();
        let repository = self.local();
        let platform = repository.references().map_err(|error| failed(what(), error))?;
        let branches = platform.local_branches().map_err(|error| failed(what(), error))?;
        let branches = branches.peeled().map_err(|error| failed(what(), error))?;
        let mut found = BTreeMap::new();
        for branch in branches {
            let branch = branch.map_err(|error| failed(what(), error))?;
            found.insert(branch.name().shorten().to_string(), commit_id(branch.id()));
        }
        is_there(&repository, what)?;
        Ok(found)
    }

    /// Whether `ancestor` is `commit` or can be reached from it.
    ///
    /// # Errors
    /// A commit is missing.
    pub fn reaches(&self, commit: &CommitId, ancestor: &CommitId) -> PortResult<bool> {
        if commit == ancestor {
            return Ok(true);
        }
        let mut repository = self.local();
        repository.object_cache_size_if_unset(4 << 20);
        let (commit, ancestor) = (Self::commit(&repository, commit)?.id, Self::commit(&repository, ancestor)?.id);
        let bases = repository
            .merge_bases_many(commit, &[ancestor])
            .map_err(|error| failed(format!("look for {ancestor} in the history of {commit}"), error))?;
        Ok(bases.iter().any(|base| base.detach() == ancestor))
    }
}

/// A full ref name, if the short one is valid.
pub(super) fn full_name(prefix: &str, short: &str) -> PortResult<FullName> {
    FullName::try_from(format!("{prefix}{short}"))
        .map_err(|error| refused(format!("the ref name `{short}`"), error.to_string()))
}

/// What a ref points to, peeled through symbolic refs and annotated tags.
pub(super) fn find_ref(repository: &gix::Repository, name: &FullName) -> PortResult<Option<ObjectId>> {
    let what = || format!("read {}", name.as_bstr());
    let found = repository.try_find_reference(name.as_ref()).map_err(|error| failed(what(), error))?;
    let id = found.map(|found| found.into_fully_peeled_id().map(gix::Id::detach)).transpose();
    let id = id.map_err(|error| failed(what(), error))?;
    if id.is_none() {
        is_there(repository, what)?;
    }
    Ok(id)
}

/// A repository that was taken away since it was opened looks like one without refs.
pub(super) fn is_there(repository: &gix::Repository, what: impl Fn() -> String) -> PortResult<()> {
    fs::metadata(repository.common_dir().join("HEAD")).map(drop).map_err(|error| failed(what(), error))
}
