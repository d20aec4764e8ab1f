//! What is where in an archive.
//!
//! Rules: R11.

mod c_api;
mod cli;
mod extra;
mod headers;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Job;
use crate::{
    model::{CommitId, LinkFault, StandIn},
    policy::{Artifact, Contents},
};

/// A file of a commit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TreeFile {
    /// From the repository's root.
    pub path: String,
    /// What it is.
    pub sort: TreeSort,
}

/// What a path of a commit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TreeSort {
    /// A plain file.
    Plain,
    /// A file that can be run.
    Executable,
    /// A symbolic link.
    Link,
    /// Another repository's commit; its files are not in this one.
    Submodule,
}

/// What cargo says of a package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PackageFacts {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its description.
    pub description: Option<String>,
    /// Its home page, else its repository.
    pub url: Option<String>,
    /// Its folder, from the repository's root.
    pub folder: String,
    /// Names of its programs.
    pub programs: Vec<String>,
    /// Name of its library, if it has one.
    pub library: Option<String>,
}

/// What is known once the build has ended.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The commit.
    pub commit: &'a CommitId,
    /// All its files, sorted by path.
    pub tree: &'a [TreeFile],
    /// Those that only stand for other files, by path.
    pub stand_ins: &'a BTreeMap<String, StandIn>,
    /// The text of its lock file, if it has one.
    pub lock: Option<&'a str>,
    /// The package; none for sources, and where cargo knows none of that name.
    pub package: Option<&'a PackageFacts>,
    /// Files that were built, by their paths in the folder of the build: programs, libraries, and what build scripts left.
    pub built: &'a BTreeSet<String>,
    /// What the linker needs beside the static library, if the compiler said so.
    pub native: Option<&'a str>,
    /// Programs that are built for this machine can be run.
    pub can_run: bool,
}

/// What is in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Sorted by path; no two have the same.
    pub entries: Vec<Entry>,
    /// What one should know of it.
    pub notes: Vec<Note>,
}

/// A file in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Below the archive's one folder.
    pub path: String,
    /// Where its content comes from.
    pub origin: Origin,
    /// It can be run.
    pub is_executable: bool,
}

/// Where the content of a file comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A file of the commit, by its path.
    Commit(String),
    /// A symbolic link of the commit, by its path; it stays one.
    CommitLink(String),
    /// A file that was built, by its path in the folder of the build.
    Built(String),
    /// A text that was made here.
    Text(String),
    /// What a program prints that was built for this machine.
    Printed {
        /// The program's name, without an ending.
        program: String,
        /// Its arguments.
        arguments: Vec<String>,
    },
}

/// What one should know of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "note")]
pub enum Note {
    /// Completions and manual pages are not in it: no program runs here that could print them.
    NotPrinted {
        /// Their paths.
        paths: Vec<String>,
    },
    /// The package builds no such library for this target.
    NoLibrary {
        /// The file that was looked for.
        file: String,
    },
    /// The compiler did not say what the static library needs: it is not in the pkg-config file.
    NativeLibrariesUnknown,
    /// Submodules are not in it.
    SubmodulesLeftOut {
        /// Their paths.
        paths: Vec<String>,
    },
    /// Only stand for other files, such as Git LFS pointers and submodules: the build did not find them.
    NotBuiltFrom {
        /// Their paths.
        paths: Vec<String>,
    },
    /// The commit has no lock file: what it is built from is not listed.
    NoLockFile,
}

/// Why an archive cannot be laid out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LayoutError {
    /// The policy names a package that is not there.
    #[error("the commit has no package `{package}`")]
    NoPackage {
        /// Its name.
        package: String,
    },
    /// A C API of a package without a library.
    #[error("package `{package}` has no library")]
    NoLibrary {
        /// Its name.
        package: String,
    },
    /// The build made nothing that belongs in.
    #[error("the build of `{package}` produced none of {}", expected.join(", "))]
    NothingBuilt {
        /// The package.
        package: String,
        /// File names that were looked for.
        expected: Vec<String>,
    },
    /// Files that the policy names are not there.
    #[error("`{key}`: the commit has no file `{path}`")]
    NoFile {
        /// The policy's key.
        key: &'static str,
        /// Path or pattern.
        path: String,
    },
    /// What would be in it is no file with content of its own.
    #[error("`{path}` is {stand_in}: {}", archive_fix(stand_in))]
    StandIn {
        /// Path in the commit.
        path: String,
        /// What it is.
        stand_in: StandIn,
    },
    /// Two files would lie at one place.
    #[error("two files would be `{path}`")]
    Twice {
        /// The place.
        path: String,
    },
    /// The lock file is not as cargo writes it.
    #[error("the lock file is not as cargo writes it")]
    Lock,
}

