//! Finding and reading the policy.

use std::{
    collections::BTreeSet,
    fs,
    io::Read,
    path::Path,
    sync::{Mutex, PoisonError},
};

use stationmaster_adapters::git::Repository;
use stationmaster_core::{
    model::FileDigest,
    policy::{Policy, PolicyError},
};

use crate::{
    diagnostics::{Ending, Failure},
    repository,
    scope::Scope,
};

/// The policy's usual name.
pub(crate) const NAME: &str = "stationmaster.toml";

/// The policy of a command: `--policy`, else the work tree's, else the one at the head of the main branch.
pub(crate) fn load(scope: &Scope, repository: Option<&Repository>) -> Result<Policy, Failure> {
    let (name, text) = match &scope.policy {
        Some(path) => (path.display().to_string(), read(path)?),
        None => find(scope, repository)?,
    };
    parse(&name, &text)
}

/// The same, with the digest of its text.
pub(crate) fn load_with_digest(scope: &Scope, repository: &Repository) -> Result<(Policy, FileDigest), Failure> {
    let (name, text) = source(scope, repository)?;
    Ok((parse(&name, &text)?, FileDigest::of(text.as_bytes())))
}

/// Its name and its text.
pub(crate) fn source(scope: &Scope, repository: &Repository) -> Result<(String, String), Failure> {
    match &scope.policy {
        Some(path) => Ok((path.display().to_string(), read(path)?)),
        None => find(scope, Some(repository)),
    }
}

/// The name and the text of the policy that a command is given: by `--policy`, else by the repository. None: there is none.
pub(crate) fn given(scope: &Scope, repository: &Repository) -> Result<Option<(String, String)>, Failure> {
    match &scope.policy {
        Some(path) => Ok(Some((path.display().to_string(), read(path)?))),
        None => in_repository(repository),
    }
}

/// Parse a policy's text; `name` is for messages. What it says that does nothing yet is said once, on standard error.
pub(crate) fn parse(name: &str, text: &str) -> Result<Policy, Failure> {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let (policy, idle) = Policy::parse_with_warnings(text).map_err(|error| words(name, text, &error))?;
    for warning in idle {
        let warning = words(name, text, &warning);
        if SAID.lock().unwrap_or_else(PoisonError::into_inner).insert(warning.message.clone()) {
            warning.print_as_warning();
        }
    }
    Ok(policy)
}

/// A file's text, or standard input's for `-`.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    text.map_err(|error| Failure::new(Ending::Usage, format!("{}: {error}", path.display())))
}

fn find(scope: &Scope, repository: Option<&Repository>) -> Result<(String, String), Failure> {
    let opened;
    let repository = match repository {
        Some(repository) => repository,
        None => {
            opened = repository::open(scope)?;
            &opened
        }
    };
    in_repository(repository)?.ok_or_else(|| {
        Failure::new(
            Ending::Usage,
            format!("there is no `{NAME}`, neither in the work tree nor at the head of the main branch"),
        )
        .hint("write one with `stationmaster init`, or name one with `--policy FILE`")
    })
}

/// The policy that a repository carries, and its name.
pub(crate) fn in_repository(repository: &Repository) -> Result<Option<(String, String)>, Failure> {
    if let Some(path) = repository.work_dir().map(|root| root.join(NAME)).filter(|path| path.is_file()) {
        return Ok(Some((path.display().to_string(), read(&path)?)));
    }
    let Some(main) = repository.main_branch_guess() else { return Ok(None) };
    let Some(commit) = repository.branch(&main)? else { return Ok(None) };
    let text = repository.read_blob_at(&commit, NAME)?;
    Ok(text.map(|text| (format!("{main}:{NAME}"), text)))
}

/// `FILE:LINE:COLUMN: what`, the line itself, and a mark under the place.
fn words(name: &str, text: &str, error: &PolicyError) -> Failure {
    let (line, column) = (error.line(), error.column());
    let source = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    // Tabs stay tabs, so that the mark stands under the word whatever a tab is worth.
    let before: String = source.chars().take(column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let mark = before + &"^".repeat(error.width());
    let message = format!("{name}:{line}:{column}: {error}\n{line:>5} | {source}\n      | {mark}");
    let failure = Failure::new(Ending::Usage, message);
    match error.hint() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
