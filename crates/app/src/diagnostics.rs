//! Errors as words, and as exit codes.

use std::process::ExitCode;

use stationmaster_engine::{
    ports::PortError,
    stopped::{Changed, Stopped},
};

use crate::visible::Style;

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
    /// Refused, because it would not be safe. Nothing was changed.
    Refused = 5,
}

/// What stopped a command. The worst comes last: of several, that one is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cause {
    /// We found it unsafe.
    Unsafe,
    /// The other side understood and said no, or is not as expected.
    SaidNo,
    /// A person must bring something first, such as a token.
    Person,
    /// The other side or this machine failed.
    Failed,
}

impl Ending {
    /// The ending of a command that was stopped: only one by which nothing was changed is a refusal.
    pub(crate) fn stopped(cause: Cause, changed: Changed) -> Self {
        match (cause, changed) {
            (Cause::Unsafe | Cause::SaidNo, Changed::Nothing) => Self::Refused,
            // A part of it is done, and what is wrong with the rest is known.
            (Cause::Unsafe, Changed::Something) => Self::Findings,
            (Cause::SaidNo | Cause::Failed, Changed::Something) | (Cause::Failed, Changed::Nothing) => Self::Outside,
            (Cause::Person, Changed::Nothing | Changed::Something) => Self::Waiting,
        }
    }
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
        Stopped::from(error).into()
    }
}

impl From<&PortError> for Cause {
    fn from(error: &PortError) -> Self {
        match error {
            PortError::Missing { .. } | PortError::Failed { .. } | PortError::Crash => Self::Failed,
            PortError::NoToken { .. } | PortError::TokenRefused { .. } => Self::Person,
            PortError::Moved { .. } | PortError::Refused { .. } => Self::SaidNo,
        }
    }
}

impl From<Stopped> for Failure {
    fn from(Stopped { error, changed }: Stopped) -> Self {
        let failure = Self::new(Ending::stopped(Cause::from(&error), changed), error.to_string());
        match error {
            PortError::Failed { .. } => failure.hint("finished steps stay done; run the same command again"),
            PortError::Moved { .. } | PortError::Refused { .. } if changed == Changed::Something => {
                failure.hint("finished steps stay done; fix the cause and run the same command again")
            }
            PortError::NoToken { help, .. } | PortError::TokenRefused { help, .. } => failure.hint(help),
            PortError::Moved { .. } => failure.hint("look again with `stationmaster plan`"),
            _ => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_nothing_ends_as_refused() {
        let table = [
            (Cause::Unsafe, Ending::Refused, Ending::Findings),
            (Cause::SaidNo, Ending::Refused, Ending::Outside),
            (Cause::Person, Ending::Waiting, Ending::Waiting),
            (Cause::Failed, Ending::Outside, Ending::Outside),
        ];
        for (cause, before, after) in table {
            assert_eq!(Ending::stopped(cause, Changed::Nothing), before, "{cause:?}");
            assert_eq!(Ending::stopped(cause, Changed::Something), after, "{cause:?} after something was done");
        }
    }

    #[test]
    fn what_a_port_says_ends_a_command_by_what_was_done_before() {
        let (what, why) = ("upload of a 1.0.0".to_owned(), "the name is reserved".to_owned());
        let (found, help) = (why.clone(), "get another token".to_owned());
        let table = [
            (PortError::Refused { what: what.clone(), why: why.clone() }, Ending::Refused, Ending::Outside),
            (PortError::Moved { what: what.clone(), found }, Ending::Refused, Ending::Outside),
            (PortError::Missing { what: what.clone() }, Ending::Outside, Ending::Outside),
            (PortError::Failed { what: what.clone(), why: why.clone() }, Ending::Outside, Ending::Outside),
            (
                PortError::NoToken { what: what.clone(), why: why.clone(), help: help.clone() },
                Ending::Waiting,
                Ending::Waiting,
            ),
            (PortError::TokenRefused { what, why, help }, Ending::Waiting, Ending::Waiting),
        ];
        for (error, before, after) in table {
            let stopped = |changed| Failure::from(Stopped { error: error.clone(), changed });
            assert_eq!(Failure::from(error.clone()).ending, before, "{error}");
            assert_eq!(stopped(Changed::Nothing).ending, before, "{error}");
            assert_eq!(stopped(Changed::Something).ending, after, "{error}, after something was done");
        }
    }
}
