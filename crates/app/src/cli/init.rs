//! `stationmaster init`

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use stationmaster_adapters::git::Repository;
use stationmaster_core::{
    infer::{Inferred, Question},
    policy::DEFAULT_PRESET,
};

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    inference,
    policy_file::NAME,
    repository, wiring,
};

/// Write a policy for this workspace.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The preset to start from: 2021-merge, 2022-cut, 2024-lts, 2026-candidates or keep-a-changelog.
    #[arg(long, value_name = "PRESET", default_value = DEFAULT_PRESET)]
    preset: String,
    /// Overwrite an existing policy.
    #[arg(long)]
    force: bool,
    /// Print the policy instead of writing it.
    #[arg(long)]
    stdout: bool,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let repository = repository::open(scope)?;
    let target = if arguments.stdout { None } else { Some(target(scope, arguments, &repository)?) };
    let inferred = infer(scope, arguments, &repository)?;
    match target {
        None => crate::output::print!("{}", inferred.text),
        Some(path) => {
            write(&path, &inferred.text, arguments.force)?;
            crate::output::println!("wrote {}", path.display());
            for unsure in &inferred.unsure {
                crate::output::println!("not sure of {}: {}", key(unsure.question), unsure.why);
            }
            crate::output::println!("see what it means with `stationmaster calendar` and `stationmaster plan`");
        }
    }
    Ok(Ending::Done)
}

/// Where the policy goes: `--policy`, else the root of the work tree. Not over another one.
fn target(scope: &Scope, arguments: &Arguments, repository: &Repository) -> Result<PathBuf, Failure> {
    let path = match (&scope.policy, repository.work_dir()) {
        (Some(path), _) => path.clone(),
        (None, Some(folder)) => folder.join(NAME),
        (None, None) => {
            let message = format!("{} is bare and has no work tree to write to", repository.git_dir().display());
            return Err(Failure::new(Ending::Usage, message)
                .hint("name a file with `--policy FILE`, or print the policy with `--stdout`"));
        }
    };
    if path.symlink_metadata().is_ok() && !arguments.force {
        return Err(exists(&path));
    }
    Ok(path)
}

/// Infer, and on a terminal ask for what is not sure.
fn infer(scope: &Scope, arguments: &Arguments, repository: &Repository) -> Result<Inferred, Failure> {
    let today = scope.day();
    let mut answers = BTreeMap::new();
    loop {
        let inferred = wiring::block_on(inference::infer(repository, today, &arguments.preset, &answers))?;
        let open = inferred.unsure.iter().find(|unsure| !answers.contains_key(&unsure.question));
        let (Some(unsure), true) = (open, is_conversation()) else { return Ok(inferred) };
        let answer = ask(&format!("{} ({}) [{}]: ", key(unsure.question), unsure.why, unsure.guess))?;
        answers.insert(unsure.question, if answer.is_empty() { unsure.guess.clone() } else { answer });
    }
}

fn key(question: Question) -> &'static str {
    match question {
        Question::Name => "the project's name",
        Question::Main => "the main branch",
        Question::Tag => "the pattern of tags",
        Question::Notes => "the release notes file",
    }
}

/// There is a person to ask. Standard output may go elsewhere.
fn is_conversation() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

fn ask(question: &str) -> Result<String, Failure> {
    let failed = |error: std::io::Error| Failure::new(Ending::Outside, format!("the terminal failed: {error}"));
    crate::output::eprint!("{question}");
    std::io::stderr().flush().map_err(failed)?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(failed)?;
    Ok(line.trim().to_owned())
}

/// Write the whole file or nothing. Under another name first, and with the permissions that any new file gets. What came to its
/// place meanwhile is written over only with `force`.
fn write(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = || -> io::Result<tempfile::NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".stationmaster-init-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut draft = builder.tempfile_in(folder)?;
        draft.write_all(text.as_bytes())?;
        draft.as_file().sync_all()?;
        Ok(draft)
    };
    let named = draft().and_then(|draft| {
        let named = if force { draft.persist(path) } else { draft.persist_noclobber(path) };
        named.map(drop).map_err(|failure| failure.error)
    });
    named.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists if !force => exists(path),
        _ => Failure::new(Ending::Outside, format!("{} could not be written: {error}", path.display())),
    })
}

fn exists(path: &Path) -> Failure {
    Failure::new(Ending::Refused, format!("{} exists", path.display()))
        .hint("overwrite it with `--force`, or print the policy with `--stdout`")
}
