//! The project's rules: text in, a sound [`Policy`] or one clear error out.
//!
//! `syntax` reads the text into `raw` (every key optional, every value with its place), `presets` supplies what the text
//! leaves out, and `validate` makes the rules of each epoch, or says what is wrong and where.

mod artifact;
mod cadence;
mod error;
mod globs;
pub mod infer;
mod locator;
mod pattern;
mod presets;
mod provenance;
mod raw;
mod rules;
mod schema;
mod spelling;
mod syntax;
mod validate;

pub use artifact::{Artifact, ArtifactKind, Build, Contents, MadeOn, Shell};
pub(crate) use artifact::{BUILT, in_file_names};
pub use cadence::Counted;
pub use error::{PolicyError, Problem};
pub use locator::{ElementPath, ElementStep, JsonPointer, KeyPath, KeyStep, Locator, LocatorError, VersionRegex};
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
        syntax::read(text).and_then(validate::policy).map_err(|fault| fault.locate(text))
    }
}
