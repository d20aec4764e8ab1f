//! The archives of a release (R11): what they are called, what is in each, and where they can be built.
//!
//! [`expected_assets`] names all of them. [`jobs`] are what is to be made; a [`Machine`] says which of them can be made there,
//! and once a build has ended, [`layout`] says what is where in the archive.

mod asset;
#[cfg(test)]
mod examples;
mod job;
mod layout;
mod machine;
mod pattern;
mod pkg_config;
mod vendored;

pub use crate::model::{Job, Linker, Machine, Rustc};
pub use asset::{Asset, expected_assets};
pub use job::{BuildOrder, artifacts_of, jobs};
pub use layout::{Entry, Facts, Layout, LayoutError, Note, Origin, PackageFacts, TreeFile, TreeSort, layout};
pub use machine::{Obstacle, linkers};
pub(crate) use pattern::{artifact_of, is_archive};
pub use pkg_config::native_libraries;
