//! How fast a registry takes what it is given.

use serde::{Deserialize, Serialize};

/// So many at once, then one more every so often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Rate {
    /// At once.
    pub burst: u32,
    /// Seconds until one more is allowed.
    pub every_seconds: u32,
}

/// The pace of uploads and yanks. Where there is no rate, only the registry's own answers hold us back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Pace {
    /// New versions of crates that exist.
    pub updates: Option<Rate>,
    /// Crates that the registry has never seen.
    pub new_crates: Option<Rate>,
    /// Versions that are withdrawn.
    pub yanks: Option<Rate>,
    /// Most uploads in flight.
    pub at_once: u32,
}

impl Pace {
    /// Uploads in flight where nobody says otherwise: enough to hide a reply's way, few enough to be polite.
    pub const AT_ONCE: u32 = 4;

    /// What crates.io allows one account
    /// (<https://crates.io/docs/rate-limits>).
    pub const CRATES_IO: Self = Self {
        updates: Some(Rate { burst: 30, every_seconds: 60 }),
        new_crates: Some(Rate { burst: 5, every_seconds: 600 }),
        yanks: Some(Rate { burst: 100, every_seconds: 60 }),
        at_once: Self::AT_ONCE,
    };

    /// As fast as the registry lets us.
    pub const UNLIMITED: Self = Self { updates: None, new_crates: None, yanks: None, at_once: Self::AT_ONCE };
}
