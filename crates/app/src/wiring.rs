//! From the command line to opened things.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use jiff::{Timestamp, civil::Date};
use stationmaster_adapters::{
    build::{ArchiveOptions, ArchiveWorkshops, BuildOptions, CargoBuilder},
    ci::Ci,
    clock::{ShiftedClock, SystemClock},
    forge::LocalForge,
    git::Repository,
    http::Patience,
    journal::SqliteJournal,
    lease::FileLease,
    registry::{CargoRegistry, RegistryTarget},
    signing::{LocalNotary, Vouching},
};
use stationmaster_core::{
    facts::{Ask, Facts},
    model::Pace,
    pick::resolve::Mechanical,
    plan,
    policy::{Policy, Publish},
    step::Plan,
};
use stationmaster_engine::{
    answer,
    observe::observe,
    ports::{Clock, Forge, RepositoryPorts, World},
    progress::Progress,
};

use crate::{
    checkout,
    diagnostics::{Ending, Failure},
    keys, policy_file, render, repository,
    scope::Scope,
    signatures::SigstoreInstance,
    soundness,
};

/// A repository with its policy, and everything that acts on it.
pub(crate) struct Opened {
    pub(crate) repository: Arc<Repository>,
    pub(crate) policy: Policy,
    pub(crate) forge: Arc<dyn Forge>,
    /// The embedded forge, if that is the one.
    embedded: Option<Arc<LocalForge>>,
    pub(crate) journal: SqliteJournal,
    pub(crate) lease: FileLease,
    registry: CargoRegistry,
    chosen: RegistryChoice,
    builder: CargoBuilder,
    workshops: ArchiveWorkshops,
    notary: LocalNotary,
    clock: Box<dyn Clock>,
    who: String,
}

/// The pull requests are not ours to keep.
fn hosted_elsewhere() -> Failure {
    Failure::new(Ending::Usage, "this project's pull requests are on a hosted forge")
        .hint("approve, merge and close them there; `stationmaster status` shows what each of them waits for")
}

impl Opened {
    /// Open what a command was told of.
    pub(crate) fn open(scope: &Scope) -> Result<Self, Failure> {
        let repository = repository::open(scope)?;
        let (policy, digest) = policy_file::load_with_digest(scope, &repository)?;
        let mut opened = Self::assemble(scope, repository, policy, None)?;
        opened.notary.policy = Some(digest);
        Ok(opened)
    }

    /// The same, with a key that releases are signed with, and with the identity of the CI in which this runs, if the policy
    /// wants an identity's word.
    pub(crate) fn open_signing(
        scope: &Scope,
        key: Option<&Path>,
        instance: &SigstoreInstance,
    ) -> Result<Self, Failure> {
        let mut opened = Self::open(scope)?;
        opened.workshops = opened.workshops.installing();
        let wanted = opened.policy.on(opened.today()).provenance.clone();
        opened.notary.key = key.map(|path| keys::signer(path, wanted.key)).transpose()?;
        let ci = Ci::for_sigstore().filter(|_| wanted.identity.is_some() && !scope.offline);
        opened.notary.vouching =
            ci.map(|ci| Ok::<_, Failure>(Vouching { ci, trust: instance.trust()? })).transpose()?;
        Ok(opened)
    }

    /// The same, of a repository that is open, and with a registry other than the policy's if one is named.
    pub(crate) fn assemble(
        scope: &Scope,
        repository: Repository,
        policy: Policy,
        named: Option<RegistryChoice>,
    ) -> Result<Self, Failure> {
        let clock: Box<dyn Clock> = match scope.at {
            Some(day) => Box::new(ShiftedClock::on(day)),
            None => Box::new(SystemClock),
        };
        let rules = policy.on(clock.today());
        let repository = repository.with_workspace_in(policy.project.workspace.as_deref());
        let repository = Arc::new(repository.resolving(Mechanical::new(rules)));
        let state = repository.state_dir();
        let who = who(&repository);
        let trusted = rules_for(named.as_ref(), &rules.publish).trusted;
        let chosen = named.unwrap_or_else(|| RegistryChoice::of(&rules.publish));
        let build = BuildOptions { staging: state.join("staging"), offline: scope.offline, ..BuildOptions::default() };
        let embedded = Arc::new(LocalForge::open(&state, &repository));
        Ok(Self {
            forge: Arc::clone(&embedded) as Arc<dyn Forge>,
            embedded: Some(embedded),
            journal: SqliteJournal::open(&state),
            lease: FileLease::new(&state, who.clone()),
            registry: registry(scope, &repository, &chosen, trusted),
            chosen,
            builder: CargoBuilder::new(Arc::clone(&repository), build),
            workshops: archive_workshops(scope, Arc::clone(&repository)),
            notary: notary(&state),
            repository,
            policy,
            clock,
            who,
        })
    }

    /// The embedded forge's own records of pull requests: approvals, checks, merges.
    pub(crate) fn records(&self) -> Result<&LocalForge, Failure> {
        self.embedded.as_deref().ok_or_else(hosted_elsewhere)
    }

    /// The day that is judged.
    pub(crate) fn today(&self) -> Date {
        self.clock.today()
    }

    /// The time that is acted at.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Who acts, for the journal.
    pub(crate) fn who(&self) -> &str {
        &self.who
    }

    /// Approvals that a release pull request needs today.
    pub(crate) fn needed_approvals(&self) -> u32 {
        self.policy.on(self.today()).gates.approvals
    }

    /// The registry, for people.
    pub(crate) fn registry_name(&self) -> String {
        match &self.chosen {
            RegistryChoice::CratesIo => "crates.io".to_owned(),
            RegistryChoice::Named(name) => name.clone(),
            RegistryChoice::Index(url) => url.clone(),
        }
    }

