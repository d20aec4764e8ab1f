//! Where the token comes from: the credential providers of the user's cargo configuration, asked in cargo's order, or who made us.

mod configured;
mod process;
mod stored;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use thiserror::Error;
use tokio::sync::Mutex;

use super::{RegistryTarget, cargo_config::CargoConfig};
use crate::http::Token;
use configured::Provider;
pub(super) use process::Operation;

/// A token, and where it was found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) token: Token,
    /// For people: `the variable CARGO_REGISTRY_TOKEN`.
    pub(super) from: String,
}

impl Found {
    /// What to do where the registry does not take it.
    pub(super) fn help(&self) -> String {
        format!(
            "if the token from {} has ended, was withdrawn, or is not good for this crate, get another at the registry, put it \
            there, and run this again: it goes on where this run ended",
            self.from
        )
    }
}

/// Why there is no token.
#[derive(Debug, Error)]
pub(super) enum CredentialError {
    /// Nobody has one.
    #[error("{why}")]
    Missing {
        /// Where it was looked for.
        why: String,
        /// What to do about it.
        help: String,
    },
    /// Who should have told did not.
    #[error("{0}")]
    Failed(String),
}

impl CredentialError {
    /// The same where the project names a provider that was not asked.
    fn after(self, passed_over: impl FnOnce() -> Option<String>) -> Self {
        let Self::Missing { why, help } = self else { return self };
        match passed_over() {
            None => Self::Missing { why, help },
            Some(program) => Self::Missing {
                why: format!(
                    "{why}; the provider `{program}`, which the project's own configuration names, was not asked"
                ),
                help: format!("{help}; or name that provider in your own cargo configuration, if you trust it"),
            },
        }
    }
}

/// Why a provider gives none.
#[derive(Debug)]
enum NoToken {
    /// This provider has none for this registry; another may have.
    Elsewhere,
    /// It should have told and did not. Nobody else is asked, as cargo asks nobody.
    Failed(String),
}

/// What a provider gave.
struct Given {
    found: Found,
    /// It is good for whatever else we do, until then.
    reusable: Option<Reuse>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Reuse {
    Always,
    Until(Timestamp),
}

/// The registry that tokens are for, as its providers are told of it.
#[derive(Debug)]
struct Subject {
    index: String,
    name: Option<String>,
    is_crates_io: bool,
    /// By the address of its index, and not by a name.
    is_named_outright: bool,
    cargo_home: Option<PathBuf>,
}

/// Where the tokens of one registry come from.
pub(super) enum Credentials {
    /// This one, and no other.
    Given(Token),
    /// There is none: a stand-in's token is given, or it has none.
    Nowhere,
    /// From cargo's providers. What may be used again is kept, so that a person is asked once.
    Cargo(Mutex<Option<(Found, Reuse)>>),
}

impl Credentials {
    pub(super) fn of(target: &RegistryTarget) -> Self {
        match target {
            RegistryTarget::StandIn(_) => Self::Nowhere,
            RegistryTarget::CratesIo | RegistryTarget::Named(_) | RegistryTarget::Index(_) => Self::from_cargo(),
        }
    }

    /// From cargo's providers, whatever the registry is for.
    pub(super) fn from_cargo() -> Self {
        Self::Cargo(Mutex::default())
    }

    /// The token for this operation. The error is for people and names the provider that failed.
    pub(super) async fn token(
        &self,
        target: &RegistryTarget,
        project: Option<&Path>,
        operation: &Operation<'_>,
    ) -> Result<Found, CredentialError> {
        let held = match self {
            Self::Given(token) => return Ok(Found { token: token.clone(), from: "the caller".to_owned() }),
            Self::Nowhere => {
                let (why, help) = ("this registry was given none".to_owned(), "start it with one".to_owned());
                return Err(CredentialError::Missing { why, help });
            }
            Self::Cargo(held) => held,
        };
        // Held while a provider is asked: uploads at once would otherwise each ask the person.
        let mut held = held.lock().await;
        if let Some((found, reuse)) = &*held
            && reuse.is_good_at(Timestamp::now())
        {
            return Ok(found.clone());
        }
        // Not that of the project itself: whoever sends a change could name a program there, and be given every token.
        let home = super::cargo_home();
        let config = CargoConfig::of_the_user(project, home.as_deref()).map_err(CredentialError::Failed)?;
        let subject = Subject::of(target, project, &config).map_err(CredentialError::Failed)?;
        let asked = subject.ask(&configured::providers(&config, &subject), operation).await;
        let passed_over = || configured::of_the_project(project, &config, &subject);
        let Given { found, reusable } = asked.map_err(|error| error.after(passed_over))?;
        *held = reusable.map(|reuse| (found.clone(), reuse));
        Ok(found)
    }

