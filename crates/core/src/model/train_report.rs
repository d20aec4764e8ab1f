//! Where one train stands.

use jiff::civil::Date;
use semver::Version;
use serde::{Deserialize, Serialize};

/// Where one train stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainReport {
    /// The train.
    pub version: Version,
    /// How far it is.
    pub state: TrainState,
    /// Day of the cut or the bump.
    pub cut: Option<Date>,
    /// Day of the release, by the calendar.
    pub release: Option<Date>,
    /// Day on which support ends, where it is known.
    pub end_of_life: Option<Date>,
    /// Long-term support (X4).
    pub lts: bool,
}

/// How far a train is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrainState {
    /// Its day has not come.
    Scheduled,
    /// Cut from the main branch, or its bump is open.
    Boarding,
    /// Its release commit is merged; tag, crates or forge release are not all there.
    Leaving,
    /// Released, and supported.
    Released,
}
