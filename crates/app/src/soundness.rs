//! Whether there is something to plan for: a main branch, a workspace on it, and groups that fit.
//!
//! Without these nothing can be decided, so it is an error of the input and not a train that waits.

use stationmaster_adapters::git::Repository;
use stationmaster_core::{
    model::{Observation, Observed},
    policy::Policy,
    workspace::{GroupError, Workspace, WorkspaceError},
};

use crate::{
    checkout,
    diagnostics::{Ending, Failure},
};

/// The main branch can be judged by the policy, or why not.
pub(crate) fn of_main(repository: &Repository, policy: &Policy, seen: &Observation) -> Result<(), Failure> {
    let name = &policy.project.main;
    let Some(head) = seen.branches.get(name) else {
        return Err(checkout::no_branch(repository, name, seen.branches.keys()));
    };
    let Some(Observed::Known(files)) = seen.files.get(&head.commit) else { return Ok(()) };
    let workspace = Workspace::read(files).map_err(|error| no_workspace(name, &error))?;
    workspace.groups(&policy.on(seen.today).groups).map_err(|error| no_groups(&error))?;
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
        .hint("mend `[[group]]` in the policy: `members` are globs over package names")
}
