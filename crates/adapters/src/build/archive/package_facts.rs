//! What cargo says of a package.

use std::path::Path;

use serde::Deserialize;
use stationmaster_core::artifact::PackageFacts;
use stationmaster_engine::ports::{PortError, PortResult};

use crate::build::{broken, environment};

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    description: Option<String>,
    homepage: Option<String>,
    repository: Option<String>,
    manifest_path: String,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Ask cargo of a package of the workspace in `folder`; none: there is no package of that name. `root` is what its folder is
/// told from.
pub(super) async fn read(folder: &Path, root: &Path, name: &str) -> PortResult<Option<PackageFacts>> {
    let mut command = environment::compiling("cargo", folder);
    command.args(["metadata", "--no-deps", "--format-version", "1", "--offline"]);
    let output = command.output().await.map_err(|error| broken("running cargo", &error))?;
    let refused = |why: String| PortError::Refused { what: "reading the workspace with cargo".to_owned(), why };
    if !output.status.success() {
        return Err(refused(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout).map_err(|error| refused(error.to_string()))?;
    Ok(metadata.packages.into_iter().find(|package| package.name == name).map(|package| facts(package, root)))
}

fn facts(package: Package, root: &Path) -> PackageFacts {
    let folder = Path::new(&package.manifest_path).parent().and_then(|folder| folder.strip_prefix(root).ok());
    let of = |kinds: &[&str]| {
        let is_it = |target: &&Target| target.kind.iter().any(|kind| kinds.contains(&kind.as_str()));
        package.targets.iter().filter(is_it).map(|target| target.name.clone()).collect::<Vec<_>>()
    };
    PackageFacts {
        programs: of(&["bin"]),
        library: of(&["lib", "rlib", "cdylib", "staticlib", "dylib"]).into_iter().next().map(|it| it.replace('-', "_")),
        folder: folder.unwrap_or(Path::new("")).to_string_lossy().replace('\\', "/"),
        name: package.name,
        version: package.version,
        description: package.description,
        url: package.homepage.or(package.repository),
    }
}
