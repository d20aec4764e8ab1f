//! `preflight` and `publish` on the demo, against the embedded registry in a process of its own.
//!
//! Rules: R11, X11.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Output, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use super::{
    binary::{code, demo, errors, git, json, stationmaster},
    trusted::killed_in_ci_and_run_again,
};

/// The demo, and a registry that runs until this is dropped.
struct Yard {
    folder: tempfile::TempDir,
    registry: Child,
    index: String,
    token: String,
}

impl Drop for Yard {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to stop.
        let _ = self.registry.kill();
        let _ = self.registry.wait();
    }
}

impl Yard {
    fn new() -> Self {
        Self::serving(&[])
    }

    /// With these arguments for the registry.
    fn serving(more: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        demo(&folder.path().join("demo"));
        let path = |name: &str| folder.path().join(name).to_str().expect("a plain path").to_owned();
        let (dir, file) = (path("registry"), path("token"));
        let mut registry = stationmaster(&["registry", "serve", "--offline", "--dir", &dir, "--token-file", &file])
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the registry starts");
        let said = BufReader::new(registry.stdout.take().expect("its words"));
        let first = said.lines().next().expect("a line").expect("text");
        let index = first.rsplit(' ').next().expect("the index").to_owned();
        let token = fs::read_to_string(file).expect("a token").trim().to_owned();
        Self { folder, registry, index, token }
    }

    fn demo(&self) -> PathBuf {
        self.folder.path().join("demo")
    }

    fn command(&self, command: &str, more: &[&str]) -> std::process::Command {
        let demo = self.demo();
        let mut arguments = vec![command, "--repo", demo.to_str().expect("a plain path"), "--registry", &self.index];
        arguments.extend(more);
        let mut command = stationmaster(&arguments);
        command.env("CARGO_REGISTRY_TOKEN", &self.token);
        command
    }

    fn run(&self, command: &str, more: &[&str]) -> Output {
        self.command(command, more).output().expect("it runs")
    }

    /// Name and checksum of every version in the registry's index, sorted.
    fn published(&self) -> Vec<String> {
        let mut lines = Vec::new();
        entries(&self.folder.path().join("registry/index"), &mut lines);
        lines.sort();
        lines
    }

    /// A person gets another token, and puts it where the old one was.
    fn bring_a_token(&mut self) {
        let dir = self.folder.path().join("registry");
        let dir = dir.to_str().expect("a plain path");
        let output =
            stationmaster(&["registry", "account", "add", "stationmaster", "--dir", dir]).output().expect("it runs");
        assert_eq!(code(&output), 0, "{}", errors(&output));
        self.token = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    }

    fn commit(&self, message: &str) {
        git(&self.demo(), &["add", "--all"]);
        git(&self.demo(), &["commit", "--quiet", "--message", message]);
    }
}

pub(crate) fn entries(folder: &Path, lines: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            entries(&path, lines);
        } else {
            // A file that is being written is gone under this name a moment later.
            let text = fs::read_to_string(path).unwrap_or_default();
            lines.extend(text.lines().map(str::to_owned));
        }
    }
}

#[test]
fn what_is_missing_is_published_once_and_a_second_run_finds_all_there() {
    let yard = Yard::new();
    let first = yard.run("publish", &["--json"]);
    assert_eq!(code(&first), 0, "{}", errors(&first));
    let names = |output: &Output, was_there: bool| -> Vec<String> {
        let crates = json(output)["crates"].as_array().expect("crates").clone();
        let wanted = crates.iter().filter(|it| it["was_there"] == was_there);
        wanted.map(|it| it["name"].as_str().expect("a name").to_owned()).collect()
    };
    let all = ["abacist-ir", "abacist-codegen", "abacist-machine", "abacist", "abacist-cli"];
    assert_eq!(names(&first, false), all);
    let index = yard.published();
    assert_eq!(index.len(), all.len());
    let second = yard.run("publish", &["--json"]);
    assert_eq!(code(&second), 0, "{}", errors(&second));
    assert_eq!(names(&second, true), all);
    assert_eq!(yard.published(), index);
}

