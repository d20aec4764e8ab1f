//! The order of effects. Ports (traits) and the loop; no concrete IO.
//!
//! The core plans and asks, [`answer`] looks at the world until it asks no more, the core checks, [`apply`](apply::apply) does the
//! plan's steps under a [`lease`], and [`reconcile`] goes round until nothing is due or a person must act.

pub mod answer;
pub mod apply;
pub mod artifacts;
pub mod asked;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod effect;
pub mod in_index;
pub mod lease;
pub mod merge;
pub mod observe;
pub mod owners;
pub mod ports;
mod precondition;
pub mod progress;
pub mod ready;
pub mod reconcile;
pub mod rehearsal;
mod release_files;
pub mod stopped;
