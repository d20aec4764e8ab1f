//! Peers from crates.io, installed under `target/peers`.

use std::path::{Path, PathBuf};

use crate::{
    cargo::cargo,
    steps::{asked, execute},
};

/// The program of a crate, installed if need be; or why it cannot be had.
pub(super) fn ensure(folder: &Path, package: &str) -> Result<Installed, String> {
    let program = folder.join("bin").join(package);
    if !program.exists() {
        eprintln!("installing {package} into {}, once; this takes minutes", folder.display());
        let mut install = cargo(&["install", "--quiet", "--locked", "--root"]);
        execute(install.arg(folder).arg(package)).map_err(|failure| failure.to_string())?;
    }
    let list = asked(cargo(&["install", "--list", "--root"]).arg(folder)).unwrap_or_default();
    let version = list.lines().find_map(|line| line.strip_prefix(package)?.trim().strip_suffix(':').map(str::to_owned));
    Ok(Installed { program, version: version.unwrap_or_default() })
}

/// A peer that is there.
pub(super) struct Installed {
    pub(super) program: PathBuf,
    /// Such as `v0.25.20`; empty where cargo does not say.
    pub(super) version: String,
}
