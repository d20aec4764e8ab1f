//! What happens, as it happens, for whoever watches.

use jiff::civil::Date;
use semver::Version;
use stationmaster_core::{model::Outcome, step::Step};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A simulated day began.
    Day(Date),
    /// A step is about to be done.
    StepStarted(Box<Step>),
    /// Crates are being packaged.
    Packaging {
        /// How many.
        crates: usize,
    },
    /// The registry is asked who owns crates.
    AskingOwners {
        /// Answers so far.
        asked: usize,
        /// Of so many.
        of: usize,
    },
    /// A packaged crate is being built, to see whether it builds.
    BuildingCrate {
        /// Crate.
        name: String,
        /// Version.
        version: Version,
    },
    /// It does.
    CrateBuilt {
        /// Crate.
        name: String,
        /// Version.
        version: Version,
    },
    /// An archive is being built and packed.
    Building {
        /// Its name, without an ending.
        archive: String,
    },
    /// An archive is packed and kept.
    ArchiveMade {
        /// Its file name.
        name: String,
    },
    /// A file of a release is being read.
    Reading {
        /// Its name.
        name: String,
    },
    /// A file is beside its release on the forge.
    FileDelivered {
        /// Its name.
        name: String,
    },
    /// A crate is in the index, with the right checksum.
    CratePublished {
        /// Crate.
        name: String,
        /// Version.
        version: Version,
    },
    /// An upload got no clear answer; the index is asked.
    UploadUnclear {
        /// Crate.
        name: String,
        /// What came instead.
        why: String,
    },
    /// Nothing may be sent for a while: the registry's rate limit.
    RateLimited {
        /// Seconds to wait.
        seconds: i64,
    },
    /// A short-lived token was not taken back; it ends by itself.
    TokenLeft {
        /// Why.
        why: String,
    },
    /// A step ended.
    StepEnded(Outcome),
    /// A pull request was merged by the rehearsal's maintainers.
    Merged {
        /// Its number.
        number: u64,
        /// Its title.
        title: String,
    },
}

/// Someone who watches.
pub trait Progress: Send + Sync {
    /// Take note. Must not block.
    fn event(&self, event: &Event);
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn event(&self, _event: &Event) {}
}
