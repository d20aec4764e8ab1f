//! Who keeps the tokens of one registry.

use std::path::PathBuf;

use stationmaster_engine::ports::{PortError, PortResult};

use super::{
    RegistryTarget, Token,
    credential::{CredentialError, Credentials, Found, Operation},
};

/// A registry, and where its tokens are.
pub(super) struct Keeper {
    target: RegistryTarget,
    /// Where the search for cargo's configuration starts.
    project: Option<PathBuf>,
    credentials: Credentials,
}

impl Keeper {
    pub(super) fn new(target: RegistryTarget, project: Option<PathBuf>) -> Self {
        Self { credentials: Credentials::of(&target), target, project }
    }

    /// Of a registry that takes another's place as a source: its own tokens, and never those of the other.
    pub(super) fn of_source(base: &str, project: Option<PathBuf>) -> Self {
        let target = RegistryTarget::StandIn(format!("sparse+{base}"));
        Self { credentials: Credentials::from_cargo(), target, project }
    }

    /// The same registry, with this token and no other.
    pub(super) fn with(&self, token: Token) -> Self {
        let (target, project) = (self.target.clone(), self.project.clone());
        Self { target, project, credentials: Credentials::Given(token) }
    }

    /// The registry, for people.
    pub(super) fn name(&self) -> String {
        match &self.target {
            RegistryTarget::CratesIo => "crates.io".to_owned(),
            RegistryTarget::Named(name) => format!("registry `{name}`"),
            RegistryTarget::Index(index) | RegistryTarget::StandIn(index) => {
                format!("the registry {}", super::location::shown(index))
            }
        }
    }

    /// The token that somebody keeps.
    pub(super) async fn token(&self, what: &str, operation: &Operation<'_>) -> PortResult<Found> {
        let what = what.to_owned();
        let found = self.credentials.token(&self.target, self.project.as_deref(), operation).await;
        found.map_err(|error| match error {
            CredentialError::Missing { why, mend } => PortError::NoToken { what, why, mend },
            CredentialError::Failed(why) => PortError::Refused { what, why },
        })
    }

    /// Ask anew the next time: a person may have changed it.
    pub(super) async fn forget(&self) {
        self.credentials.forget().await;
    }
}
