//! Peers from crates.io, installed under `target/peers`.

use std::path::{Path, PathBuf};

use crate::{cargo::cargo, steps::asked};

/// The program of a crate, installed if need be; or why it cannot be had.
pub(super) fn ensure(folder: &Path, package: &str) -> Result<Installed, String> {
    let program = folder.join("bin").join(package);
    if !program.exists() {
        eprintln!("installing {package} into {}, once; this takes minutes", folder.display());
        install(folder, package, None).or_else(|said| match older(&said, package) {
            Some(version) => install(folder, package, Some(version)),
            None => Err(said),
        })?;
    }
    let list = asked(cargo(&["install", "--list", "--root"]).arg(folder)).unwrap_or_default();
    let version = list.lines().find_map(|line| line.strip_prefix(package)?.trim().strip_suffix(':').map(str::to_owned));
    Ok(Installed { program, version: version.unwrap_or_default() })
}

/// Let cargo install it. What cargo says where it does not.
fn install(folder: &Path, package: &str, version: Option<&str>) -> Result<(), String> {
    let mut install = cargo(&["install", "--quiet", "--locked", "--root"]);
    install.arg(folder).arg(package).args(version.iter().flat_map(|version| ["--version", version]));
    let output = install.output().map_err(|error| error.to_string())?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()) }
}

/// The version that cargo says would do for our compiler, where the newest would not.
fn older<'s>(said: &'s str, package: &str) -> Option<&'s str> {
    let (before, _) = said.split_once("` supports rustc")?;
    before.rsplit_once('`')?.1.strip_prefix(package)?.strip_prefix(' ')
}

/// A peer that is there.
pub(super) struct Installed {
    pub(super) program: PathBuf,
    /// Such as `v0.25.20`; empty where cargo does not say.
    pub(super) version: String,
}

#[cfg(test)]
mod tests {
    use super::older;

    #[test]
    fn where_the_newest_needs_a_newer_compiler_the_version_that_cargo_names_is_taken() {
        let said = "error: cannot install package `cargo-release 1.1.7`, it requires rustc 1.97 or newer, while the currently \
                    active rustc version is 1.95.0\n`cargo-release 1.1.6` supports rustc 1.92";
        assert_eq!(older(said, "cargo-release"), Some("1.1.6"));
        assert_eq!(older("error: could not find `cargo-release` in registry", "cargo-release"), None);
    }
}
