//! What the loop needs of the world. Real ones are in the adapters crate, pretend ones in the sim crate.
//!
//! Every verb that has an effect is safe to repeat: asked for what is already so, it says so and changes nothing.

mod builder;
mod clock;
mod error;
mod forge;
mod journal;
mod lease;
mod notary;
mod objects;
mod records;
mod refs;
mod registry;
mod workshop;

use crate::progress::Progress;
pub use builder::{Builder, StagedCrate};
pub use clock::Clock;
pub use error::{PortError, PortResult};
pub use forge::Forge;
pub use journal::{Journal, JournalQuery};
pub use lease::{LeaseGuard, LeaseKeeper};
pub use notary::Notary;
pub use objects::{MergeResult, MergeSpec, Objects};
pub use records::{Claim, MergeRecords};
pub use refs::{RefUpdate, Refs, TagSpec};
pub use registry::{Registry, UploadReply};
pub use stationmaster_core::model::{FileSelection, Histories};
pub use workshop::{ArchiveFile, Archives, Workshop, Workshops};

/// Everything at once.
pub struct World<'a> {
    /// Commits, trees and files.
    pub objects: &'a dyn Objects,
    /// The branches and tags that everybody shares.
    pub refs: &'a dyn Refs,
    /// The forge.
    pub forge: &'a dyn Forge,
    /// The registry.
    pub registry: &'a dyn Registry,
    /// The builder.
    pub builder: &'a dyn Builder,
    /// Where archives are made.
    pub workshops: &'a dyn Workshops,
    /// Who says where files are from.
    pub notary: &'a dyn Notary,
    /// The journal.
    pub journal: &'a dyn Journal,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// Who watches.
    pub progress: &'a dyn Progress,
    /// Who acts, for the journal.
    pub who: &'a str,
}
