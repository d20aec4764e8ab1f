//! Puts the files of `demo/` into the binary, so that `rehearse` has something to show wherever it runs.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    // Asked when it runs: one target folder may serve several checkouts, and this program was perhaps built for another.
    let here = env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| io::Error::other("CARGO_MANIFEST_DIR is not set"))?;
    let demo = PathBuf::from(here).join("../../demo");
    println!("cargo::rerun-if-changed={}", demo.display());
    let mut files = Vec::new();
    // A crate that was packaged for the registry has no demo beside it.
    if demo.is_dir() {
        collect(&demo, &demo, &mut files)?;
    }
    files.sort();
    let mut source = String::from("&[\n");
    for (name, path) in &files {
        source += &format!("    ({name:?}, include_bytes!({:?})),\n", path.display().to_string());
    }
    source += "]\n";
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?);
    fs::write(out.join("demo_files.rs"), source)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name == "target" || name == ".git") {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if let Ok(name) = path.strip_prefix(root) {
            files.push((name.to_string_lossy().replace('\\', "/"), path.clone()));
        }
    }
    Ok(())
}
