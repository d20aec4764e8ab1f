//! `[project]`.

use super::checks::{required, text};
use crate::policy::{
    Project,
    error::{Fault, Problem},
    pattern::ref_pattern,
    raw::{At, RawProject},
};

/// The project; what it does not say is as in the preset, but for its name.
pub(super) fn project(written: Option<At<RawProject>>, preset: Option<At<RawProject>>) -> Result<Project, Fault> {
    let written = required(written, None, "project.name", "[project] name = \"Name\"")?;
    let preset = preset.map(|at| at.value).unwrap_or_default();
    let (span, raw) = (written.span, written.value);
    let name = text(raw.name.as_ref(), span, "project.name", "name = \"Name\"")?.value;
    let main = text(raw.main.or(preset.main).as_ref(), span, "project.main", "main = \"main\"")?.value;
    let release_branch = raw.release_branch.or(preset.release_branch);
    let release_branch =
        text(release_branch.as_ref(), span, "project.release-branch", "release-branch = \"release-{version}\"")?;
    let tag = text(raw.tag.or(preset.tag).as_ref(), span, "project.tag", "tag = \"v{version}\"")?;
    let identity = required(
        raw.identity.or(preset.identity),
        span,
        "project.identity",
        "identity = { name = \"Bot\", email = \"bot@example.org\" }",
    )?;
    for (key, value) in [("identity.name", &identity.value.name), ("identity.email", &identity.value.email)] {
        if value.trim().is_empty() {
            return Err(Fault::new(identity.span, Problem::Empty { key: key.to_owned() }));
        }
    }
    let workspace = raw.workspace.or(preset.workspace).map(|it| it.value.trim_matches('/').to_owned());
    Ok(Project {
        workspace: workspace.map(|folder| if folder == "." { String::new() } else { folder }),
        name,
        main,
        release_branch: ref_pattern("release-branch", &release_branch, "release-{version}", true)?,
        tag: ref_pattern("tag", &tag, "v{version}", false)?,
        identity: identity.value,
    })
}
