//! `plan`, `apply`, `run` and `pr` on a real repository with the embedded forge.

use std::fs;

use super::binary::{code, demo, errors, git, json, run};

#[test]
fn a_saved_plan_is_refused_when_the_world_has_moved_and_done_when_it_has_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = folder.path().join("demo");
    demo(&repository);
    let dir = repository.to_str().expect("a plain path");
    let scope = ["--repo", dir, "--offline", "--at", "2026-12-05"];
    let with = |command: &[&str]| run(&[command, &scope].concat());
    let saved = folder.path().join("plan.json");
    let file = saved.to_str().expect("a plain path");

    let plan = with(&["plan", "--json"]);
    assert_eq!(json(&plan)["steps"].as_array().expect("steps").len(), 1);
    fs::write(&saved, &plan.stdout).expect("the plan is saved");
    git(&repository, &["commit", "--quiet", "--allow-empty", "--message", "Move on"]);
    let before = git(&repository, &["for-each-ref"]);
    let refused = with(&["apply", "--plan", file]);
    assert_eq!(code(&refused), 5, "{}", errors(&refused));
    assert!(errors(&refused).contains("the world has moved"), "{}", errors(&refused));
    assert_eq!(git(&repository, &["for-each-ref"]), before);

    fs::write(&saved, with(&["plan", "--json"]).stdout).expect("the plan is saved");
    let applied = with(&["apply", "--plan", file]);
    assert_eq!(code(&applied), 0, "{}", errors(&applied));
    let pulls = json(&with(&["pr", "list", "--json"]));
    assert_eq!(pulls.as_array().expect("a list").len(), 1, "{pulls}");
    assert_eq!(code(&with(&["plan"])), 3, "a person must merge");
}

#[test]
fn a_saved_plan_that_was_altered_or_is_of_another_day_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = folder.path().join("demo");
    demo(&repository);
    let dir = repository.to_str().expect("a plain path");
    let scope = ["--repo", dir, "--offline", "--at"];
    let on = |day: &str, command: &[&str]| run(&[command, &scope, &[day]].concat());
    let plan = json(&on("2026-12-05", &["plan", "--json"]));
    let file = folder.path().join("plan.json");
    let apply = |day: &str, plan: &serde_json::Value| {
        fs::write(&file, plan.to_string()).expect("the plan is saved");
        on(day, &["apply", "--plan", file.to_str().expect("a plain path")])
    };
    let state = || {
        let pulls = json(&on("2026-12-05", &["pr", "list", "--json"]));
        (git(&repository, &["for-each-ref"]), pulls, json(&on("2026-12-05", &["journal", "--json"])))
    };
    let before = state();
    let main = git(&repository, &["rev-parse", "HEAD"]);
    let with = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut plan = plan.clone();
        change(&mut plan["steps"][0]);
        plan
    };
    let rate: Option<u32> = None;
    let crates = serde_json::json!([{"name": "abacist", "version": "4.0.0", "after": []}]);
    let yank = serde_json::json!({"do": "yank", "crates": crates, "rate": rate});
    let none = serde_json::json!([]);
    let moves_main = with(&|step| {
        (step["action"]["head"], step["action"]["replaces"]) = ("main".into(), main.clone().into());
        step["preconditions"] = serde_json::json!([{"require": "branch-at", "branch": "main", "commit": main}]);
    });
    for (day, broken, plan) in [
        ("2026-12-06", "plan-of-another-day", plan.clone()),
        ("2026-12-05", "precondition-missing", with(&|step| step["preconditions"] = none.clone())),
        (
            "2026-12-05",
            "yanked-what-nothing-replaces",
            with(&|step| (step["action"], step["preconditions"]) = (yank.clone(), none.clone())),
        ),
        ("2026-12-05", "pull-request-out-of-place", moves_main),
    ] {
        let refused = apply(day, &plan);
        assert_eq!(code(&refused), 5, "{broken}: {}", errors(&refused));
        assert!(errors(&refused).contains(broken), "{broken}: {}", errors(&refused));
        assert_eq!(state(), before, "{broken}");
    }
    assert_eq!(code(&apply("2026-12-05", &plan)), 0, "as it was, it can be done");
}

#[test]
fn a_merge_and_a_run_tag_the_release_and_a_second_run_does_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = folder.path().join("demo");
    demo(&repository);
    let policy = repository.join("stationmaster.toml");
    let text = fs::read_to_string(&policy).expect("the demo has a policy");
    let crates_alone = text.split("[[artifact]]").next().expect("a text");
    fs::write(&policy, crates_alone.replace("[publish]", "[publish]\nenabled = false")).expect("the policy is written");
    let dir = repository.to_str().expect("a plain path");
    let scope = ["--repo", dir, "--offline", "--at", "2026-12-05"];
    let with = |command: &[&str]| run(&[command, &scope].concat());

    assert_eq!(code(&with(&["run"])), 3, "a person must merge");
    let merged = with(&["pr", "merge", "1", "--by", "a maintainer"]);
    assert_eq!(code(&merged), 0, "{}", errors(&merged));
    let released = with(&["run"]);
    assert_eq!(code(&released), 0, "{}", errors(&released));
    assert_eq!(git(&repository, &["tag", "--list"]), "v5.0.0");
    let tagged = git(&repository, &["show", "v5.0.0:Cargo.toml"]);
    assert!(tagged.contains("5.0.0"), "{tagged}");
    let refs = git(&repository, &["for-each-ref"]);
    assert_eq!(code(&with(&["run"])), 0);
    assert_eq!(git(&repository, &["for-each-ref"]), refs);
    assert_eq!(code(&with(&["journal", "--verify"])), 0);
}
