//! The project's rules: text in, a sound [`Policy`] or one clear error out.
//!
//! `tree` holds documents with their places, `layers` puts them over each other (presets, the file, its epochs), `reader` reads
//! each epoch's document into `raw` once, and `validate` makes sound rules of it, or says what is wrong and where.

mod cadence;
mod error;
mod layers;
mod locator;
mod pattern;
mod presets;
mod provenance;
mod raw;
mod reader;
mod rules;
mod schema;
mod spelling;
mod tree;
mod validate;

pub use crate::model::{Artifact, ArtifactKind, Build, Contents, MadeOn, Shell};
pub(crate) use crate::model::{BUILT, in_file_names};
pub use cadence::Counted;
pub use error::{PolicyError, Problem};
pub use locator::{ElementPath, ElementStep, JsonPointer, KeyPath, KeyStep, Locator, LocatorError, VersionRegex};
pub(crate) use pattern::allowed_by_git;
pub use presets::{DEFAULT_PRESET, PRESETS, preset};
pub use provenance::Provenance;
pub use rules::*;
pub use schema::schema;

impl Policy {
    /// Reads a policy: TOML, as [`schema`] describes it. What it does not say is as in the preset it names, else as in
    /// [`DEFAULT_PRESET`].
    ///
    /// # Errors
    ///
    /// The first problem found, with its line and column, and a hint.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        Self::parse_with_warnings(text).map(|(policy, _)| policy)
    }

    /// The same, with what the text says that does nothing yet, each with its place.
    ///
    /// # Errors
    ///
    /// As [`Self::parse`].
    pub fn parse_with_warnings(text: &str) -> Result<(Self, Vec<PolicyError>), PolicyError> {
        let read = tree::Table::parse(text).and_then(validate::policy);
        let (policy, idle) = read.map_err(|fault| fault.locate(text))?;
        Ok((policy, idle.into_iter().map(|fault| fault.locate(text)).collect()))
    }
}
