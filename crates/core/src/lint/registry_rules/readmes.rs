//! Readmes that manifests name and the commit does not have: known without packaging anything.

use std::collections::BTreeSet;

use super::{breach, in_files, manifest_facts};
use crate::{
    model::{CrateRelease, Finding},
    workspace::Workspace,
};

/// Readmes that the manifests of these crates name and that are not among the files which are `present`.
pub fn absent_readmes(workspace: &Workspace, crates: &[CrateRelease], present: &BTreeSet<String>) -> Vec<Finding> {
    let packages = crates.iter().filter_map(|it| workspace.package(&it.name));
    let absent = packages.filter_map(|package| {
        let path = package.metadata.readme.as_ref().filter(|path| !present.contains(*path))?;
        let detail = format!("the readme `{path}` is not in the commit");
        Some(breach(&manifest_facts(package), "missing-readme", detail, "add the file, or correct `package.readme`"))
    });
    in_files(absent.collect(), workspace)
}
