//! The packages of a workspace, as cargo itself finds them.

use std::path::Path;

use serde::Deserialize;
use stationmaster_core::workspace::Workspace;
use stationmaster_engine::ports::{PortError, PortResult};

use super::cargo::Cargo;

/// What `cargo metadata` prints, as far as it counts here.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Member>,
}

#[derive(Deserialize)]
struct Member {
    name: String,
}

/// No package that cargo has may be left out in silence: it would keep its old version, and nobody would publish it. Where cargo
/// cannot read the workspace either, packaging says so.
pub(super) async fn check(cargo: &Cargo, folder: &Path, workspace: &Workspace) -> PortResult<()> {
    let arguments = ["metadata", "--no-deps", "--format-version", "1"];
    let Ok(printed) = cargo.printed(arguments, folder).await? else { return Ok(()) };
    let what = || format!("reading the workspace of {}", workspace.root);
    let metadata: Metadata = serde_json::from_str(&printed)
        .map_err(|error| PortError::Failed { what: what(), why: format!("`cargo metadata`: {error}") })?;
    let unknown = metadata.packages.into_iter().filter(|it| workspace.package(&it.name).is_none());
    let unknown: Vec<String> = unknown.map(|it| format!("`{}`", it.name)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let why = format!(
        "cargo finds packages that were not found here: {}. Name their folders in `members` of {}, without links or wildcards",
        unknown.join(", "),
        workspace.root
    );
    Err(PortError::Refused { what: what(), why })
}
