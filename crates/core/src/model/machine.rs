//! What was seen of a machine that archives may be built on.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// What was seen of the machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The compiler, if there is one.
    pub rustc: Option<Rustc>,
    /// Targets whose standard library is installed.
    pub libraries: BTreeSet<String>,
    /// For a target, the program that links for it: one that is configured, else the first of the usual ones that is there.
    pub linkers: BTreeMap<String, Linker>,
    /// Programs that builds are run by, and that are there.
    pub programs: BTreeSet<String>,
    /// It runs the jobs of a CI.
    #[serde(default)]
    pub is_ci: bool,
}

/// A compiler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rustc {
    /// The target that it is itself for.
    pub host: String,
    /// All that it says of its version: another one makes other bytes.
    pub version: String,
    /// Where it is installed.
    #[serde(skip)]
    pub sysroot: Option<String>,
}

/// What links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Linker {
    /// The compiler and cargo's configuration know it.
    Known,
    /// A program on the path, of which cargo has to be told.
    Named(String),
}
