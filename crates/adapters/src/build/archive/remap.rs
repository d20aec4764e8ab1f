//! Keeping the folder of the build, and whose machine it is, out of what is built.

use std::{
    fs,
    path::{Path, PathBuf},
};

use stationmaster_core::artifact::Rustc;
use toml_edit::{Array, DocumentMut, Item, Table, value};

use super::work_folder::WorkFolder;
use crate::registry::cargo_home;

/// Folders of this machine, and what is written instead. Of several that fit the compiler takes the last.
pub(super) fn prefixes(work: &WorkFolder, rustc: Option<&Rustc>) -> Vec<(PathBuf, String)> {
    let real = |path: PathBuf| path.canonicalize().unwrap_or(path);
    let commit = rustc.and_then(|it| it.version.lines().find_map(|line| line.strip_prefix("commit-hash: ")));
    let mut prefixes: Vec<(PathBuf, String)> =
        cargo_home().map(|home| (real(home), "/cargo".to_owned())).into_iter().collect();
    prefixes.extend([(real(work.target()), "/target".to_owned()), (real(work.sources()), "/src".to_owned())]);
    // Where the sources of the standard library are installed, they are named by their place; elsewhere by the compiler's commit.
    let standard =
        rustc.and_then(|it| it.sysroot.as_ref()).map(|root| PathBuf::from(root).join("lib/rustlib/src/rust"));
    prefixes.extend(standard.zip(commit).map(|(folder, commit)| (folder, format!("/rustc/{commit}"))));
    prefixes
}

/// Write cargo's configuration above the commit's files: it adds to the flags that the commit's own configuration gives, where a
/// variable would replace them.
pub(super) fn configure(work: &WorkFolder, workspace: &Path, rustc: Option<&Rustc>) -> std::io::Result<()> {
    let mut flags: Array = general_flags(work, workspace).into_iter().collect();
    for (folder, instead) in prefixes(work, rustc) {
        flags.push(format!("--remap-path-prefix={}={instead}", folder.display()));
    }
    // The compiler says then what a static library needs.
    flags.push("--print=native-static-libs");
    let mut all = Table::new();
    all.insert("rustflags", value(flags));
    let mut targets = Table::new();
    targets.insert("cfg(all())", Item::Table(all));
    let mut document = DocumentMut::new();
    document.insert("target", Item::Table(targets));
    let folder = work.path().join(".cargo");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("config.toml"), document.to_string())
}

/// The flags that the commit gives for all targets: cargo takes them only where there are none for a target, as ours are.
fn general_flags(work: &WorkFolder, workspace: &Path) -> Vec<String> {
    let sources = work.sources();
    let sources = sources.canonicalize().unwrap_or(sources);
    let within = workspace.ancestors().take_while(|folder| folder.starts_with(&sources));
    let files = within.flat_map(|folder| ["config.toml", "config"].map(|name| folder.join(".cargo").join(name)));
    let documents: Vec<DocumentMut> = files.filter_map(|path| fs::read_to_string(path).ok()?.parse().ok()).collect();
    let has_own = |document: &DocumentMut| {
        let tables = document.get("target").and_then(Item::as_table_like);
        tables.is_some_and(|targets| targets.iter().any(|(_, target)| target.get("rustflags").is_some()))
    };
    if documents.iter().any(has_own) {
        return Vec::new();
    }
    // Cargo puts the flags of outer folders first.
    let flags = documents.iter().rev().filter_map(|document| document.get("build")?.get("rustflags"));
    flags.flat_map(words).collect()
}

/// A list, or words in one text.
fn words(item: &Item) -> Vec<String> {
    match item.as_str() {
        Some(text) => text.split_whitespace().map(str::to_owned).collect(),
        None => item.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect(),
    }
}
