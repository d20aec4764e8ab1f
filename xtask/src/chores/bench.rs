//! `cargo xtask bench [NAME]`: the benchmarks in the `benches` folders of the crates.

use std::{fs, path::Path};

use crate::{
    cargo::{cargo, root},
    steps::{ChoreResult, Failure, execute},
};

/// Run all benchmarks whose name holds `wanted`.
pub(crate) fn run(wanted: Option<&str>) -> ChoreResult {
    let benches = benches(&root().join("crates"), wanted)?;
    if benches.is_empty() {
        return Err(Failure::Found(format!("no benchmark is named `{}`", wanted.unwrap_or("*"))));
    }
    for (manifest, name) in benches {
        println!("==> {name}");
        execute(&mut cargo(&[
            "bench",
            "--quiet",
            "--profile",
            "dist",
            "--manifest-path",
            &manifest,
            "--bench",
            &name,
        ]))?;
    }
    Ok(())
}

/// Manifest and name of each benchmark, sorted.
fn benches(crates: &Path, wanted: Option<&str>) -> ChoreResult<Vec<(String, String)>> {
    let failure = |path: &Path, error| Failure::File { path: path.display().to_string(), error };
    let mut found = Vec::new();
    for folder in fs::read_dir(crates).map_err(|error| failure(crates, error))? {
        let folder = folder.map_err(|error| failure(crates, error))?.path();
        let Ok(files) = fs::read_dir(folder.join("benches")) else { continue };
        for file in files {
            let file = file.map_err(|error| failure(&folder, error))?.path();
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if file.extension().is_some_and(|it| it == "rs") && name.contains(wanted.unwrap_or("")) {
                found.push((folder.join("Cargo.toml").display().to_string(), name));
            }
        }
    }
    found.sort();
    Ok(found)
}
