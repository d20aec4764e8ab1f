//! Whether there is something to plan for: a main branch, a workspace on it, and groups that fit.
//!
//! Without these nothing can be decided, so it is an error of the input and not a train that waits.

use stationmaster_adapters::git::Repository;
use stationmaster_core::{
    bump,
    facts::{Ask, Facts},
    policy::Policy,
    workspace::{GroupError, Workspace, WorkspaceError},
};

use crate::{
    checkout,
    diagnostics::{Ending, Failure},
};

/// Why nothing can be decided.
pub(crate) enum Unsound {
    NoBranch,
    Workspace(WorkspaceError),
    Groups(GroupError),
}

impl Unsound {
    /// For people.
    pub(crate) fn failure(&self, repository: &Repository, policy: &Policy, facts: &Facts) -> Failure {
        let name = &policy.project.main;
        match self {
            Self::NoBranch => checkout::no_branch(repository, name, facts.own.branches.keys()),
            Self::Workspace(error) => no_workspace(name, error),
            Self::Groups(error) => no_groups(error),
        }
    }
}

/// The main branch can be judged by the policy, or why not. What could not be seen of it is waited for.
pub(crate) fn of_main(policy: &Policy, ask: &Ask<'_>) -> Result<(), Unsound> {
    let head = ask.here().branches.get(&policy.project.main).ok_or(Unsound::NoBranch)?;
    let Ok(files) = ask.files(&head.commit, &bump::files(policy)) else { return Ok(()) };
    let workspace = Workspace::read(files).map_err(Unsound::Workspace)?;
    workspace.groups(&policy.on(ask.facts().today).groups).map_err(Unsound::Groups)?;
    Ok(())
}

pub(crate) fn no_workspace(branch: &str, error: &WorkspaceError) -> Failure {
    let place = match (error.manifest(), error.line()) {
        (Some(manifest), Some(line)) => format!("{branch}:{manifest}:{line}: "),
        (Some(manifest), None) => format!("{branch}:{manifest}: "),
        (None, _) => format!("branch `{branch}`: "),
    };
    Failure::new(Ending::Usage, format!("{place}{error}"))
        .hint("Stationmaster needs a Cargo workspace that `cargo metadata` can read")
}

fn no_groups(error: &GroupError) -> Failure {
    Failure::new(Ending::Usage, error.to_string())
        .hint("fix `[[group]]` in the policy: `members` are globs over package names")
}
