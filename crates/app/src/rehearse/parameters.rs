//! What a rehearsal was asked for. Kept in the sandbox, so that it can go on after a stop.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::whole_file::{outside, write};
use crate::diagnostics::{Ending, Failure};

/// The name of the file.
pub(super) const FILE: &str = "rehearsal.json";

/// All that decides what a rehearsal does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Parameters {
    /// The repository; none: the bundled demo.
    pub(crate) repository: Option<PathBuf>,
    /// The text of the policy, and where it came from.
    pub(crate) policy: PolicySource,
    /// First day; none: the demo's own, else the day on which the rehearsal began.
    pub(crate) from: Option<Date>,
    /// How many months.
    pub(crate) months: u32,
    /// Nothing is asked over the network.
    pub(crate) offline: bool,
}

/// Where a rehearsal's policy comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PolicySource {
    /// A file's text, read when the rehearsal began.
    Text {
        /// Where it was, for messages.
        name: String,
        /// The policy.
        text: String,
    },
    /// `stationmaster.toml` of the repository; where it has none, what `init` would infer with the default preset.
    Repository,
    /// What `init` would infer with this preset.
    Preset(String),
}

impl Parameters {
    /// What the sandbox was made for, if it was.
    pub(crate) fn load(sandbox: &Path) -> Result<Option<Self>, Failure> {
        let path = sandbox.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(outside(&path, &error)),
        };
        serde_json::from_str(&text).map(Some).map_err(|error| {
            Failure::new(Ending::Usage, format!("{} does not parse: {error}", path.display()))
                .hint("name another sandbox, or remove this one")
        })
    }

    /// Keep them, whole or not at all.
    pub(crate) fn save(&self, sandbox: &Path) -> Result<(), Failure> {
        let path = sandbox.join(FILE);
        let text =
            serde_json::to_string_pretty(self).map_err(|error| Failure::new(Ending::Outside, error.to_string()))?;
        write(&path, &text).map_err(|error| outside(&path, &error))
    }
}
