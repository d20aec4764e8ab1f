//! `stationmaster pr`

mod merge;

use clap::{Args, Subcommand, ValueEnum};
use stationmaster_core::{
    model::{CheckOutcome, CommitId, JournalEvent, PullRequest, PullRequestState},
    report::pulls::PullView,
    step::Plan,
};
use stationmaster_engine::{
    answer,
    merge::merge_message,
    ports::{Journal, MergeRecords as _, PortError},
};

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    render,
    wiring::{Opened, block_on},
};

/// Work with pull requests of the embedded forge.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List open pull requests.
    List {
        /// Also list merged and closed ones.
        #[arg(long)]
        all: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show a pull request with its approvals and checks.
    Show {
        /// The number of the pull request.
        number: u64,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show the diff of a pull request.
    Diff {
        /// The number of the pull request.
        number: u64,
    },
    /// Approve the head commit of a pull request.
    Approve {
        /// The number of the pull request.
        number: u64,
        #[command(flatten)]
        person: Person,
    },
    /// Merge a pull request. Merging a release's pull request makes the release.
    Merge {
        /// The number of the pull request.
        number: u64,
        #[command(flatten)]
        person: Person,
    },
    /// Close a pull request without merging it.
    Close {
        /// The number of the pull request.
        number: u64,
        #[command(flatten)]
        person: Person,
    },
    /// Reopen a closed pull request.
    Reopen {
        /// The number of the pull request.
        number: u64,
        #[command(flatten)]
        person: Person,
    },
    /// Record labels of a pull request, even one on another forge. Labels can give a fix its class.
    Label {
        /// The number of the pull request.
        number: u64,
        /// The labels.
        #[arg(required = true)]
        labels: Vec<String>,
        /// Take them off instead.
        #[arg(long)]
        remove: bool,
    },
    /// Report a check result for the head commit, or for the merged commit.
    Check {
        /// The number of the pull request.
        number: u64,
        /// The check, as the policy names it.
        #[arg(long)]
        name: String,
        /// What it says.
        #[arg(long)]
        state: State,
    },
}

#[derive(Debug, Args)]
struct Person {
    /// Who decides this [default: git's user].
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum State {
    Pending,
    Success,
    Failure,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let opened = Opened::open(scope)?;
    block_on(async {
        match &arguments.verb {
            Verb::List { all, json } => list(&opened, *all, *json).await,
            Verb::Show { number, json } => show(&opened, *number, *json).await,
            Verb::Diff { number } => diff(&opened, *number).await,
            Verb::Approve { number, person } => approve(&opened, *number, person).await,
            Verb::Merge { number, person } => merge::merge(&opened, *number, person).await,
            Verb::Close { number, person } => close(&opened, *number, person).await,
            Verb::Reopen { number, person } => reopen(&opened, *number, person).await,
            Verb::Label { number, labels, remove } => label(&opened, *number, labels, *remove).await,
            Verb::Check { number, name, state } => check(&opened, *number, name, *state).await,
        }
    })
}

async fn list(opened: &Opened, all: bool, json: bool) -> CommandResult {
    let mut pulls = opened.records()?.all().await?;
    pulls.retain(|pull| all || pull.state == PullRequestState::Open);
    let plan = plan(opened, json).await?;
    let views: Vec<PullView> = pulls.into_iter().map(|pull| PullView::new(&opened.policy, &plan, pull)).collect();
    if json {
        return super::print_json(&views).map(|()| Ending::Done);
    }
    crate::output::print!("{}", render::pull::list(&views));
    Ok(Ending::Done)
}

async fn show(opened: &Opened, number: u64, json: bool) -> CommandResult {
    let pull = get(opened, number).await?;
    let view = view(opened, pull, json).await?;
    if json {
        return super::print_json(&view).map(|()| Ending::Done);
    }
    crate::output::print!("{}", render::pull::show(&view, opened.needed_approvals()));
    Ok(Ending::Done)
}

/// What is to be done, and what waits.
async fn plan(opened: &Opened, json: bool) -> Result<Plan, Failure> {
    let progress = render::progress::for_terminal(json);
    Ok(answer::plan(&opened.world(&*progress), &opened.policy, opened.today()).await?.1)
}

async fn view(opened: &Opened, pull: PullRequest, json: bool) -> Result<PullView, Failure> {
    Ok(PullView::new(&opened.policy, &plan(opened, json).await?, pull))
}

/// From where the two histories parted, so that what others did to the base meanwhile is not shown as undone.
async fn diff(opened: &Opened, number: u64) -> CommandResult {
    let pull = get(opened, number).await?;
    let repository = &opened.repository;
    let merged = match &pull.state {
        PullRequestState::Merged { commit, .. } => Some(commit),
        PullRequestState::Open | PullRequestState::Closed => None,
    };
    let head = match merged {
        Some(_) => pull.head_commit.clone(),
        None => repository.branch(&pull.head)?.unwrap_or_else(|| pull.head_commit.clone()),
    };
    let base = match merged {
        // The head may be an ancestor of the base by now: its own parent is what it was made on.
        Some(_) => repository.first_parent(&head)?,
        None => match repository.branch(&pull.base)? {
            Some(base) => repository.merge_base(&base, &head)?,
            None => None,
        },
    };
    let Some(base) = base else {
        let message = format!("`{}` and `{}` have nothing in common", pull.head, pull.base);
        return Err(Failure::new(Ending::Refused, message));
    };
    render::diff::print(&repository.diff(&base, &head)?);
    Ok(Ending::Done)
}

async fn approve(opened: &Opened, number: u64, person: &Person) -> CommandResult {
    let pull = get(opened, number).await?;
    if pull.state != PullRequestState::Open {
        return Err(not_open(&pull));
    }
    let by = name(opened, person);
    decided(opened, format!("approve pull request {number} ({})", pull.title), &by, &pull).await?;
    opened.records()?.approve(number, &by, opened.now()).await?;
    let pull = opened.records()?.get(number).await?;
    let missing = opened.needed_approvals().saturating_sub(u32::try_from(pull.approvals.len()).unwrap_or(u32::MAX));
    let more = if missing > 0 { format!("; {missing} more needed") } else { String::new() };
    crate::output::println!("{by} approved pull request {number} at {}{more}", pull.head_commit.short());
    Ok(Ending::Done)
}

async fn close(opened: &Opened, number: u64, person: &Person) -> CommandResult {
    let pull = get(opened, number).await?;
    may_be_closed(opened, &pull)?;
    let by = name(opened, person);
    decided(opened, format!("close pull request {number} ({})", pull.title), &by, &pull).await?;
    let claim = opened.records()?.claim(number).await?;
    // Somebody may have merged it meanwhile. From here on nobody does.
    may_be_closed(opened, claim.pull_request())?;
    claim.closed().await?;
    crate::output::println!("closed pull request {number}");
    Ok(Ending::Done)
}

/// Its record says so, and so does its base: a merge may have been stopped between the two.
fn may_be_closed(opened: &Opened, pull: &PullRequest) -> Result<(), Failure> {
    if matches!(pull.state, PullRequestState::Merged { .. }) {
        return Err(not_open(pull));
    }
    let brought = match opened.repository.branch(&pull.base)? {
        Some(_) => opened.repository.merged_as(&pull.base, &pull.head_commit, &merge_message(pull))?,
        None => None,
    };
    let Some(commit) = brought.filter(|_| pull.state == PullRequestState::Open) else { return Ok(()) };
    let message = format!(
        "pull request {} is on `{}` already, as {}, and cannot be closed",
        pull.number,
        pull.base,
        commit.short()
    );
    Err(Failure::new(Ending::Refused, message)
        .hint(format!("a merge was interrupted: finish it with `stationmaster pr merge {}`", pull.number)))
}

fn not_open(pull: &PullRequest) -> Failure {
    let number = pull.number;
    let failure = |words: String| Failure::new(Ending::Refused, format!("pull request {number} {words}"));
    match &pull.state {
        PullRequestState::Merged { commit, by, .. } => {
            failure(format!("was merged by {by} as {}", commit.short())).hint("it is already merged, and stays merged")
        }
        PullRequestState::Open | PullRequestState::Closed => {
            failure("is closed".to_owned()).hint(format!("`stationmaster pr reopen {number}` opens it again"))
        }
    }
}

async fn reopen(opened: &Opened, number: u64, person: &Person) -> CommandResult {
    let pull = get(opened, number).await?;
    if matches!(pull.state, PullRequestState::Merged { .. }) {
        return Err(not_open(&pull));
    }
    let by = name(opened, person);
    decided(opened, format!("reopen pull request {number} ({})", pull.title), &by, &pull).await?;
    opened.records()?.reopen(number).await?;
    crate::output::println!("opened pull request {number} again");
    Ok(Ending::Done)
}

async fn label(opened: &Opened, number: u64, labels: &[String], remove: bool) -> CommandResult {
    for label in labels {
        if remove {
            opened.records()?.remove_label(number, label).await?;
        } else {
            opened.records()?.add_label(number, label).await?;
        }
    }
    let now: Vec<String> = opened.forge.labels(number).await?.into_iter().collect();
    let now = if now.is_empty() { "none".to_owned() } else { now.join(", ") };
    crate::output::println!("labels of pull request {number}: {now}");
    Ok(Ending::Done)
}

async fn check(opened: &Opened, number: u64, name: &str, state: State) -> CommandResult {
    let pull = get(opened, number).await?;
    let outcome = match state {
        State::Pending => CheckOutcome::Pending,
        State::Success => CheckOutcome::Success,
        State::Failure => CheckOutcome::Failure,
    };
    opened.records()?.report_check(judged(&pull), name, outcome).await?;
    let view = view(opened, get(opened, number).await?, false).await?;
    crate::output::println!("{}", render::pull::checks_line(&view));
    Ok(Ending::Done)
}

/// A pull request, by its number.
async fn get(opened: &Opened, number: u64) -> Result<PullRequest, Failure> {
    opened.records()?.get(number).await.map_err(unknown)
}

/// The commit that checks are about.
fn judged(pull: &PullRequest) -> &CommitId {
    match &pull.state {
        PullRequestState::Merged { commit, .. } => commit,
        PullRequestState::Open | PullRequestState::Closed => &pull.head_commit,
    }
}

fn name(opened: &Opened, person: &Person) -> String {
    person.by.clone().unwrap_or_else(|| opened.who().to_owned())
}

/// A person's decision goes to the journal before it has an effect.
async fn decided(opened: &Opened, what: String, by: &str, pull: &PullRequest) -> Result<(), Failure> {
    let why = format!("{by}, at {}", pull.head_commit.short());
    let event = JournalEvent::Decision { what, why };
    opened.journal.append(opened.now(), opened.who(), event).await.map(drop).map_err(Failure::from)
}

/// A number that is not there is a slip of the command line; anything else is what it is.
fn unknown(error: PortError) -> Failure {
    match error {
        PortError::Missing { .. } => {
            Failure::new(Ending::Usage, error.to_string()).hint("`stationmaster pr list --all` shows all of them")
        }
        error => error.into(),
    }
}
