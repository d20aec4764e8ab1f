//! Packages that a manifest would allow to be published, and that nobody means to.

use crate::workspace::{Package, Workspace};

/// Folders whose packages show or test something.
const FOLDERS: [&str; 5] = ["examples", "tests", "benches", "fuzz", "ci"];

/// Packages in folders of examples and the like that have neither a description nor a license: the registry would refuse
/// them, so they were never published.
pub(super) fn find(workspace: &Workspace) -> Vec<String> {
    let packages = workspace.packages.iter().filter(|package| package.publish && is_example(package));
    packages.map(|package| package.name.clone()).collect()
}

fn is_example(package: &Package) -> bool {
    let metadata = &package.metadata;
    let bare = metadata.description.is_none() && metadata.license.is_none() && metadata.license_file.is_none();
    bare && package.folder().split('/').any(|folder| FOLDERS.contains(&folder))
}