    /// Whether the caller chose the token for this registry.
    pub(super) fn are_given(&self) -> bool {
        matches!(self, Self::Given(_))
    }

    /// Ask anew the next time.
    pub(super) async fn forget(&self) {
        if let Self::Cargo(held) = self {
            *held.lock().await = None;
        }
    }
}

impl Reuse {
    fn is_good_at(self, now: Timestamp) -> bool {
        match self {
            Self::Always => true,
            Self::Until(end) => now < end,
        }
    }
}

impl Subject {
    fn of(target: &RegistryTarget, project: Option<&Path>, config: &CargoConfig) -> Result<Self, String> {
        let index = target.home(project).map_err(|error| error.to_string())?;
        let name = match target {
            RegistryTarget::CratesIo => Some("crates-io".to_owned()),
            RegistryTarget::Named(name) => Some(name.clone()),
            RegistryTarget::Index(index) | RegistryTarget::StandIn(index) => config.name_of(index),
        };
        let is_crates_io = *target == RegistryTarget::CratesIo;
        let is_named_outright = matches!(target, RegistryTarget::Index(_));
        Ok(Self { index, name, is_crates_io, is_named_outright, cargo_home: super::cargo_home() })
    }

    /// Ask one provider after the other until one has a token.
    async fn ask(&self, providers: &[Provider], operation: &Operation<'_>) -> Result<Given, CredentialError> {
        for provider in providers {
            match self.ask_one(provider, operation).await {
                Ok(given) => return Ok(given),
                Err(NoToken::Elsewhere) => {}
                Err(NoToken::Failed(why)) => {
                    return Err(CredentialError::Failed(format!("credential provider `{}`: {why}", provider.program)));
                }
            }
        }
        Err(self.missing(providers))
    }

    async fn ask_one(&self, provider: &Provider, operation: &Operation<'_>) -> Result<Given, NoToken> {
        match provider.program.as_str() {
            "cargo:token" => stored::find(self).map(|found| Given { found, reusable: Some(Reuse::Always) }),
            "cargo:token-from-stdout" => process::token_from_stdout(self, &provider.args).await,
            // Cargo itself asks the next one where a keychain is another system's.
            "cargo:wincred" if !cfg!(windows) => Err(NoToken::Elsewhere),
            "cargo:macos-keychain" if !cfg!(target_os = "macos") => Err(NoToken::Elsewhere),
            "cargo:libsecret" if !cfg!(target_os = "linux") => Err(NoToken::Elsewhere),
            built_in if built_in.starts_with("cargo:") => Err(NoToken::Failed(
                "it is built into cargo, and only cargo can ask it; for us use `cargo:token`, `cargo:token-from-stdout` or a \
                program of its own"
                    .to_owned(),
            )),
            _ => process::converse(self, provider, operation).await,
        }
    }

    /// What to do where no provider has a token.
    fn missing(&self, providers: &[Provider]) -> CredentialError {
        let asked = providers.iter().map(|provider| format!("`{}`", provider.program)).collect::<Vec<_>>().join(", ");
        if !providers.iter().any(|provider| provider.program == "cargo:token") {
            let why = format!("cargo's configuration names {asked}, and none of them has one for {}", self.index);
            return CredentialError::Missing { why, help: "give one of them the token of this registry".to_owned() };
        }
        let help = match &self.name {
            Some(_) if self.is_crates_io => "set CARGO_REGISTRY_TOKEN, or run `cargo login`".to_owned(),
            Some(name) => format!("run `cargo login --registry {name}`"),
            None => "set CARGO_REGISTRY_TOKEN, or name this index in cargo's configuration and run \
                `cargo login --registry NAME`"
                .to_owned(),
        };
        let why = match providers.len() {
            1 => "neither the environment nor `cargo login` has one".to_owned(),
            _ => format!("none of {asked} has one"),
        };
        CredentialError::Missing { why, help }
    }
}