    /// Everything, behind the ports.
    pub(crate) fn world<'a>(&'a self, progress: &'a dyn Progress) -> World<'a> {
        let own = RepositoryPorts {
            objects: &*self.repository,
            refs: &*self.repository,
            forge: &*self.forge,
            builder: &self.builder,
            workshops: &self.workshops,
        };
        World {
            here: own,
            own,
            others: BTreeMap::new(),
            registry: &self.registry,
            notary: &self.notary,
            journal: &self.journal,
            clock: &*self.clock,
            progress,
            who: &self.who,
        }
    }

    /// Packages, and more than the loop asks for.
    pub(crate) fn builder(&self) -> &CargoBuilder {
        &self.builder
    }

    /// Look, and plan. Changes nothing.
    pub(crate) async fn look(&self, progress: &dyn Progress) -> Result<(Facts, Plan), Failure> {
        self.look_for(progress, |ask| plan::decide(&self.policy, ask)).await
    }

    /// Look as far as a decision needs it. Changes nothing.
    pub(crate) async fn look_for<T>(
        &self,
        progress: &dyn Progress,
        decision: impl Fn(&Ask<'_>) -> T,
    ) -> Result<(Facts, T), Failure> {
        let (world, policy) = (self.world(progress), &self.policy);
        let mut facts = observe(&world, self.today()).await?;
        let sound = |ask: &Ask<'_>| soundness::of_main(policy, ask).map(|()| decision(ask));
        let decided = answer::decide(&world, &mut facts, sound).await?;
        let decided = decided.map_err(|unsound| unsound.failure(&self.repository, policy, &facts))?;
        checkout::is_whole(&self.repository, facts.own.tags.len())?;
        Ok((facts, decided))
    }
}

/// Which registry a person means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RegistryChoice {
    CratesIo,
    /// By its name in cargo's configuration.
    Named(String),
    /// By the address of its index.
    Index(String),
}

impl std::str::FromStr for RegistryChoice {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "crates-io" => Self::CratesIo,
            address if address.contains("://") => Self::Index(address.to_owned()),
            name => Self::Named(name.to_owned()),
        })
    }
}

impl RegistryChoice {
    /// The one that a policy names.
    fn of(policy: &Publish) -> Self {
        policy.registry.clone().map_or(Self::CratesIo, Self::Named)
    }
}

/// The policy's rules, for the registry that was named, if one was.
pub(crate) fn rules_for(named: Option<&RegistryChoice>, policy: &Publish) -> Publish {
    let of_policy = RegistryChoice::of(policy);
    let Some(named) = named.filter(|named| **named != of_policy) else { return policy.clone() };
    // The policy's rates, its owner and its trust are those of the policy's registry.
    let known = if *named == RegistryChoice::CratesIo { Pace::CRATES_IO } else { Pace::UNLIMITED };
    let registry = match named {
        RegistryChoice::CratesIo => None,
        RegistryChoice::Named(name) => Some(name.clone()),
        RegistryChoice::Index(_) => policy.registry.clone(),
    };
    let pace = Pace { at_once: policy.pace.at_once, ..known };
    Publish { registry, pace, owner: None, trusted: false, ..policy.clone() }
}

fn registry(scope: &Scope, repository: &Repository, chosen: &RegistryChoice, trusted: bool) -> CargoRegistry {
    let target = match chosen.clone() {
        RegistryChoice::CratesIo => RegistryTarget::CratesIo,
        RegistryChoice::Named(name) => RegistryTarget::Named(name),
        RegistryChoice::Index(url) => RegistryTarget::Index(url),
    };
    let project: PathBuf = repository.work_dir().map_or_else(|| repository.git_dir().to_owned(), ToOwned::to_owned);
    let ci = if trusted { Ci::for_registry() } else { None };
    let patience = Patience::default().telling(render::progress::tell);
    CargoRegistry::new(target, Some(&project)).trusting(ci).offline(scope.offline).with_patience(patience)
}

/// Whoever says where files are from, without a key.
pub(crate) fn notary(state: &Path) -> LocalNotary {
    let tool = env!("CARGO_PKG_VERSION").to_owned();
    LocalNotary { key: None, vouching: None, policy: None, tool, store: state.join("attested") }
}

/// Where the archives of a repository are made.
pub(crate) fn archive_workshops(scope: &Scope, repository: Arc<Repository>) -> ArchiveWorkshops {
    let store = repository.state_dir().join("artifacts");
    let options = ArchiveOptions { store, offline: scope.offline, tool: env!("CARGO_PKG_VERSION").to_owned() };
    let who = who(&repository);
    ArchiveWorkshops::new(repository, options, who)
}

/// Who acts, for the journal: git's user, else the system's.
pub(crate) fn who(repository: &Repository) -> String {
    match repository.user() {
        Some((name, email)) => format!("{name} <{email}>"),
        None => std::env::var("USER").unwrap_or_else(|_| "unknown".to_owned()),
    }
}

/// What was told to stop leaves no short-lived token behind, if the registry answers soon. Returns the failure, with what stays
/// all the same.
pub(crate) async fn give_up(world: &World<'_>, failure: Failure) -> Failure {
    let why = match tokio::time::timeout(FAREWELL, world.registry.finish()).await {
        Ok(Ok(())) => return failure,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the registry did not take it back in time".to_owned(),
    };
    let message = format!("{}; a short-lived token stays good until it ends by itself: {why}", failure.message);
    Failure { message, ..failure }
}

/// Whoever tells a process to stop does not wait long before it kills it.
const FAREWELL: Duration = Duration::from_secs(5);

/// Run a command's asynchronous part.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::new(Ending::Outside, format!("no runtime: {error}")))?.block_on(work)
}
