//! A change is the same one wherever it stands and whatever it is called.

use std::{
    collections::BTreeMap,
    io::Write,
    process::{Command, Stdio},
};

use stationmaster_core::model::CommitId;

use crate::{backports::History, scratch::Scratch};

const LINES: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";

fn id(scratch: &Scratch, change: &str) -> Option<String> {
    let repository = scratch.open();
    repository.patch_id(&repository.resolve(change).expect("a commit"), None).expect("a patch id")
}

#[test]
fn place_message_and_white_space_are_no_part_of_a_change_and_paths_and_lines_are() {
    let scratch = Scratch::with_files();
    scratch.write("src/a.txt", LINES);
    scratch.write("src/b.txt", LINES);
    scratch.commit("Write");
    scratch.run(&["branch", "line"]);
    scratch.write("src/a.txt", &LINES.replace("nine", "neun  neun"));
    scratch.commit("Translate");
    let first = id(&scratch, "main");
    assert!(first.is_some());
    scratch.run(&["checkout", "-q", "line"]);
    scratch.write("src/a.txt", &format!("zero\n{LINES}"));
    scratch.commit("Begin at zero");
    scratch.write("src/a.txt", &format!("zero\n{}", LINES.replace("nine", "\tneun neun")));
    scratch.commit("Translate on the line (#12)");
    assert_eq!(id(&scratch, "line"), first);
    scratch.write("src/b.txt", &LINES.replace("nine", "neun neun"));
    scratch.commit("Translate the other file");
    assert_ne!(id(&scratch, "line"), first);
    scratch.write("src/a.txt", LINES);
    scratch.commit("Take it back");
    assert_ne!(id(&scratch, "line"), first);
    scratch.commit("Do nothing");
    assert_eq!(id(&scratch, "line"), None);
}

#[test]
fn bytes_and_modes_count() {
    let scratch = Scratch::with_files();
    let bytes = |bytes: &[u8], message: &str| {
        std::fs::write(scratch.work().join("logo.bin"), bytes).expect("written");
        scratch.commit(message);
        id(&scratch, "HEAD")
    };
    let ids = [bytes(&[0, 1], "one"), bytes(&[0, 2], "two"), bytes(&[0, 1], "back"), bytes(&[0, 2], "two again")];
    assert_eq!(ids[1], ids[3]);
    assert_ne!(ids[1], ids[2]);
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(scratch.work().join("crates/b/src/lib.rs"), executable).expect("chmod");
    scratch.commit("Make it executable");
    assert!(id(&scratch, "HEAD").is_some_and(|id| !ids.contains(&Some(id))));
}

/// What git makes of commits: a stable id for each that changes something and is no merge.
fn by_git(history: &History, commits: &[CommitId]) -> BTreeMap<String, String> {
    let mut differences = history.command(&["diff-tree", "--stdin", "-p", "--no-renames"]);
    let mut differences = differences.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("git");
    let mut input = differences.stdin.take().expect("a pipe");
    let ids: String = commits.iter().map(|commit| format!("{commit}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(ids.as_bytes()));
    let output = Command::new("git")
        .args(["patch-id", "--stable"])
        .stdin(differences.stdout.take().expect("a pipe"))
        .output()
        .expect("git");
    writer.join().expect("a thread").expect("all ids are written");
    assert!(differences.wait().expect("git ends").success() && output.status.success());
    let text = String::from_utf8(output.stdout).expect("hex");
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    pairs.map(|(id, commit)| (commit.to_owned(), id.to_owned())).collect()
}

/// A change of main, the same on a line as people say, and whether they say so because git does.
struct Pair {
    original: CommitId,
    commit: CommitId,
    by_patch_id: bool,
}

fn pairs(history: &History) -> Vec<Pair> {
    let says = |methods: &str| methods.split('+').any(|method| method == "patch-id");
    let mut pairs = Vec::new();
    for row in history.table("backports.csv").iter().filter(|row| row.get("n_originals") == "1") {
        let by_patch_id = says(row.get("match_methods"));
        pairs.push(Pair { original: row.commit("original_commits"), commit: row.commit("commit"), by_patch_id });
    }
    let steps = history.table("backport_pr_steps.csv");
    for row in steps.iter().filter(|row| row.get("step_kind") == "cherry-pick") {
        let by_patch_id = says(row.get("match_method"));
        pairs.push(Pair { original: row.commit("original_commit"), commit: row.commit("pr_commit"), by_patch_id });
    }
    pairs
}

#[test]
fn pairs_of_the_real_history_are_the_same_where_git_says_so() {
    let Some(history) = History::open("pairs_of_the_real_history") else { return };
    let pairs = pairs(&history);
    let commits: Vec<CommitId> = pairs.iter().flat_map(|pair| [pair.original.clone(), pair.commit.clone()]).collect();
    let git = by_git(&history, &commits);
    let ours = |commit: &CommitId| history.repository.patch_id(commit, None).ok().flatten();
    let (mut matched, mut same, mut only_ours) = (0, 0, Vec::new());
    for pair in &pairs {
        let by_git = git.get(pair.original.as_str()).zip(git.get(pair.commit.as_str()));
        let git_says = by_git.is_some_and(|(one, other)| one == other);
        let (one, other) = (ours(&pair.original), ours(&pair.commit));
        let we_say = one.is_some() && one == other;
        let named = format!("{} and {}", pair.original.short(), pair.commit.short());
        assert!(we_say || !git_says, "git says that {named} are the same");
        assert!(we_say || !pair.by_patch_id, "the tables say that {named} are the same");
        matched += usize::from(pair.by_patch_id);
        same += usize::from(git_says);
        if we_say && !git_says {
            only_ours.push(named);
        }
    }
    println!("{} pairs, {matched} of them in the tables by patch id; git finds {same} the same", pairs.len());
    println!("{} are the same but for what stands around them: {}", only_ours.len(), only_ours.join(", "));
    // Different changes are different: no two originals have one id here that have two there.
    let mut by_id: BTreeMap<String, &CommitId> = BTreeMap::new();
    for pair in &pairs {
        let Some(id) = ours(&pair.original) else { continue };
        let other = by_id.entry(id).or_insert(&pair.original);
        assert_eq!(git.get(other.as_str()), git.get(pair.original.as_str()), "{other} and {}", pair.original);
    }
}
