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
mod repository;
mod workshop;

use std::collections::BTreeMap;

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
pub use repository::RepositoryPorts;
pub use stationmaster_core::model::{FileSelection, Histories, RepositoryId, RepositoryName};
pub use workshop::{ArchiveFile, Archives, Workshop, Workshops};

/// Everything at once, seen from one repository.
#[derive(Clone)]
pub struct World<'a> {
    /// The repository at hand: the project's own, unless a step or a question is of another ([`World::at`]).
    pub here: RepositoryPorts<'a>,
    /// The project's own.
    pub own: RepositoryPorts<'a>,
    /// Others that take part in its releases, by name.
    pub others: BTreeMap<RepositoryName, RepositoryPorts<'a>>,
    /// The registry.
    pub registry: &'a dyn Registry,
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

impl World<'_> {
    /// The same world, seen from another of its repositories.
    ///
    /// # Errors
    /// [`PortError::Missing`] if there is none of that name.
    pub fn at(&self, repository: &RepositoryId) -> PortResult<Self> {
        let here = match repository {
            RepositoryId::Own => self.own,
            RepositoryId::Other(name) => {
                let known = self.others.get(name).copied();
                known.ok_or_else(|| PortError::Missing { what: format!("repository {name}") })?
            }
        };
        Ok(Self { here, ..self.clone() })
    }
}
