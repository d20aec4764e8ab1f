//! The repository that a command is told of, and what is named in it.

use stationmaster_adapters::git::{OpenError, Repository};
use stationmaster_core::model::CommitId;
use stationmaster_engine::ports::PortError;

use crate::{
    checkout,
    diagnostics::{Ending, Failure},
    scope::Scope,
};

/// Open the repository that a command was told of.
pub(crate) fn open(scope: &Scope) -> Result<Repository, Failure> {
    Repository::open(&scope.repo).map_err(|error| unopened(&error, "name one with `--repo DIR`; it may be bare"))
}

/// A repository that could not be opened. Where there is none, `name_one` says how to name one.
pub(crate) fn unopened(error: &OpenError, name_one: &str) -> Failure {
    let failure = Failure::new(Ending::Usage, error.to_string());
    match error {
        OpenError::NoSuchFolder { .. } | OpenError::NoRepository { .. } => failure.hint(name_one),
        OpenError::Unreadable { help: Some(help), .. } => failure.hint(*help),
        OpenError::Unreadable { help: None, .. } => failure,
    }
}

/// The commit that a revision names.
pub(crate) fn resolve(repository: &Repository, revision: &str) -> Result<CommitId, Failure> {
    repository.resolve(revision).map_err(|error| match error {
        PortError::Missing { .. } => checkout::only_remote(repository, revision).unwrap_or_else(|| {
            Failure::new(Ending::Usage, format!("{error} in {}", repository.git_dir().display()))
                .hint("name a branch, a tag or a commit id; `git log` shows them")
        }),
        other => other.into(),
    })
}
