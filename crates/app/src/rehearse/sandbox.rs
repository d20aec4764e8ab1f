//! Where a rehearsal happens: a folder with a copy of the repository, a registry, and a clock. Nothing outside is touched.
//!
//! Each part is made beside its place and then moved there, so that a stop leaves it whole or absent, and going on makes only
//! what is missing.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use stationmaster_adapters::git::Repository;
use stationmaster_core::{
    model::{FileSelection, Identity},
    policy::Policy,
    workspace::Workspace,
};
use stationmaster_engine::ports::{Objects, Refs};

use super::{
    demo,
    parameters::{Parameters, PolicySource},
    whole_file::{UNFINISHED, outside, write},
};
use crate::{
    checkout,
    diagnostics::{Ending, Failure},
    inference, policy_file, repository, scope,
};

/// So many days before its first train the demo's rehearsal begins.
const DEMO_LEAD_DAYS: i64 = 4;
/// The demo's only commit is of this moment, so that every rehearsal of it makes the same commits.
const DEMO_SECONDS: i64 = 1_767_225_600;
/// The preset where there is neither a policy nor a wish.
const DEFAULT_PRESET: &str = "2021-merge";

/// A sandbox, ready.
pub(crate) struct Sandbox {
    pub(crate) dir: PathBuf,
    pub(crate) repository: Arc<Repository>,
    pub(crate) policy: Policy,
    pub(crate) from: Date,
    pub(crate) until: Date,
}

impl Sandbox {
    /// Make what is missing.
    pub(crate) async fn prepare(dir: &Path, parameters: &Parameters) -> Result<Self, Failure> {
        let path = dir.join("repository.git");
        if !path.exists() {
            copy(dir, &path, parameters).await?;
        }
        let repository = Repository::open(&path).map_err(|error| Failure::new(Ending::Outside, error.to_string()))?;
        let policy = policy(dir, parameters, &repository).await?.for_rehearsal();
        let from = parameters
            .from
            .unwrap_or_else(|| policy.epochs()[0].rules.train.first.cut.saturating_sub(DEMO_LEAD_DAYS.days()));
        let repository = repository.with_workspace_in(policy.project.workspace.as_deref());
        let until = from.saturating_add(i64::from(parameters.months).months());
        Ok(Self { dir: dir.to_owned(), repository: Arc::new(repository), policy, from, until })
    }

    /// The workspace's own crates. Their releases are what is rehearsed, so what the real registry has of them, which may be
    /// ahead of this copy, does not count. None where the main branch holds no workspace: the plan will say so.
    pub(crate) async fn own_crates(&self) -> Result<BTreeSet<String>, Failure> {
        let branches = self.repository.branches().await?;
        let Some(head) = branches.get(&self.policy.project.main) else { return Ok(BTreeSet::new()) };
        let manifests = FileSelection { names: vec!["Cargo.toml".to_owned()], ..FileSelection::default() };
        let files = self.repository.files(head, &manifests).await?;
        let packages = Workspace::read(&files).map(|workspace| workspace.packages).unwrap_or_default();
        Ok(packages.into_iter().map(|package| package.name).collect())
    }

    /// Midnight of the first day.
    pub(crate) fn start(&self) -> Timestamp {
        self.from.to_zoned(TimeZone::UTC).map_or(Timestamp::MIN, |start| start.timestamp())
    }
}

/// Copy the repository, or make one of the demo.
async fn copy(dir: &Path, path: &Path, parameters: &Parameters) -> Result<(), Failure> {
    let new = dir.join(".repository.new");
    if new.exists() {
        fs::remove_dir_all(&new).map_err(|error| outside(&new, &error))?;
    }
    match &parameters.repository {
        Some(source) => {
            let source = Repository::open(source).map_err(|error| {
                repository::unopened(&error, "name a Cargo workspace in git, or leave it out for the demo")
            })?;
            if source.head_is_unborn() {
                return Err(
                    Failure::new(Ending::Usage, "the repository has no commit yet").hint("commit the workspace first")
                );
            }
            checkout::is_whole(&source, source.tags().await?.len())?;
            source.clone_to_bare(&new)?;
        }
        None => {
            let files = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(dir);
            let files = files.map_err(|error| outside(dir, &error))?;
            demo::unpack(files.path()).map_err(|error| outside(files.path(), &error))?;
            let identity = Identity { name: "Abacist Publish".into(), email: "publish@abacist.example".into() };
            Repository::init_from_dir(files.path(), &new, &identity, DEMO_SECONDS)?;
        }
    }
    fs::rename(&new, path).map_err(|error| outside(path, &error))
}

/// The policy, decided once: what is inferred depends on branches and tags, and the rehearsal makes some.
async fn policy(dir: &Path, parameters: &Parameters, repository: &Repository) -> Result<Policy, Failure> {
    let kept = dir.join(policy_file::NAME);
    if kept.exists() {
        return policy_file::parse(&kept.display().to_string(), &policy_file::read(&kept)?);
    }
    let (name, text) = match &parameters.policy {
        PolicySource::Text { name, text } => (name.clone(), text.clone()),
        PolicySource::Preset(preset) => (preset.clone(), infer(parameters, repository, preset).await?),
        PolicySource::Repository => match policy_file::in_repository(repository)? {
            Some(found) => found,
            None => ("the inferred policy".to_owned(), infer(parameters, repository, DEFAULT_PRESET).await?),
        },
    };
    let policy = policy_file::parse(&name, &text)?;
    write(&kept, &text).map_err(|error| outside(&kept, &error))?;
    Ok(policy)
}

async fn infer(parameters: &Parameters, repository: &Repository, preset: &str) -> Result<String, Failure> {
    let today = parameters.from.unwrap_or_else(scope::today);
    Ok(inference::infer(repository, today, preset, &Default::default()).await?.text)
}
