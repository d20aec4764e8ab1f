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

use std::{io, process::ExitCode};

use clap::{Parser, Subcommand};

use stationmaster_adapters::secrets;
use stationmaster_core::{model::WaitReason, step::Plan};

use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    output,
    scope::Scope,
    visible::in_json,
};

/// Runs a project's release trains: tells you what is due and why, and does it exactly once.
#[derive(Debug, Parser)]
#[command(name = "stationmaster", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    scope: Scope,
    #[command(subcommand)]
    command: Command,
}

/// Declares the commands. Each is a file here, and a line in this list.
macro_rules! commands {
    ($($name:ident in $module:ident,)+) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($name($module::Arguments),)+
        }

        fn dispatch(cli: Cli) -> CommandResult {
            match cli.command {
                $(Command::$name(arguments) => $module::run(&cli.scope, &arguments),)+
            }
        }
    };
}

commands! {
    Apply in apply,
    Attest in attest,
    Audit in audit,
    Backport in backport,
    Build in build,
    Bump in bump,
    Calendar in calendar,
    Check in check,
    Deliver in deliver,
    Explain in explain,
    Init in init,
    Journal in journal,
    Key in key,
    Notes in notes,
    Patch in patch,
    Pick in pick,
    Plan in plan,
    Pr in pr,
    Preflight in preflight,
    Publish in publish,
    Registry in registry,
    Rehearse in rehearse,
    Run in run,
    Schema in schema,
    Stage in stage,
    Status in status,
    Verify in verify,
    Yank in yank,
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// Every help text, of commands and of their commands.
    fn helps(command: &mut clap::Command, path: &str, all: &mut Vec<(String, String)>) {
        let path = format!("{path} {}", command.get_name());
        all.push((path.clone(), command.render_long_help().to_string()));
        command.get_subcommands_mut().for_each(|command| helps(command, &path, all));
    }

    fn rule_number(text: &str) -> Option<&str> {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric());
        words.into_iter().find(|word| {
            let digits = word.strip_prefix(['R', 'X']).unwrap_or_default();
            (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    }

    #[test]
    fn nobody_has_to_know_the_numbers_of_the_rules() {
        let mut all = Vec::new();
        helps(&mut Cli::command(), "", &mut all);
        assert!(all.len() > 30, "{}", all.len());
        for (path, text) in all {
            assert_eq!(rule_number(&text), None, "{path} --help: {text}");
        }
        let schema = stationmaster_core::policy::schema().to_string();
        assert_eq!(rule_number(&schema), None, "{schema}");
        assert_eq!(rule_number("it waits (X12)"), Some("X12"));
    }

    #[test]
    fn nothing_that_is_printed_has_the_number_of_a_rule() {
        let reviewed =
            ["src/render/snapshots", "src/cli/snapshots", "src/cli/calendar/snapshots", "tests/it/snapshots"];
        let mut seen = 0;
        for folder in reviewed {
            for file in
                std::fs::read_dir(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("a folder")
            {
                let path = file.expect("an entry").path();
                let text = std::fs::read_to_string(&path).expect("a snapshot");
                assert_eq!(rule_number(&text), None, "{}: {text}", path.display());
                seen += 1;
            }
        }
        assert!(seen > 10, "{seen}");
    }
}
