//! The archives of a release (R11): what they are called, what is in each, and where they can be built.

mod asset;
mod pattern;

pub use asset::{Asset, expected_assets};
pub(crate) use pattern::{artifact_of, is_archive};
