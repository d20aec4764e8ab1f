//! What stops a deed of several effects, and whether any of them is there.

use thiserror::Error;

use crate::ports::PortError;

/// Whether a deed that was stopped has left anything behind in the world. The journal does not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changed {
    /// The world is as it was.
    #[default]
    Nothing,
    /// A part is there, or may be: no clear answer came, or it was under way.
    Something,
}

impl Changed {
    /// Something, if that is so.
    pub fn if_so(something: bool) -> Self {
        if something { Self::Something } else { Self::Nothing }
    }

    /// Stopped by this, after what was done so far.
    pub(crate) fn stopped(self, error: PortError) -> Stopped {
        Stopped { error, changed: self }
    }
}

/// Why a deed of several effects was not done to its end, and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{error}")]
pub struct Stopped {
    /// What stopped it.
    pub error: PortError,
    /// Whether a part of it is there.
    pub changed: Changed,
}

/// Of a deed of one effect that was not done, or before the first effect.
impl From<PortError> for Stopped {
    fn from(error: PortError) -> Self {
        Changed::Nothing.stopped(error)
    }
}

/// For whoever looks at the world again in any case.
impl From<Stopped> for PortError {
    fn from(stopped: Stopped) -> Self {
        stopped.error
    }
}
