//! How long a look at a repository takes, and the plan that is made of it, beside git's own listing of the main branch.
//!
//! `STATIONMASTER_HISTORY` names the repository and `policies/wasmtime.toml` the policy; without it the demo's are used.

use std::{
    env,
    hint::black_box,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use jiff::civil::date;
use stationmaster_adapters::git::Repository;
use stationmaster_core::{
    facts::{Facts, Question, RepositoryFacts},
    model::{BranchHead, Identity, Observed, TagRef},
    plan,
    policy::Policy,
};
use stationmaster_engine::ports::{Objects, PortResult, Refs};

const RUNS: usize = 15;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = tempfile::tempdir().expect("a folder");
    let (path, policy) = match env::var_os("STATIONMASTER_HISTORY") {
        Some(path) => (PathBuf::from(path), root.join("policies/wasmtime.toml")),
        None => (demo(&root.join("demo"), folder.path()), root.join("demo/stationmaster.toml")),
    };
    let text = std::fs::read_to_string(policy).expect("the policy is there");
    let policy = Policy::parse(&text).expect("the policy is sound");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let look = || runtime.block_on(self::look(&path, &policy)).expect("the repository can be read");
    let seen = look();
    let observing = median(|| drop(black_box(look())));
    let planning = median(|| drop(black_box(plan::plan(&policy, &seen))));
    let peer = median(|| list(&path, &policy.project.main));
    println!("observe {}: {observing:?}, plan: {planning:?}", path.display());
    println!("peer, `git ls-tree -r` of the main branch: {peer:?}");
    println!("ratio observe/peer: {:.2}", observing.as_secs_f64() / peer.as_secs_f64());
}

fn demo(from: &Path, folder: &Path) -> PathBuf {
    let identity = Identity { name: "Bench".into(), email: "bench@example.com".into() };
    let path = folder.join("demo.git");
    Repository::init_from_dir(from, &path, &identity, 0).expect("the demo becomes a repository");
    path
}

/// What a plan looks at, with an empty forge and no network, in a repository that is opened anew: the plan asks, and the repository
/// answers, until it asks no more.
async fn look(path: &Path, policy: &Policy) -> PortResult<Facts> {
    let repository = Repository::open(path).expect("the repository opens");
    let branches = repository.branches().await?;
    let tags = repository.tags().await?;
    let own = RepositoryFacts {
        branches: branches.into_iter().map(|(name, commit)| (name, BranchHead { commit })).collect(),
        tags: tags.into_iter().map(|(name, commit)| (name, TagRef { commit })).collect(),
        ..RepositoryFacts::default()
    };
    let mut facts = Facts { own, ..Facts::of_nothing(date(2026, 9, 6)) };
    while let Err(questions) = plan::plan(policy, &facts) {
        for question in questions.into_values().flatten() {
            match question {
                Question::Files { commit, wanted } => {
                    let files = repository.files(&commit, &wanted).await?;
                    facts.own.files.insert(commit, Observed::Known(files));
                }
                Question::Histories { main, lines } => {
                    let histories = repository.histories(&main, &lines).await?;
                    facts.own.histories = Some(Observed::Known(histories));
                }
                Question::Index { name } => {
                    facts.index.insert(name, Observed::Unknown("there is no network".to_owned()));
                }
                other => panic!("nothing is begun, and no line lacks a fix: {other:?}"),
            }
        }
    }
    Ok(facts)
}

fn list(path: &Path, branch: &str) {
    let output = Command::new("git").arg("-C").arg(path).args(["ls-tree", "-r", branch]).output().expect("git runs");
    assert!(output.status.success(), "git lists the branch");
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}
