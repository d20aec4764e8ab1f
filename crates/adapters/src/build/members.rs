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
    all_known(&printed, workspace)
}

/// Whether a workspace has every package that `cargo metadata` printed.
fn all_known(printed: &str, workspace: &Workspace) -> PortResult<()> {
    let what = || format!("reading the workspace of {}", workspace.root);
    let metadata: Metadata = serde_json::from_str(printed)
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

#[cfg(test)]
mod tests {
    use stationmaster_core::model::TreeFiles;

    use super::*;

    #[test]
    fn a_package_that_cargo_has_and_we_do_not_is_named() {
        let files = [
            ("Cargo.toml", "[workspace]\nmembers = [\"one\"]\n"),
            ("one/Cargo.toml", "[package]\nname = \"sm-one\"\nversion = \"1.0.0\"\n"),
        ];
        let files: TreeFiles = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        let workspace = Workspace::read(&files).expect("a workspace");
        all_known(r#"{"packages":[{"name":"sm-one"}]}"#, &workspace).expect("all are known");
        let printed = r#"{"packages":[{"name":"sm-one"},{"name":"sm-lost"}]}"#;
        let error = all_known(printed, &workspace).expect_err("one is not");
        let PortError::Refused { what, why } = error else { panic!("{error:?}") };
        assert_eq!(what, "reading the workspace of Cargo.toml");
        assert!(why.starts_with("cargo finds packages that were not found here: `sm-lost`."), "{why}");
        assert!(matches!(all_known("{}", &workspace), Err(PortError::Failed { .. })), "what it prints is not known");
    }
}
