//! What every command is told: which repository, which policy, which day.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use stationmaster_adapters::clock::SystemClock;
use stationmaster_engine::ports::Clock;

/// What every command is told.
#[derive(Debug, Clone, Args)]
pub(crate) struct Scope {
    /// The git repository, bare or not.
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub(crate) repo: PathBuf,
    /// The policy file [default: `stationmaster.toml` in the working tree, or at the head of the main branch].
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Pretend that today is this day (YYYY-MM-DD) [default: today].
    #[arg(long, global = true, value_name = "DATE")]
    pub(crate) at: Option<Date>,
    /// Use no network. Anything only the network can tell is unknown.
    #[arg(long, global = true)]
    pub(crate) offline: bool,
}

impl Scope {
    /// The day for which a command works.
    pub(crate) fn day(&self) -> Date {
        self.at.unwrap_or_else(today)
    }
}

/// Today, at UTC.
pub(crate) fn today() -> Date {
    SystemClock.today()
}
