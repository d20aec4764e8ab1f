//! What every implementation of a port must do alike: the pretend world's, the embedded one, and the hosted ones. Each of them
//! makes a world for the tests and runs the suite. A suite panics at what is not as it should be.

mod forge;
mod forge_files;
mod refs;

use std::fmt::Debug;

use async_trait::async_trait;

pub use forge::{ForgeWorld, forge};
pub use refs::{RefsWorld, refs};

use crate::ports::{PortError, PortResult};

/// Makes a new world for each test.
#[async_trait]
pub trait Maker: Sync {
    /// What it makes.
    type World: Send + Sync;

    /// A world in which nothing has happened.
    async fn make(&self) -> Self::World;
}

/// The kinds of answers that callers act on; the words may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum No {
    Missing,
    Moved,
    Refused,
}

#[track_caller]
fn says<T: Debug>(answer: PortResult<T>, expected: No) {
    let kind = match &answer {
        Err(PortError::Missing { .. }) => Some(No::Missing),
        Err(PortError::Moved { .. }) => Some(No::Moved),
        Err(PortError::Refused { .. }) => Some(No::Refused),
        _ => None,
    };
    assert_eq!(kind, Some(expected), "{answer:?}");
}