/// What an archive holds, once all is built.
///
/// # Errors
/// What the policy wants in it is not there.
pub fn layout(job: &Job, facts: &Facts<'_>) -> Result<Layout, LayoutError> {
    let mut parts = Parts::default();
    let Artifact { contents, files, .. } = &job.artifact;
    match contents {
        Contents::Source => source::add(&mut parts, facts)?,
        Contents::CApi { build, headers, library } => {
            let package = package(facts, &build.package)?;
            let target = job.target.as_deref().unwrap_or_default();
            c_api::add(&mut parts, facts, package, library.as_deref(), target)?;
            headers::add(&mut parts, facts, package, headers.as_deref())?;
        }
        Contents::Cli { build, completions, man } => {
            let package = package(facts, &build.package)?;
            let target = job.target.as_deref().unwrap_or_default();
            let program = cli::add(&mut parts, facts, package, target)?;
            cli::add_printed(&mut parts, facts, &program, completions, man.as_deref());
        }
    }
    if !matches!(contents, Contents::Source) || files.is_some() {
        extra::add(&mut parts, facts.tree, files.as_deref())?;
    }
    let parts = parts.finish()?;
    match parts.entries.iter().find_map(|entry| stand_in(entry, facts.stand_ins)) {
        Some((path, stand_in)) => Err(LayoutError::StandIn { path: path.clone(), stand_in: stand_in.clone() }),
        None => {
            let mut notes = parts.notes;
            notes.extend(not_built_from(contents, facts.stand_ins));
            Ok(Layout { entries: parts.entries, notes })
        }
    }
}

/// What an entry would hold instead of a file. A link that stays one may lead to nothing, but not out of the commit.
fn stand_in<'f>(entry: &Entry, stand_ins: &'f BTreeMap<String, StandIn>) -> Option<(&'f String, &'f StandIn)> {
    match &entry.origin {
        Origin::Commit(path) => stand_ins.get_key_value(path),
        Origin::CommitLink(path) => stand_ins.get_key_value(path).filter(|(_, stand_in)| !stays_link(stand_in)),
        Origin::Built(_) | Origin::Text(_) | Origin::Printed { .. } => None,
    }
}

/// Whether it is a link that leads to nothing, and stays as it is.
fn stays_link(stand_in: &StandIn) -> bool {
    matches!(stand_in, StandIn::Link { fault: LinkFault::Dangling | LinkFault::Circle, .. })
}

/// Files of the commit that a build did not find, as they only stand for others.
fn not_built_from(contents: &Contents, stand_ins: &BTreeMap<String, StandIn>) -> Option<Note> {
    let paths: Vec<String> =
        stand_ins.iter().filter(|(_, stand_in)| !stays_link(stand_in)).map(|(path, _)| path.clone()).collect();
    (!matches!(contents, Contents::Source) && !paths.is_empty()).then_some(Note::NotBuiltFrom { paths })
}

fn archive_fix(stand_in: &StandIn) -> &'static str {
    match stand_in {
        StandIn::Absent => stand_in.fix(),
        StandIn::Submodule => "commit copies of its files",
        StandIn::LargeFile | StandIn::Filter(_) => "commit the file itself",
        StandIn::Encoding(_) => "drop the attribute",
        StandIn::Name => "rename it",
        StandIn::Link { .. } => "commit a file, or a link to one of the repository",
    }
}

fn package<'f>(facts: &Facts<'f>, name: &str) -> Result<&'f PackageFacts, LayoutError> {
    facts.package.ok_or_else(|| LayoutError::NoPackage { package: name.to_owned() })
}

/// An archive in the making.
#[derive(Debug, Default)]
struct Parts {
    entries: Vec<Entry>,
    notes: Vec<Note>,
}

impl Parts {
    fn put(&mut self, path: impl Into<String>, origin: Origin, is_executable: bool) {
        self.entries.push(Entry { path: path.into(), origin, is_executable });
    }

    fn finish(mut self) -> Result<Layout, LayoutError> {
        self.entries.sort_by(|a, b| a.path.cmp(&b.path));
        if let Some(pair) = self.entries.windows(2).find(|pair| pair[0].path == pair[1].path) {
            return Err(LayoutError::Twice { path: pair[0].path.clone() });
        }
        Ok(Layout { entries: self.entries, notes: self.notes })
    }
}

#[cfg(test)]
mod tests;
