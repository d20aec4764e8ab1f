//! Errors of the git library and the file system as errors of the port.

use std::error::Error;

use stationmaster_engine::ports::PortError;

/// Something was tried and did not work. Keeps the causes of the cause.
pub(super) fn failed(what: impl Into<String>, error: impl Into<Box<dyn Error + Send + Sync>>) -> PortError {
    PortError::Failed { what: what.into(), why: causes(error.into().as_ref()) }
}

/// Something is not there.
pub(super) fn missing(what: impl Into<String>) -> PortError {
    PortError::Missing { what: what.into() }
}

/// Something must not be done.
pub(super) fn refused(what: impl Into<String>, why: impl Into<String>) -> PortError {
    PortError::Refused { what: what.into(), why: why.into() }
}

/// An error and its causes on one line. A cause that says the same as what it caused is left out.
pub(super) fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}
