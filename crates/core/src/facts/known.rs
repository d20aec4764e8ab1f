//! What is known of the world, as one value.
//!
//! A part that could not be seen says so ([`Observed::Unknown`]); the plan then waits for it and never takes it for absent.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::RepositoryFacts;
use crate::model::{CrateVersions, Decided, FileDigest, Observed, PublicKey, RepositoryId, RepositoryName};

/// What is known of the world, for one day, as far as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The day for which the world is judged.
    pub today: Date,
    /// The project's own repository and forge.
    #[serde(flatten)]
    pub own: RepositoryFacts,
    /// Other repositories that take part, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<RepositoryName, Observed<RepositoryFacts>>,
    /// What the registry's index says of the crates of this project.
    pub index: BTreeMap<String, Observed<CrateVersions>>,
    /// A crate of others that the index lacks does not exist. Not so where it stands in for a registry that cannot be asked.
    #[serde(default)]
    pub index_is_whole: bool,
    /// The key that can sign here, if one was named.
    #[serde(default)]
    pub key: Option<PublicKey>,
    /// What runs here can sign with the identity of its CI, by Sigstore.
    #[serde(default)]
    pub vouches: bool,
    /// The digest of the policy's text, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<FileDigest>,
    /// The version of Stationmaster that looks.
    #[serde(default)]
    pub tool: String,
    /// What people decided about fixes, oldest first.
    pub decisions: Observed<Vec<Decided>>,
}

impl Facts {
    /// Of a day on which nothing was asked yet, and no ref, pull request or release is there.
    pub fn of_nothing(today: Date) -> Self {
        Self {
            today,
            own: RepositoryFacts::default(),
            others: BTreeMap::new(),
            index: BTreeMap::new(),
            index_is_whole: true,
            key: None,
            vouches: false,
            policy: None,
            tool: String::new(),
            decisions: Observed::Known(Vec::new()),
        }
    }

    /// What is known of a repository. Else why that is not known.
    ///
    /// # Errors
    /// It could not be seen, or nobody said where it is.
    pub fn of(&self, repository: &RepositoryId) -> Result<&RepositoryFacts, &str> {
        match repository {
            RepositoryId::Own => Ok(&self.own),
            RepositoryId::Other(name) => self.others.get(name).ok_or("nobody said where it is")?.seen(),
        }
    }

    /// The same, to add to it. None: it is not known.
    pub fn of_mut(&mut self, repository: &RepositoryId) -> Option<&mut RepositoryFacts> {
        match repository {
            RepositoryId::Own => Some(&mut self.own),
            RepositoryId::Other(name) => match self.others.get_mut(name)? {
                Observed::Known(known) => Some(known),
                Observed::Unknown(_) => None,
            },
        }
    }
}
