//! Who keeps the tokens of one registry.

use std::path::{Path, PathBuf};

use stationmaster_engine::ports::{PortError, PortResult};

use super::{
    RegistryTarget,
    cargo_config::{above, variable},
    cargo_home,
    credential::{CredentialError, Credentials, Found, Operation},
};
use crate::http::Token;

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
            CredentialError::Missing { why, help } => PortError::NoToken { what, why, help },
            CredentialError::Failed(why) => PortError::Refused { what, why },
        })
    }

    /// The same, to be sent merely to look.
    pub(super) async fn token_to_look(&self, what: &str, operation: &Operation<'_>) -> PortResult<Found> {
        if let Some((theirs, yours)) = self.moved_by_the_project() {
            return Err(PortError::NoToken {
                what: what.to_owned(),
                why: format!(
                    "the project's own configuration says that {} is at {}, and yours says {}; whoever sends a change could \
                     write the first, so your token is not sent there",
                    self.name(),
                    super::location::shown(&theirs),
                    super::location::shown(&yours)
                ),
                help: format!("if you trust the project's address, set {} to it", self.variable_of_index()),
            });
        }
        self.token(what, operation).await
    }

    /// Where the project's own configuration and the user's disagree on the address of the registry's index: both, the
    /// project's first. What only the project names is taken, as cargo takes it.
    fn moved_by_the_project(&self) -> Option<(String, String)> {
        let RegistryTarget::Named(_) = &self.target else { return None };
        if self.credentials.are_given() {
            return None;
        }
        let project = self.project.as_deref().unwrap_or(Path::new("."));
        let theirs = self.target.home(Some(project)).ok()?;
        let yours = self.target.home(above(project).as_deref().or(cargo_home().as_deref())).ok()?;
        (yours != theirs).then_some((theirs, yours))
    }

    fn variable_of_index(&self) -> String {
        let RegistryTarget::Named(name) = &self.target else { return String::new() };
        variable(&["registries", name, "index"])
    }

    /// Ask anew the next time: a person may have changed it.
    pub(super) async fn forget(&self) {
        self.credentials.forget().await;
    }
}
