//! A first policy for a repository: what `init` writes, and what a rehearsal goes by where there is none.

use std::collections::BTreeMap;

use jiff::civil::Date;
use stationmaster_adapters::git::Repository;
use stationmaster_core::{
    infer::{self, FILE_NAMES, Facts, InferError, Inferred, Question, guess_main_branch},
    model::{CommitId, FileSelection, TreeFiles},
    policy::{PRESETS, Policy},
    workspace::Workspace,
};
use stationmaster_engine::ports::{Objects, Refs as _};

use crate::{
    diagnostics::{Ending, Failure},
    policy_file,
};

/// Folders with other people's files.
const FOREIGN: [&str; 4] = ["vendor", "third_party", "third-party", "node_modules"];

/// Infer a policy from the head of a repository's main branch, its tags and branches.
pub(crate) async fn infer(
    repository: &Repository,
    today: Date,
    preset: &str,
    answers: &BTreeMap<Question, String>,
) -> Result<Inferred, Failure> {
    let refs = Refs::read(repository).await?;
    let main = match answers.get(&Question::Main) {
        Some(main) => main.as_str(),
        None => guess_main_branch(&refs.branches, refs.head.as_deref()).0,
    };
    let commit = repository.branch(main)?.ok_or_else(|| {
        Failure::new(Ending::Usage, format!("branch `{main}` of {} has no commit", repository.git_dir().display()))
            .hint("commit something first, or name another repository with `--repo DIR`")
    })?;
    let files = read(repository, &commit).await?;
    let workspace = workspace(repository, main, &files)?;
    let facts = refs.facts(&workspace, &files, (today, preset, answers));
    infer::infer(&facts).map_err(|error| words(&error))
}

/// The policy by which one commit is judged where the repository has none: inferred from that commit, with the preset that
/// its files are kept by.
pub(crate) async fn policy_at(repository: &Repository, commit: &CommitId, today: Date) -> Result<Policy, Failure> {
    let refs = Refs::read(repository).await?;
    let files = read(repository, commit).await?;
    let workspace = workspace(repository, commit.short(), &files)?;
    let answers = BTreeMap::new();
    let preset = infer::preset_of(&refs.facts(&workspace, &files, (today, "", &answers)));
    let facts = refs.facts(&workspace, &files, (today, preset, &answers));
    let inferred = infer::infer(&facts).map_err(|error| words(&error))?;
    policy_file::parse("the inferred policy", &inferred.text)
}

/// Names in the repository.
struct Refs {
    branches: Vec<String>,
    tags: Vec<String>,
    head: Option<String>,
}

impl Refs {
    async fn read(repository: &Repository) -> Result<Self, Failure> {
        Ok(Self {
            branches: repository.branches().await?.into_keys().collect(),
            tags: repository.tags().await?.into_keys().collect(),
            head: repository.main_branch_guess(),
        })
    }

    fn facts<'f>(
        &'f self,
        workspace: &'f Workspace,
        files: &'f TreeFiles,
        (today, preset, answers): (Date, &'f str, &'f BTreeMap<Question, String>),
    ) -> Facts<'f> {
        let (branches, tags, head) = (&self.branches, &self.tags, self.head.as_deref());
        Facts { workspace, files, branches, tags, head, today, preset, answers }
    }
}

fn workspace(repository: &Repository, place: &str, files: &TreeFiles) -> Result<Workspace, Failure> {
    Workspace::read(files).map_err(|error| {
        Failure::new(Ending::Usage, format!("{place} of {}: {error}", repository.git_dir().display()))
            .hint("a Cargo workspace, or a single package, is needed there")
    })
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