/// Kill a publish when the index shows so many crates, and run it again, with another token each time that it says to get one.
/// How often it did.
fn kill_and_resume(yard: &mut Yard, out: usize, calm: &[String], told: &str) -> usize {
    let mut command = yard.command("publish", &[]);
    let mut killed = command.stderr(Stdio::null()).stdout(Stdio::null()).spawn().expect("it starts");
    while yard.published().len() < out && killed.try_wait().expect("it is ours").is_none() {
        thread::yield_now();
    }
    killed.kill().expect("it is ours");
    killed.wait().expect("it ends");
    let mut tokens = 0;
    let mut again = yard.run("publish", &[]);
    while code(&again) == 3 && tokens < 2 * calm.len() {
        let said = errors(&again);
        assert!(said.contains("was refused for this token: authentication failed: this token has ended"), "{said}");
        assert!(said.contains("hint: if the token from the variable CARGO_REGISTRY_TOKEN has ended"), "{said}");
        assert!(!said.contains(&yard.token), "{said}");
        yard.bring_a_token();
        tokens += 1;
        again = yard.run("publish", &[]);
    }
    assert_eq!(code(&again), 0, "killed with {out} crates out, {told}: {}", errors(&again));
    assert_eq!(yard.published(), calm, "killed with {out} crates out, {told}");
    tokens
}

fn calm() -> Vec<String> {
    let calm = Yard::new();
    assert_eq!(code(&calm.run("publish", &[])), 0);
    calm.published()
}

#[test]
fn a_process_that_is_killed_between_any_two_crates_is_run_again_and_nothing_is_doubled() {
    let calm = calm();
    for out in 0..=calm.len() {
        assert_eq!(kill_and_resume(&mut Yard::new(), out, &calm, "fair weather"), 0);
    }
}

#[test]
fn fifty_processes_that_are_killed_in_bad_weather_are_run_again_and_the_index_is_right() {
    const LANES: u64 = 10;
    let calm = calm();
    let tokens = AtomicUsize::new(0);
    thread::scope(|scope| {
        for lane in 0..LANES {
            let (calm, tokens) = (&calm, &tokens);
            scope.spawn(move || {
                // Most of the time passes in pauses: ten at once share two cores well.
                for seed in (lane..50).step_by(LANES as usize) {
                    let out = seed as usize % (calm.len() + 1);
                    if lane == 0 {
                        killed_in_ci_and_run_again(seed, out);
                        continue;
                    }
                    let mut yard = Yard::serving(&["--faults", &seed.to_string()]);
                    let brought = kill_and_resume(&mut yard, out, calm, &format!("weather {seed}"));
                    tokens.fetch_add(brought, Ordering::Relaxed);
                }
            });
        }
    });
    assert!(tokens.into_inner() > 10, "tokens ended on the way");
}

#[test]
fn a_version_that_somebody_else_published_stops_everything() {
    let yard = Yard::new();
    assert_eq!(code(&yard.run("publish", &[])), 0);
    let index = yard.published();
    fs::write(yard.demo().join("codegen/ir/src/lib.rs"), "//! Not what was published.\n").expect("a file");
    yard.commit("Change what is out");
    let output = yard.run("publish", &[]);
    assert_eq!(code(&output), 1, "{}", errors(&output));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("duplicate-version") && said.contains("nothing was uploaded"), "{said}");
    assert_eq!(yard.published(), index);
}

#[test]
fn with_a_wrong_token_nothing_is_published_and_it_is_not_shown() {
    let yard = Yard::new();
    let output = yard.command("publish", &[]).env("CARGO_REGISTRY_TOKEN", "not-the-token").output().expect("it runs");
    let said = errors(&output);
    assert_eq!(code(&output), 3, "{said}");
    assert!(said.contains("authentication failed") && !said.contains("not-the-token"), "{said}");
    assert_eq!(yard.published(), Vec::<String>::new());
}

