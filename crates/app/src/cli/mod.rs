//! The command line: one file per command.

mod apply;
pub(crate) mod attest;
mod audit;
pub(crate) mod backport;
pub(crate) mod build;
mod bump;
mod calendar;
mod check;
mod deliver;
mod explain;
mod init;
mod journal;
mod key;
mod notes;
mod patch;
mod pick;
mod plan;
mod pr;
mod preflight;
mod publish;
mod registry;
mod rehearse;
mod revision;
mod run;
mod schema;
mod stage;
mod status;
mod verify;
mod yank;

use std::{io, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;

use stationmaster_adapters::{clock::SystemClock, secrets};
use stationmaster_core::{model::WaitReason, step::Plan};
use stationmaster_engine::ports::Clock;

use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    output,
    render::visible::in_json,
};

/// Runs a project's release trains: says what is due and why, and does it exactly once.
#[derive(Debug, Parser)]
#[command(name = "stationmaster", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    scope: Scope,
    #[command(subcommand)]
    command: Command,
}

/// What every command is told.
#[derive(Debug, Clone, Args)]
pub(crate) struct Scope {
    /// The repository; it may be bare.
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub(crate) repo: PathBuf,
    /// The policy [default: `stationmaster.toml` in the work tree, else at the head of the main branch].
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// The day to judge by, as YYYY-MM-DD [default: today].
    #[arg(long, global = true, value_name = "DATE")]
    pub(crate) at: Option<Date>,
    /// Ask nothing over the network; what only the network can tell is unknown.
    #[arg(long, global = true)]
    pub(crate) offline: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Apply(apply::Arguments),
    Attest(attest::Arguments),
    Audit(audit::Arguments),
    Backport(backport::Arguments),
    Build(build::Arguments),
    Bump(bump::Arguments),
    Calendar(calendar::Arguments),
    Check(check::Arguments),
    Deliver(deliver::Arguments),
    Explain(explain::Arguments),
    Init(init::Arguments),
    Journal(journal::Arguments),
    Key(key::Arguments),
    Notes(notes::Arguments),
    Patch(patch::Arguments),
    Pick(pick::Arguments),
    Plan(plan::Arguments),
    Pr(pr::Arguments),
    Preflight(preflight::Arguments),
    Publish(publish::Arguments),
    Registry(registry::Arguments),
    Rehearse(rehearse::Arguments),
    Run(run::Arguments),
    Schema(schema::Arguments),
    Stage(stage::Arguments),
    Status(status::Arguments),
    Verify(verify::Arguments),
    Yank(yank::Arguments),
}

/// Parse the command line, run the command, print what went wrong.
pub(crate) fn run() -> ExitCode {
    secrets::remember_environment();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(words) => return explain_usage(&words),
    };
    let ending = dispatch(cli).unwrap_or_else(|failure| {
        failure.print();
        failure.ending
    });
    match output::finish() {
        Ok(()) => ending.into(),
        Err(cause) => {
            // Whoever closed a pipe has read enough.
            if cause != io::ErrorKind::BrokenPipe {
                let message = format!("the result could not be written to standard output: {cause}");
                Failure::new(Ending::Outside, message).hint("what the command was to do is done").print();
            }
            Ending::Outside.into()
        }
    }
}

/// Help, or what is wrong with the command line.
fn explain_usage(words: &clap::Error) -> ExitCode {
    match words.print() {
        Err(_) if !words.use_stderr() => Ending::Outside.into(),
        _ => u8::try_from(words.exit_code()).map_or(Ending::Usage.into(), ExitCode::from),
    }
}

fn dispatch(cli: Cli) -> CommandResult {
    let scope = &cli.scope;
    match cli.command {
        Command::Apply(arguments) => apply::run(scope, &arguments),
        Command::Attest(arguments) => attest::run(scope, &arguments),
        Command::Audit(arguments) => audit::run(scope, &arguments),
        Command::Backport(arguments) => backport::run(scope, &arguments),
        Command::Build(arguments) => build::run(scope, &arguments),
        Command::Bump(arguments) => bump::run(scope, &arguments),
        Command::Calendar(arguments) => calendar::run(scope, &arguments),
        Command::Check(arguments) => check::run(scope, &arguments),
        Command::Deliver(arguments) => deliver::run(scope, &arguments),
        Command::Explain(arguments) => explain::run(scope, &arguments),
        Command::Init(arguments) => init::run(scope, &arguments),
        Command::Journal(arguments) => journal::run(scope, &arguments),
        Command::Key(arguments) => key::run(&arguments),
        Command::Notes(arguments) => notes::run(scope, &arguments),
        Command::Patch(arguments) => patch::run(scope, &arguments),
        Command::Pick(arguments) => pick::run(scope, &arguments),
        Command::Plan(arguments) => plan::run(scope, &arguments),
        Command::Pr(arguments) => pr::run(scope, &arguments),
        Command::Preflight(arguments) => preflight::run(scope, &arguments),
        Command::Publish(arguments) => publish::run(scope, &arguments),
        Command::Registry(arguments) => registry::run(scope, &arguments),
        Command::Rehearse(arguments) => rehearse::run(scope, &arguments),
        Command::Run(arguments) => run::run(scope, &arguments),
        Command::Schema(arguments) => schema::run(scope, &arguments),
        Command::Stage(arguments) => stage::run(scope, &arguments),
        Command::Status(arguments) => status::run(scope, &arguments),
        Command::Verify(arguments) => verify::run(scope, &arguments),
        Command::Yank(arguments) => yank::run(scope, &arguments),
    }
}

/// Print a value as JSON, for programs.
fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::new(Ending::Outside, format!("this value has no JSON: {error}")))?;
    crate::output::println!("{}", in_json(&text));
    Ok(())
}

/// The exit code that a plan asks for: something in the way could not be seen, a person must act, or neither.
fn waiting(plan: &Plan) -> Ending {
    let any = |is_it: fn(&WaitReason) -> bool| plan.waits.iter().any(|wait| is_it(&wait.reason));
    match () {
        () if any(WaitReason::is_unknown) => Ending::Outside,
        () if any(WaitReason::needs_person) => Ending::Waiting,
        () => Ending::Done,
    }
}

/// Today, at UTC.
pub(crate) fn today() -> Date {
    SystemClock.today()
}
