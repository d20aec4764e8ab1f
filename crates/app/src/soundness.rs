//! Whether there is something to plan for: a main branch, a workspace on it, and groups that fit.
//!
//! Without these nothing can be decided, so it is an error of the input and not a train that waits.

use stationmaster_core::{
    model::{Observation, Observed},
    policy::Policy,
    workspace::{GroupError, Workspace, WorkspaceError},
};

use crate::diagnostics::{Ending, Failure};

/// The main branch can be judged by the policy, or why not.
pub(crate) fn of_main(policy: &Policy, seen: &Observation) -> Result<(), Failure> {
    let name = &policy.project.main;
    let Some(head) = seen.branches.get(name) else { return Err(no_main(name, seen)) };
    let Some(Observed::Known(files)) = seen.files.get(&head.commit) else { return Ok(()) };
    let workspace = Workspace::read(files).map_err(|error| no_workspace(name, &error))?;
    workspace.groups(&policy.on(seen.today).groups).map_err(|error| no_groups(&error))?;
    Ok(())
}

fn no_main(name: &str, seen: &Observation) -> Failure {
    if seen.branches.is_empty() {
        return Failure::new(Ending::Usage, format!("the repository has no commit yet: branch `{name}` is unborn"))
            .hint("commit the workspace first");
    }
    let others: Vec<&str> = seen.branches.keys().map(String::as_str).take(5).collect();
    Failure::new(Ending::Usage, format!("the repository has no branch `{name}`"))
        .hint(format!("name the main branch in `[project] main`; there are: {}", others.join(", ")))
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
