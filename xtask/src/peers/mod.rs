//! The race of `cargo xtask bench peers`: one tree of Wasmtime's history, a major bump of it, several programs.

pub(crate) mod contenders;
mod generated;
pub(crate) mod install;
pub(crate) mod publish;
pub(crate) mod table;
mod tree;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use crate::{
    cargo::program,
    steps::{ChoreResult, Failure, asked},
};
use contenders::Contender;

/// Where a contender works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A bare repository that borrows its objects from the clone.
    Bare,
    /// A checkout.
    Checkout,
}

/// Everything that is the same for all contenders.
#[derive(Debug)]
pub(crate) struct Bench {
    /// `target/peers`.
    pub(crate) folder: PathBuf,
    /// The commit that is bumped, and its day.
    pub(crate) commit: String,
    pub(crate) day: String,
    /// Files of the commit that the clone does not have, by path: large ones, absent from a partial clone.
    pub(crate) absent: Vec<String>,
    /// Empty readmes that the checkout has and the commit has not.
    pub(crate) added: Vec<String>,
}

impl Bench {
    /// The same of a workspace that is made for it.
    pub(crate) fn generate(folder: &Path) -> ChoreResult<Self> {
        let repository = folder.join("generated");
        generated::make(&repository)?;
        Self::prepare(&repository, folder)
    }

    /// Check the commit out, and make the bare repository.
    pub(crate) fn prepare(clone: &Path, folder: &Path) -> ChoreResult<Self> {
        let clone = clone.canonicalize().map_err(|error| file(clone, error))?;
        let git_dir = if clone.join(".git").is_dir() { clone.join(".git") } else { clone };
        let log = asked(program("git").arg("--git-dir").arg(&git_dir).args(["log", "-1", "--format=%H %cs", "main"]));
        let log = log.ok_or_else(|| Failure::Found(format!("{} has no branch `main`", git_dir.display())))?;
        let (commit, day) = log.trim().split_once(' ').unwrap_or((log.trim(), ""));
        let pristine = folder.join("tree");
        let tree::CheckedOut { absent, added } = tree::check_out(&git_dir, commit, &pristine)?;
        let (commit, day) = (commit.to_owned(), day.to_owned());
        let bench = Self { folder: folder.to_owned(), commit, day, absent, added };
        eprintln!("commit {} of {}", bench.commit, bench.day);
        emptied(&bench.place(Place::Checkout))?;
        tree::bare(&git_dir, &bench.commit, &bench.place(Place::Bare))?;
        let fetched = program("cargo").args(["fetch", "--quiet", "--locked"]).current_dir(bench.pristine()).status();
        if !fetched.is_ok_and(|status| status.success()) {
            eprintln!("`cargo fetch` failed: contenders that ask cargo may fail as well");
        }
        Ok(bench)
    }

    /// The checkout that all others are copies of.
    pub(crate) fn pristine(&self) -> PathBuf {
        self.folder.join("tree")
    }

    /// Where a contender works. There is one place for all checkouts, so that what cargo built for one is good for the next.
    pub(crate) fn place(&self, place: Place) -> PathBuf {
        self.folder.join(match place {
            Place::Bare => "bare.git",
            Place::Checkout => "run",
        })
    }

    /// Run a contender once in a fresh place. The wall time of its process and the number of files it changed, or how it failed.
    pub(crate) fn time(&self, contender: &Contender) -> Result<(Duration, usize), String> {
        let place = self.place(contender.place);
        match contender.place {
            Place::Bare => tree::forget_objects(&place),
            Place::Checkout => tree::fresh(&self.pristine(), &place),
        }
        .map_err(|failure| failure.to_string())?;
        let mut command = contender.command(self);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let began = Instant::now();
        let output = command.output().map_err(|error| format!("could not be started: {error}"))?;
        let took = began.elapsed();
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr).trim().lines().last().unwrap_or_default().to_owned();
            return Err(format!("ended with {}: {words}", output.status));
        }
        let changed = match contender.place {
            Place::Bare => contenders::files_in(&output.stdout),
            Place::Checkout => tree::changed(&place),
        };
        if changed == 0 { Err("changed nothing".to_owned()) } else { Ok((took, changed)) }
    }
}

fn file(path: &Path, error: std::io::Error) -> Failure {
    Failure::File { path: path.display().to_string(), error }
}

/// A folder that is there and empty.
fn emptied(path: &Path) -> ChoreResult {
    if path.exists() {
        fs::remove_dir_all(path).map_err(|error| file(path, error))?;
    }
    fs::create_dir_all(path).map_err(|error| file(path, error))
}
