//! `bump` as plumbing: a commit of objects, and no ref moved unless asked for.
//!
//! Rules: X11.

use std::{fs, path::Path};

use super::binary::{code, demo, errors, git, json, run};

/// A bare clone of the demo, and its path as text.
fn bare(folder: &Path) -> String {
    let work = folder.join("demo");
    demo(&work);
    git(folder, &["clone", "--quiet", "--bare", "demo", "bare.git"]);
    folder.join("bare.git").to_str().expect("a plain path").to_owned()
}

#[test]
fn the_same_arguments_give_the_same_commit_and_no_ref_moves() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = bare(folder.path());
    let bump = || run(&["bump", "major", "--repo", &repository, "--base", "main", "--date", "2026-12-05", "--json"]);
    let refs = git(Path::new(&repository), &["for-each-ref"]);
    let made = bump();
    assert_eq!(code(&made), 0, "{}", errors(&made));
    let (first, second) = (json(&made), json(&bump()));
    assert_eq!(first, second);
    assert_eq!(git(Path::new(&repository), &["for-each-ref"]), refs);
    let commit = first["commit"].as_str().expect("an id");
    assert_eq!(
        git(Path::new(&repository), &["rev-parse", &format!("{commit}^")]),
        first["base"].as_str().expect("an id")
    );
    let files: Vec<&str> = first["files"].as_array().expect("files").iter().filter_map(|file| file.as_str()).collect();
    let changed = git(Path::new(&repository), &["diff", "--name-only", "main", commit]);
    assert_eq!(files, changed.lines().collect::<Vec<_>>());
    assert_eq!((first["from"].as_str(), first["to"].as_str()), (Some("4.0.0"), Some("5.0.0")));
    git(Path::new(&repository), &["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn a_bumped_workspace_satisfies_cargo_with_its_lock_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = bare(folder.path());
    for step in ["major", "patch", "candidate", "development"] {
        let made = run(&["bump", step, "--repo", &repository, "--base", "main", "--ref", step, "--json"]);
        assert_eq!(code(&made), 0, "{step}: {}", errors(&made));
        let tree = folder.path().join(step);
        git(folder.path(), &["clone", "--quiet", "--branch", step, "bare.git", step]);
        let cargo = std::process::Command::new(env!("CARGO"))
            .args(["metadata", "--locked", "--offline", "--format-version=1"])
            .current_dir(&tree)
            .output()
            .expect("cargo runs");
        assert!(cargo.status.success(), "{step}: {}", errors(&cargo));
        let to = json(&made)["to"].as_str().expect("a version").to_owned();
        assert!(String::from_utf8_lossy(&cargo.stdout).contains(&format!("\"version\":\"{to}\"")), "{step}");
    }
}

#[test]
fn a_ref_is_made_or_moved_from_the_base_and_from_nowhere_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = bare(folder.path());
    let at = |reference: &str, date: &str| {
        run(&["bump", "major", "--repo", &repository, "--base", "main", "--date", date, "--ref", reference])
    };
    let made = at("next", "2026-12-05");
    assert_eq!(code(&made), 0, "{}", errors(&made));
    let id = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    assert_eq!(git(Path::new(&repository), &["rev-parse", "refs/heads/next"]), id);
    assert_eq!(code(&at("next", "2026-12-05")), 0, "there already");
    let elsewhere = at("next", "2026-12-06");
    assert_eq!(code(&elsewhere), 5, "{}", errors(&elsewhere));
    assert_eq!(git(Path::new(&repository), &["rev-parse", "next"]), id);
    assert_eq!(code(&at("refs/proposals/5", "2026-12-05")), 0);
    assert_eq!(git(Path::new(&repository), &["rev-parse", "refs/proposals/5"]), id);
    assert_eq!(code(&at("main", "2026-12-05")), 0, "the base itself moves on");
    assert_eq!(git(Path::new(&repository), &["rev-parse", "main"]), id);
}

#[test]
fn candidates_follow_each_other_to_the_release() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = bare(folder.path());
    let mut base = "main".to_owned();
    let mut seen = Vec::new();
    for step in ["development", "candidate", "candidate", "release"] {
        let made = run(&["bump", step, "--repo", &repository, "--base", &base, "--date", "2026-12-07", "--json"]);
        assert_eq!(code(&made), 0, "{step}: {}", errors(&made));
        let made = json(&made);
        seen.push(made["to"].as_str().expect("a version").to_owned());
        base = made["commit"].as_str().expect("an id").to_owned();
    }
    assert_eq!(seen, ["5.0.0-dev", "5.0.0-rc.1", "5.0.0-rc.2", "5.0.0"]);
    for file in ["Cargo.toml", "Cargo.lock"] {
        let text = git(Path::new(&repository), &["show", &format!("{base}:{file}")]);
        assert!(text.contains("5.0.0") && !text.contains("-rc") && !text.contains("-dev"), "{file}: {text}");
    }
}

#[test]
fn a_repository_without_a_policy_is_bumped_by_what_it_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    let work = folder.path().join("demo");
    demo(&work);
    fs::remove_file(work.join("stationmaster.toml")).expect("removed");
    git(&work, &["commit", "--quiet", "--all", "--message", "Without a policy"]);
    let dir = work.to_str().expect("a plain path");
    let made = run(&["bump", "patch", "--repo", dir, "--base", "HEAD", "--json"]);
    assert_eq!(code(&made), 0, "{}", errors(&made));
    assert_eq!(json(&made)["to"], "4.0.1");
    assert_eq!(git(&work, &["status", "--porcelain"]), "", "the work tree is as it was");
}

#[test]
fn what_cannot_be_bumped_is_an_error_that_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = bare(folder.path());
    let objects = || git(Path::new(&repository), &["count-objects"]);
    let before = objects();
    let absent = run(&["bump", "major", "--repo", &repository, "--base", "nowhere"]);
    assert_eq!(
        (code(&absent), errors(&absent).contains("revision `nowhere` does not exist")),
        (2, true),
        "{}",
        errors(&absent)
    );
    let decided = run(&["bump", "patch", "--to", "7.0.0", "--repo", &repository, "--base", "main"]);
    assert_eq!(code(&decided), 2, "{}", errors(&decided));
    let backwards = run(&["bump", "major", "--to", "1.0.0", "--repo", &repository, "--base", "main"]);
    assert!(errors(&backwards).contains("1.0.0 does not come after"), "{}", errors(&backwards));
    assert_eq!(objects(), before, "nothing was written");
}
