//! Versions that nobody should select any more (X11).

use semver::Version;
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::model::{Condition, CrateRelease, Rate, StepId};

/// Yank versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Yank {
    /// The crates, in order.
    pub crates: Vec<CrateRelease>,
    /// How fast the registry lets them go.
    pub rate: Option<Rate>,
    /// Why they go.
    #[serde(default)]
    pub why: Yanked,
    /// What must be in the index: what takes their place, or they themselves.
    #[serde(default)]
    pub present: Vec<IndexedCrate>,
}

/// Why versions are yanked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Yanked {
    /// They are candidates, and something later takes their place.
    #[default]
    Superseded,
    /// A person asked for it.
    Asked,
}

/// A crate that the index has with these bytes, and not yanked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct IndexedCrate {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// SHA-256 of its `.crate` file, in hex.
    pub checksum: String,
}

impl Kind for Yank {
    fn id(&self, version: &Version) -> StepId {
        match (self.why, self.crates.as_slice()) {
            (Yanked::Superseded, _) => StepId::of("yank candidates before", version),
            (Yanked::Asked, [one]) => StepId::of("yank", format!("{} {}", one.name, one.version)),
            (Yanked::Asked, many) => StepId::of("yank", format!("{} versions", many.len())),
        }
    }

    fn preconditions(&self) -> Vec<Condition> {
        let present = |it: &IndexedCrate| Condition::CratePresent {
            name: it.name.clone(),
            version: it.version.clone(),
            checksum: it.checksum.clone(),
        };
        self.present.iter().map(present).collect()
    }
}
