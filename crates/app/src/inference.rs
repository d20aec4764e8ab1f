//! A first policy for a repository: what `init` writes, and what a rehearsal goes by where there is none.

use std::collections::BTreeMap;

use jiff::civil::Date;
use stationmaster_adapters::git::Repository;
use stationmaster_core::{
    model::{CommitId, FileSelection, TreeFiles},
    policy::{
        PRESETS,
        infer::{self, FILE_NAMES, Facts, InferError, Inferred, Question, guess_main_branch},
    },
    workspace::Workspace,
};
use stationmaster_engine::ports::Git;

use crate::diagnostics::{Ending, Failure};

/// Folders with other people's files.
const FOREIGN: [&str; 4] = ["vendor", "third_party", "third-party", "node_modules"];

/// Infer a policy from a repository's main branch, tags and branches.
pub(crate) async fn infer(
    repository: &Repository,
    today: Date,
    preset: &str,
    answers: &BTreeMap<Question, String>,
) -> Result<Inferred, Failure> {
    let heads = repository.branches().await?;
    let tags: Vec<String> = repository.tags().await?.into_keys().collect();
    let head = repository.main_branch_guess();
    let branches: Vec<String> = heads.keys().cloned().collect();
    let main = match answers.get(&Question::Main) {
        Some(main) => main.as_str(),
        None => guess_main_branch(&branches, head.as_deref()).0,
    };
    let commit = heads.get(main).ok_or_else(|| {
        Failure::new(Ending::Usage, format!("branch `{main}` of {} has no commit", repository.git_dir().display()))
            .hint("commit something first, or name another repository with `--repo DIR`")
    })?;
    let files = read(repository, commit).await?;
    let workspace = Workspace::read(&files).map_err(|error| {
        Failure::new(Ending::Usage, format!("{main} of {}: {error}", repository.git_dir().display()))
            .hint("a Cargo workspace, or a single package, is needed at the head of the main branch")
    })?;
    let facts = Facts {
        workspace: &workspace,
        files: &files,
        branches: &branches,
        tags: &tags,
        head: head.as_deref(),
        today,
        preset,
        answers,
    };
    infer::infer(&facts).map_err(|error| words(&error))
}

/// Manifests, release notes, and C headers that are the project's own.
async fn read(repository: &Repository, commit: &CommitId) -> Result<TreeFiles, Failure> {
    let names = FILE_NAMES.into_iter().chain(["Cargo.toml"]).map(str::to_owned).collect();
    let mut files = repository.files(commit, &FileSelection { names, ..FileSelection::default() }).await?;
    let headers = repository.paths(commit, |path| {
        (path.ends_with(".h") || path.ends_with(".h.in")) && !path.split('/').any(|name| FOREIGN.contains(&name))
    });
    for path in headers? {
        // A header that is absent from a partial clone, or is not UTF-8, is no reason to infer nothing.
        if let Ok(Some(text)) = repository.read_blob_at(commit, &path) {
            files.insert(path, text);
        }
    }
    Ok(files)
}

fn words(error: &InferError) -> Failure {
    let failure = Failure::new(Ending::Usage, error.to_string());
    match error {
        InferError::UnknownPreset(_) => {
            let known: Vec<&str> = PRESETS.iter().map(|(name, _)| *name).collect();
            failure.hint(format!("the presets are {}", known.join(", ")))
        }
        InferError::NoPackage { .. } => failure.hint("add a package to the workspace first"),
        InferError::Unsound(error) => match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        },
    }
}
