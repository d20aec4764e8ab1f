//! What is checked: the files of one commit, by the rules of a policy.

use clap::Args;
use jiff::civil::Date;
use stationmaster_adapters::git::Repository;
use stationmaster_core::{
    model::{CommitId, FileSelection, TreeFiles},
    policy::{Policy, Rules},
    workspace::Workspace,
};
use stationmaster_engine::ports::Git;

use super::Scope;
use crate::{
    cli,
    diagnostics::{Ending, Failure},
    inference, policy_file, soundness,
    wiring::{block_on, open_repository},
};

/// Which commit, and how to show what is found.
#[derive(Debug, Args)]
pub(super) struct Of {
    /// The revision, as git names them: a branch, a tag, an id, `main~3` [default: the head of the main branch].
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Print the findings as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// The files of one commit, and the rules they are judged by.
pub(super) struct Checked {
    pub(super) files: TreeFiles,
    pub(super) workspace: Workspace,
    pub(super) rules: Rules,
}

impl Checked {
    /// Read a commit: its manifests, its lock file, and the files that hold a version by the policy. Where there is no policy
    /// one is inferred from that commit, as a rehearsal does.
    pub(super) fn read(scope: &Scope, of: &Of) -> Result<Self, Failure> {
        let repository = open_repository(scope)?;
        block_on(async {
            let given = match &scope.policy {
                Some(_) => Some(policy_file::load(scope, Some(&repository))?),
                None => match policy_file::in_repository(&repository)? {
                    Some((name, text)) => Some(policy_file::parse(&name, &text)?),
                    None => None,
                },
            };
            let commit = commit(&repository, of, given.as_ref()).await?;
            let day = scope.at.unwrap_or_else(cli::today);
            let rules = match &given {
                Some(policy) => policy.on(day).clone(),
                None => inferred(&repository, &commit, day).await?,
            };
            let manifests = FileSelection {
                names: vec!["Cargo.toml".to_owned(), "Cargo.lock".to_owned()],
                paths: rules.version_files.iter().map(|file| file.path.clone()).collect(),
                ..FileSelection::default()
            };
            let files = repository.files(&commit, &manifests).await?;
            let name = of.rev.as_deref().unwrap_or("the main branch");
            let workspace = Workspace::read(&files).map_err(|error| soundness::no_workspace(name, &error))?;
            Ok(Self { files, workspace, rules })
        })
    }
}

/// The commit that is meant.
async fn commit(repository: &Repository, of: &Of, policy: Option<&Policy>) -> Result<CommitId, Failure> {
    let main = policy.map(|policy| policy.project.main.clone()).or_else(|| repository.main_branch_guess());
    let Some(revision) = of.rev.clone().or(main) else {
        return Err(Failure::new(Ending::Usage, "the repository has no commit yet").hint("commit the workspace first"));
    };
    repository.resolve(&revision).map_err(|error| {
        Failure::new(Ending::Usage, error.to_string())
            .hint("name a branch, a tag or a commit with `--rev REV`; branches of a remote are `origin/NAME`")
    })
}

/// The policy that is inferred from the commit. It says nothing of which groups release together, as long as nobody has said
/// so.
async fn inferred(repository: &Repository, commit: &CommitId, today: Date) -> Result<Rules, Failure> {
    let mut rules = inference::policy_at(repository, commit, today).await?.on(today).clone();
    for group in &mut rules.groups {
        group.coupled_with.clear();
    }
    Ok(rules)
}
