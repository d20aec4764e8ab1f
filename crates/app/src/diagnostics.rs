//! Errors as words, and as exit codes. The only place that turns a typed error into text for people.

use std::process::ExitCode;

use stationmaster_engine::{ports::PortError, reconcile::ReconcileError};

use crate::render::{self, style::Style};

/// The classes of ending, one exit code each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// All done.
    Done = 0,
    /// Done, and there are findings.
    Findings = 1,
    /// The command line or the policy is wrong.
    Usage = 2,
    /// A person must act first.
    Waiting = 3,
    /// The outside world failed.
    Outside = 4,
    /// Refused, because it would not be safe.
    Refused = 5,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        ExitCode::from(ending as u8)
    }
}

/// Why a command stopped: what happened to which thing, why, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Its exit code.
    pub(crate) ending: Ending,
    /// What happened, to which thing, and why. Starts in lower case, has no full stop.
    pub(crate) message: String,
    /// What to do next.
    pub(crate) hint: Option<String>,
}

impl Failure {
    /// A failure without a hint.
    pub(crate) fn new(ending: Ending, message: impl Into<String>) -> Self {
        Self { ending, message: message.into(), hint: None }
    }

    /// The same, with what to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Print it to standard error.
    pub(crate) fn print(&self) {
        self.print_as("error", Style::BOLD_RED);
    }

    /// The same, of something that stops nothing.
    pub(crate) fn print_as_warning(&self) {
        self.print_as("warning", Style::BOLD_YELLOW);
    }

    fn print_as(&self, what: &str, color: Style) {
        let bold = Style::BOLD;
        crate::output::eprintln!("{color}{what}{color:#}: {}", self.message);
        if let Some(hint) = &self.hint {
            crate::output::eprintln!("{bold}hint{bold:#}: {hint}");
        }
    }
}

/// Result of a command.
pub(crate) type CommandResult = Result<Ending, Failure>;

impl From<PortError> for Failure {
    fn from(error: PortError) -> Self {
        let ending = match &error {
            PortError::Missing { .. } | PortError::Failed { .. } | PortError::Crash => Ending::Outside,
            PortError::NoToken { .. } | PortError::TokenRefused { .. } => Ending::Waiting,
            PortError::Moved { .. } | PortError::Refused { .. } => Ending::Refused,
        };
        let failure = Self::new(ending, error.to_string());
        match error {
            PortError::Failed { .. } => failure.hint("what was done so far is done; run the same command again"),
            PortError::NoToken { mend, .. } | PortError::TokenRefused { mend, .. } => failure.hint(mend),
            PortError::Moved { .. } => failure.hint("look at the world again with `stationmaster plan`"),
            _ => failure,
        }
    }
}

impl From<ReconcileError> for Failure {
    fn from(error: ReconcileError) -> Self {
        match error {
            ReconcileError::Port(error) => error.into(),
            ReconcileError::Unsafe(violations) => render::outcome::unsafe_plan(&violations),
        }
    }
}