#[test]
fn without_a_token_nothing_is_packaged_and_where_all_is_published_none_is_needed() {
    let yard = Yard::new();
    let without = || {
        let mut command = yard.command("publish", &[]);
        command.env("CARGO_REGISTRY_TOKEN", "").env("CARGO_HOME", yard.folder.path().join("no-cargo"));
        command.output().expect("it runs")
    };
    let output = without();
    assert_eq!(code(&output), 3, "{}", errors(&output));
    assert!(errors(&output).contains("there is none: neither the environment nor"), "{}", errors(&output));
    assert!(errors(&output).contains("hint: set CARGO_REGISTRY_TOKEN, or name this index"), "{}", errors(&output));
    let staging = yard.demo().join(".git/stationmaster/staging");
    assert!(!staging.exists(), "nothing is packaged for nothing");
    assert_eq!(yard.published(), Vec::<String>::new());
    assert_eq!(code(&yard.run("publish", &[])), 0);
    assert!(staging.exists());
    let output = without();
    assert_eq!(code(&output), 0, "{}", errors(&output));
}

#[test]
fn what_the_registry_would_refuse_is_found_with_its_place_and_nothing_is_uploaded() {
    let yard = Yard::new();
    let manifest = yard.demo().join("crates/cli/Cargo.toml");
    let text = fs::read_to_string(&manifest).expect("a manifest");
    let line = text.lines().position(|line| line.starts_with("categories")).expect("categories") + 1;
    let changed: Vec<&str> =
        text.lines().map(|it| if it.starts_with("categories") { "categories = [\"toolz\"]" } else { it }).collect();
    fs::write(&manifest, changed.join("\n") + "\n").expect("a file");
    fs::remove_file(yard.demo().join("crates/abacist/README.md")).expect("a readme");
    yard.commit("Spoil it");
    let output = yard.run("preflight", &["--json"]);
    assert_eq!(code(&output), 1, "{}", errors(&output));
    let found = json(&output)["findings"].as_array().expect("findings").clone();
    let kinds: Vec<_> = found.iter().filter(|it| it["severity"] == "finding").map(|it| it["kind"].clone()).collect();
    assert_eq!(kinds, ["missing-readme", "unknown-category", "not-packaged"]);
    assert_eq!(
        (found[1]["file"].as_str(), found[1]["line"].as_u64()),
        (Some("crates/cli/Cargo.toml"), Some(line as u64))
    );
    let published = yard.run("publish", &["--json"]);
    let demo = yard.demo();
    let stage = ["stage", "--rev", "main", "--json", "--repo", demo.to_str().expect("a plain path")];
    let staged = stationmaster(&stage).output().expect("it runs");
    for output in [published, staged] {
        assert_eq!(code(&output), 1, "{}", errors(&output));
        let found = json(&output)["findings"].as_array().expect("findings").clone();
        assert!(found.iter().any(|it| it["kind"] == "not-packaged"), "{found:?}");
    }
    assert_eq!(yard.published(), Vec::<String>::new());
}

