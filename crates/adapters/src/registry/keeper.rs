//! Who keeps the tokens of one registry.

use std::path::{Path, PathBuf};

use stationmaster_engine::ports::{PortError, PortResult};

use super::{
    RegistryTarget, Token,
    cargo_config::{above, variable},
    cargo_home,
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

    /// The same, to be sent merely to look.
    pub(super) async fn token_to_look(&self, what: &str, operation: &Operation<'_>) -> PortResult<Found> {
        if let Some(index) = self.named_by_the_project() {
            return Err(PortError::NoToken {
                what: what.to_owned(),
                why: format!(
                    "only the project's own configuration says where {} is ({}), and a token is sent to no address that may be \
                    anybody's",
                    self.name(),
                    super::location::shown(&index)
                ),
                mend: format!(
                    "if you trust that address, name it in your own cargo configuration, or set {}",
                    self.variable_of_index()
                ),
            });
        }
        self.token(what, operation).await
    }

    /// The address of the registry's index, where the user does not say it: neither outright, nor in the environment, nor in a
    /// configuration of cargo's that is not the project's.
    fn named_by_the_project(&self) -> Option<String> {
        let RegistryTarget::Named(_) = &self.target else { return None };
        if self.credentials.are_given() {
            return None;
        }
        let project = self.project.as_deref().unwrap_or(Path::new("."));
        let index = self.target.home(Some(project)).ok()?;
        let of_the_user = self.target.home(above(project).as_deref().or(cargo_home().as_deref())).ok();
        (of_the_user.as_ref() != Some(&index)).then_some(index)
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
