//! `[project]`.

use super::checks::{filled, text};
use crate::policy::{
    Project,
    error::{Fault, Problem},
    pattern::ref_pattern,
    raw::{At, RawProject},
};

/// The project.
pub(super) fn project(written: &At<RawProject>) -> Result<Project, Fault> {
    let (span, raw) = (written.span, &written.value);
    let example = if span.is_some() { "name = \"Name\"" } else { "[project] name = \"Name\"" };
    let name = text(raw.name.as_ref(), span, "project.name", example)?;
    let main = filled(&raw.main, "project.main")?;
    let release_branch = filled(&raw.release_branch, "project.release-branch")?;
    let tag = filled(&raw.tag, "project.tag")?;
    let identity = &raw.identity;
    for (key, value) in [("identity.name", &identity.value.name), ("identity.email", &identity.value.email)] {
        if value.trim().is_empty() {
            return Err(Fault::new(identity.span, Problem::Empty { key: key.to_owned() }));
        }
    }
    let workspace = raw.workspace.as_ref().map(|it| it.value.trim_matches('/').to_owned());
    Ok(Project {
        workspace: workspace.map(|folder| if folder == "." { String::new() } else { folder }),
        name: name.value.clone(),
        main: main.value.clone(),
        release_branch: ref_pattern("release-branch", release_branch, "release-{version}", true)?,
        tag: ref_pattern("tag", tag, "v{version}", false)?,
        identity: identity.value.clone(),
    })
}