#[test]
fn addresses_in_a_readme_that_the_registry_will_break_are_named_with_their_place_and_hinder_nothing() {
    let yard = Yard::new();
    let readme = yard.demo().join("crates/cli/README.md");
    let text = fs::read_to_string(&readme).expect("a readme");
    let line = text.lines().count() + 2;
    fs::write(&readme, format!("{text}\nSee [the grammar](docs/grammar.md) and <img src=\"logo.png\">.\n"))
        .expect("a file");
    yard.commit("Link what is near");
    let output = yard.run("preflight", &["--json"]);
    assert!(
        !String::from_utf8_lossy(&output.stdout).contains("broken-link"),
        "crates.io completes them in their folder"
    );
    let root = yard.demo().join("Cargo.toml");
    let text = fs::read_to_string(&root).expect("a manifest");
    fs::write(&root, text.replace("https://github.com/", "https://git.example.org/")).expect("a file");
    yard.commit("Move to a place that crates.io does not know");
    let output = yard.run("preflight", &["--json"]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    let found = json(&output)["findings"].as_array().expect("findings").clone();
    let ours: Vec<_> = found.iter().filter(|it| it["subject"] == "abacist-cli 4.0.0").collect();
    assert_eq!(ours.len(), 1, "{found:?}");
    assert_eq!((ours[0]["kind"].as_str(), ours[0]["rule"].as_str()), (Some("broken-link"), Some("X12")));
    let place = (ours[0]["file"].as_str(), ours[0]["line"].as_u64());
    assert_eq!(place, (Some("crates/cli/README.md"), Some(line as u64)));
    let detail = ours[0]["detail"].as_str().expect("a detail");
    assert!(detail.contains("`docs/grammar.md`, `logo.png` will not work"), "{detail}");
    assert_eq!(code(&yard.run("publish", &[])), 0);
}

#[test]
fn a_sound_release_passes_with_a_forecast() {
    let yard = Yard::new();
    let output = yard.run("preflight", &["--json"]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    assert_eq!(json(&output)["forecast"]["new-crates"], 5);
    assert_eq!(code(&yard.run("publish", &[])), 0);
    let output = yard.run("preflight", &["--json"]);
    let kinds: Vec<_> =
        json(&output)["findings"].as_array().expect("findings").iter().map(|it| it["kind"].clone()).collect();
    assert_eq!(kinds, ["already-published"; 5]);
}

#[test]
fn a_version_is_withdrawn_with_a_reason_and_again_without_harm() {
    let yard = Yard::new();
    assert_eq!(code(&yard.run("publish", &[])), 0);
    let yanked = || yard.published().iter().filter(|line| line.contains("\"yanked\":true")).count();
    assert_eq!(code(&yard.run("yank", &["abacist@4.0.0"])), 2, "a reason is asked for");
    for _ in 0..2 {
        let output = yard.run("yank", &["abacist@4.0.0", "--why", "It loses digits."]);
        assert_eq!(code(&output), 0, "{}", errors(&output));
        assert_eq!(yanked(), 1);
    }
    assert_eq!(code(&yard.run("yank", &["abacist@9.0.0", "--why", "Never was."])), 5);
    assert_eq!(code(&yard.run("yank", &["--rev", "main", "--why", "All of it."])), 0);
    assert_eq!(yanked(), 5);
    let journal =
        stationmaster(&["journal", "--repo", yard.demo().to_str().expect("a plain path")]).output().expect("runs");
    assert!(String::from_utf8_lossy(&journal.stdout).contains("It loses digits."));
}

#[test]
fn a_release_is_staged_in_order_by_its_tag_and_only_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let work = folder.path().join("demo");
    demo(&work);
    let stage = |more: &[&str]| {
        let mut arguments = vec!["stage", "--offline", "--repo", work.to_str().expect("a plain path")];
        arguments.extend(more);
        stationmaster(&arguments).output().expect("it runs")
    };
    let unknown = stage(&["4.0.0"]);
    assert_eq!(code(&unknown), 2);
    assert!(errors(&unknown).contains("neither tagged (`v4.0.0`) nor proposed"), "{}", errors(&unknown));
    git(&work, &["tag", "v4.0.0"]);
    let (first, again) = (json(&stage(&["4.0.0", "--json"])), json(&stage(&["--rev", "main", "--json"])));
    assert_eq!(first, again);
    let names: Vec<_> = first["crates"].as_array().expect("crates").iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, ["abacist-ir", "abacist-codegen", "abacist-machine", "abacist", "abacist-cli"]);
    let path = first["crates"][0]["path"].as_str().expect("a path");
    assert_eq!(fs::metadata(path).expect("the file").len(), first["crates"][0]["size"].as_u64().expect("its size"));
}
