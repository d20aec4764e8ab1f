//! Why a port could not do or see something.

use thiserror::Error;

/// Why a port could not do or see something. Typed by what one can do about it; the words are for people.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PortError {
    /// The thing asked for does not exist.
    #[error("{what} does not exist")]
    Missing {
        /// Such as `branch release-5.0.0`.
        what: String,
    },
    /// The world is not as expected; nothing was changed.
    #[error("{what}: {found}")]
    Moved {
        /// What was to be changed.
        what: String,
        /// How it is instead.
        found: String,
    },
    /// The other side understood and said no; asking again will not help.
    #[error("{what} was refused: {why}")]
    Refused {
        /// What was asked.
        what: String,
        /// Its words.
        why: String,
    },
    /// A secret is missing that a person has to provide; nothing was sent.
    #[error("{what} needs a token, but there is none: {why}")]
    NoToken {
        /// What was to be done.
        what: String,
        /// Where it was looked for.
        why: String,
        /// What to do about it, for people.
        help: String,
    },
    /// The registry does not do this for the holder of this token: it has ended, was withdrawn, or is not good for this crate.
    /// Nothing was changed, and nothing more is sent with it.
    #[error("{what} was refused for this token: {why}")]
    TokenRefused {
        /// What was asked.
        what: String,
        /// The registry's words, without the token.
        why: String,
        /// What to do about it, for people.
        help: String,
    },
    /// The other side could not be reached, or failed; asking again may help.
    #[error("{what} failed: {why}")]
    Failed {
        /// What was tried.
        what: String,
        /// The cause, with its own causes.
        why: String,
    },
    /// The process is to stop here: a crash point of the pretend world. No real port says this.
    #[error("stopped at a crash point")]
    Crash,
}

impl PortError {
    /// What a person must do before it can be tried again, if that is known.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::NoToken { help, .. } | Self::TokenRefused { help, .. } => Some(help),
            Self::Missing { .. } | Self::Moved { .. } | Self::Refused { .. } | Self::Failed { .. } | Self::Crash => {
                None
            }
        }
    }
}

/// Result of a port.
pub type PortResult<T> = Result<T, PortError>;
