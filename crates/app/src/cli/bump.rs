//! `stationmaster bump`

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use semver::Version;
use stationmaster_adapters::git::Repository;
use stationmaster_core::{
    bump::{self, BumpError, ChangeError, Step},
    edit::EditError,
    model::{CommitId, TreeFiles},
    policy::Policy,
    report::bumped::BumpView,
};
use stationmaster_engine::ports::Objects;

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    inference, policy_file, render, repository, wiring,
};

/// Create the version bump commit: manifests, Cargo.lock, version files and release notes.
///
/// Needs no checkout, no cargo and no network, and moves no ref unless you ask for it. The same arguments give the same commit.
/// If the repository has no policy, version groups, release notes and version files are inferred from the commit.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which version comes next.
    #[arg(value_enum)]
    step: StepName,
    /// The commit to start from: a branch, a tag or a commit id.
    #[arg(long, value_name = "REV")]
    base: String,
    /// The date of the bump (YYYY-MM-DD). It dates the release notes and the commit, and selects the policy's rules [default:
    /// today].
    #[arg(long, value_name = "DATE")]
    date: Option<Date>,
    /// With `major`: the version to use if it is not the next number, such as 1.0.0 after 0.41.0.
    #[arg(long, value_name = "VERSION")]
    to: Option<Version>,
    /// Point this branch (or full ref) at the new commit. It must not exist yet, or must be at the base.
    #[arg(long = "ref", value_name = "REF")]
    target: Option<String>,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// The steps, as they are spelled.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum StepName {
    /// The next train: 4.0.0 to 5.0.0, 0.91.2 to 0.92.0.
    Major,
    /// 4.0.0 to 4.0.1, in every group.
    Patch,
    /// 49.0.0-dev to 49.0.0-rc.1, and that to 49.0.0-rc.2.
    Candidate,
    /// 49.0.0-rc.2 to 49.0.0; dates the release notes.
    Release,
    /// 49.0.0-dev to 50.0.0-dev, for the main branch after a cut.
    Development,
}

impl Arguments {
    fn step(&self) -> Step {
        match (self.step, &self.to) {
            (StepName::Major, Some(to)) => Step::MajorTo(to.clone()),
            (StepName::Major, None) => Step::Major,
            (StepName::Patch, _) => Step::Patch,
            (StepName::Candidate, _) => Step::Candidate,
            (StepName::Release, _) => Step::Release,
            (StepName::Development, _) => Step::Development,
        }
    }
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    if arguments.to.is_some() && !matches!(arguments.step, StepName::Major) {
        return Err(Failure::new(
            Ending::Usage,
            "`--to` goes with `major` only: every other step has one number to go to",
        ));
    }
    let repository = repository::open(scope)?;
    let base = repository::resolve(&repository, &arguments.base)?;
    let day = arguments.date.unwrap_or_else(|| scope.day());
    let (made, id) = wiring::block_on(async {
        let policy = policy(scope, &repository, &base, day).await?;
        let repository = repository.clone().with_workspace_in(policy.project.workspace.as_deref());
        let files = repository.files(&base, &bump::files(&policy)).await?;
        let unreadable = repository.unreadable(&base, &bump::files(&policy)).await?;
        let made = bump::bump(&policy, &base, &files, &unreadable, &arguments.step(), day)
            .map_err(|error| words(&arguments.base, &policy, &files, &error))?;
        let id = repository.write_commit(&made.commit).await?;
        Ok((made, id))
    })?;
    if let Some(target) = &arguments.target {
        repository.set_ref(target, &base, &id)?;
    }
    let view = BumpView::new(&made, &id, day, arguments.target.as_deref());
    if arguments.json {
        super::print_json(&view)?;
    } else {
        render::bump::print(&view);
    }
    Ok(Ending::Done)
}

/// The policy that was named or that the repository carries; else what the commit shows.
async fn policy(scope: &Scope, repository: &Repository, base: &CommitId, day: Date) -> Result<Policy, Failure> {
    if scope.policy.is_none() && policy_file::in_repository(repository)?.is_none() {
        return inference::policy_at(repository, base, day).await;
    }
    policy_file::load(scope, Some(repository))
}

fn words(base: &str, policy: &Policy, files: &TreeFiles, error: &BumpError) -> Failure {
    let failure = Failure::new(Ending::Usage, format!("{base}: {error}; nothing was written"));
    match error {
        BumpError::Workspace(_) => failure.hint("a Cargo workspace that `cargo metadata` can read is needed"),
        BumpError::Groups(_) => {
            failure.hint("fix `[[group]]` in the policy, or choose the day whose rules apply with `--date`")
        }
        BumpError::Step(_) => failure,
        BumpError::Change(ChangeError::Edit(EditError::FileAbsent { .. } | EditError::NothingToSet { .. })) => {
            failure.hint("fix `[[version-file]]` in the policy, or choose the day whose rules apply with `--date`")
        }
        BumpError::Change(ChangeError::BuildMetadata { .. }) => {
            failure.hint("remove it from the version in a separate commit, then bump that commit")
        }
        BumpError::Change(ChangeError::Last(_)) => failure,
        BumpError::Change(ChangeError::Edit(error)) => {
            failure.hint(error.hint().unwrap_or("fix the file in a separate commit, then bump that commit"))
        }
        BumpError::Change(_) => failure.hint("fix the file in a separate commit, then bump that commit"),
        BumpError::Nothing { .. } => match notes_file(policy).filter(|file| !files.contains_key(*file)) {
            Some(file) => failure.hint(format!("there is no `{file}` that could be dated")),
            None => failure.hint("this release has been made: see what comes next with `stationmaster plan`"),
        },
    }
}

fn notes_file(policy: &Policy) -> Option<&str> {
    let newest = policy.epochs().last()?;
    newest.rules.notes.as_ref().map(|notes| notes.file.as_str())
}
