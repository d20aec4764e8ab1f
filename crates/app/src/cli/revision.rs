//! The commit that a command is about: its files, and the rules of the policy that judge it.

use clap::Args;
use semver::Version;
use stationmaster_adapters::git::Repository;
use stationmaster_core::{
    bump,
    lint::versions,
    model::{CommitId, CrateRelease, FileDigest, PullRequestKind, TreeFiles},
    policy::{Policy, Publish, Rules},
    workspace::{CycleError, Workspace},
};
use stationmaster_engine::ports::Objects;

use super::Scope;
use crate::{
    checkout,
    diagnostics::{Ending, Failure},
    inference, policy_file, repository, soundness,
    wiring::block_on,
};

/// Which commit, and how to show what is found.
#[derive(Debug, Clone, Args)]
pub(super) struct Of {
    /// The revision: a branch, a tag, a commit id, `main~3` [default: the head of the main branch].
    #[arg(long, value_name = "REV")]
    pub(super) rev: Option<String>,
    /// Print the findings as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

impl Of {
    /// The same for a release by its version: at its tag, else at the head of the branch that proposes it.
    pub(super) fn with_version(&self, scope: &Scope, version: Option<&Version>) -> Result<Self, Failure> {
        let Some(version) = version else { return Ok(self.clone()) };
        let repository = repository::open(scope)?;
        let policy = policy_file::load(scope, Some(&repository))?;
        let rev = revision_of(&repository, &policy, version)?;
        Ok(Self { rev: Some(rev), ..self.clone() })
    }
}

/// The files of one commit, and the rules they are judged by.
pub(super) struct Revision {
    pub(super) repository: Repository,
    pub(super) commit: CommitId,
    pub(super) policy: Policy,
    /// Of the policy's text; none where it is inferred.
    pub(super) policy_digest: Option<FileDigest>,
    pub(super) files: TreeFiles,
    pub(super) workspace: Workspace,
    pub(super) rules: Rules,
}

impl Revision {
    /// Read a commit: its manifests, its lock file, and the files that hold a version by the policy. Where there is no policy
    /// one is inferred from that commit, as a rehearsal does.
    pub(super) fn read(scope: &Scope, of: &Of) -> Result<Self, Failure> {
        block_on(Self::look(scope, of))
    }

    /// The same, within a command's asynchronous part.
    pub(super) async fn look(scope: &Scope, of: &Of) -> Result<Self, Failure> {
        let repository = repository::open(scope)?;
        let written = policy_file::given(scope, &repository)?;
        let given = written.as_ref().map(|(name, text)| policy_file::parse(name, text)).transpose()?;
        let policy_digest = written.map(|(_, text)| FileDigest::of(text.as_bytes()));
        let is_inferred = given.is_none();
        let commit = commit(&repository, of, given.as_ref()).await?;
        let day = scope.day();
        let policy = match given {
            Some(policy) => policy,
            None => inference::policy_at(&repository, &commit, day).await?,
        };
        let repository = repository.with_workspace_in(policy.project.workspace.as_deref());
        let files = repository.files(&commit, &bump::files(&policy)).await?;
        let name = of.rev.as_deref().unwrap_or("the main branch");
        let workspace = Workspace::read(&files).map_err(|error| soundness::no_workspace(name, &error))?;
        let mut rules = versions::rules_of(&policy, &workspace, day).clone();
        if is_inferred {
            // It says which groups a train takes together from now on, and nothing of what they were so far.
            rules.groups.iter_mut().for_each(|group| group.coupled_with.clear());
        }
        Ok(Self { repository, commit, policy, policy_digest, files, workspace, rules })
    }

    /// The version that names the release: that of the first group.
    pub(super) fn version(&self) -> Option<Version> {
        let groups = self.workspace.groups(&self.rules.groups).ok()?;
        Some(groups.first()?.version.clone())
    }

    /// Its crates, in the order in which they go to the registry.
    pub(super) fn released(&self, publish: &Publish) -> Result<Vec<CrateRelease>, Failure> {
        let cycle = |error: CycleError| {
            Failure::new(Ending::Findings, error.to_string())
                .hint("take the version requirement off a dev-dependency, or break the circle")
        };
        let crates = self.workspace.release_order(publish).map_err(cycle)?;
        if crates.is_empty() {
            let hint = "a manifest's `publish` and the policy's `[publish] skip` say which are; is the registry the right one?";
            return Err(Failure::new(Ending::Usage, "no package of this commit is published").hint(hint));
        }
        Ok(crates)
    }
}

/// The commit that is meant.
async fn commit(repository: &Repository, of: &Of, policy: Option<&Policy>) -> Result<CommitId, Failure> {
    let main = policy.map(|policy| policy.project.main.clone()).or_else(|| repository.main_branch_guess());
    let Some(revision) = of.rev.clone().or(main) else {
        return Err(Failure::new(Ending::Usage, "the repository has no commit yet").hint("commit the workspace first"));
    };
    repository.resolve(&revision).map_err(|error| {
        checkout::only_remote(repository, &revision).unwrap_or_else(|| {
            Failure::new(Ending::Usage, error.to_string())
                .hint("name a branch, a tag or a commit with `--rev REV`; branches of a remote are `origin/NAME`")
        })
    })
}

fn revision_of(repository: &Repository, policy: &Policy, version: &Version) -> Result<String, Failure> {
    let tag = policy.project.tag.with(version);
    let head = proposal(version).head_branch();
    let found = [tag.clone(), head.clone()].into_iter().find(|name| repository.resolve(name).is_ok());
    found.ok_or_else(|| {
        Failure::new(Ending::Usage, format!("{version} is neither tagged (`{tag}`) nor proposed (`{head}`)"))
            .hint("name a commit with `--rev REV`")
    })
}

/// The pull request that proposes a version.
fn proposal(version: &Version) -> PullRequestKind {
    if version.pre.is_empty() {
        PullRequestKind::Release(version.clone())
    } else {
        PullRequestKind::Candidate(version.clone())
    }
}
