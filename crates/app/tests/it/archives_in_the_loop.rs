//! `run` makes the archives that this machine can build, and puts them beside the hidden release.
//!
//! Rules: R11, X10.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use super::{
    binary::{code, demo_releasing, errors, git, json, stationmaster},
    build::host,
    provenance::sigstore::{Instance, OF_MAIN, OF_TAGS, SECRET},
};

/// No machine that these tests run on builds for it.
const ELSEWHERE: &str = "aarch64-apple-ios";

/// The demo, merged as 5.0.0: its command for this machine and for another, and its sources. No registry.
struct Yard {
    folder: tempfile::TempDir,
}

impl Yard {
    /// With more lines in each `[[artifact]]`, and after a change of its files.
    fn new(more: &str, change: impl FnOnce(&Self)) -> Self {
        let yard = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir(yard.path("tmp")).expect("a folder");
        let artifacts = format!(
            "[[artifact]]\nname = \"{{project}}-v{{version}}-{{arch}}-{{os}}\"\nkind = \"cli\"\npackage = \"abacist-cli\"\n\
             profile = \"dev\"\ntargets = [\"{}\", \"{ELSEWHERE}\"]\n{more}\
             [[artifact]]\nname = \"{{project}}-v{{version}}-src\"\nkind = \"source\"\n{more}",
            host()
        );
        demo_releasing(&yard.path("demo"), &artifacts);
        change(&yard);
        git(&yard.path("demo"), &["add", "--all"]);
        git(&yard.path("demo"), &["commit", "--quiet", "--message", "Release archives as well"]);
        assert_eq!(code(&yard.run(&["run"])), 3, "a person must merge");
        let merged = yard.run(&["pr", "merge", "1", "--by", "a maintainer"]);
        assert_eq!(code(&merged), 0, "{}", errors(&merged));
        yard
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, command: &[&str]) -> Command {
        let demo = self.path("demo");
        let scope = ["--repo", demo.to_str().expect("a plain path"), "--offline", "--at", "2026-12-05"];
        let mut command = stationmaster(&[command, &scope].concat());
        command.env("TMPDIR", self.path("tmp"));
        command
    }

    fn run(&self, command: &[&str]) -> Output {
        self.command(command).output().expect("it runs")
    }

    /// The same in a job of a CI that gives its word, and with the network.
    fn in_job(&self, instance: &Instance, command: &[&str]) -> Output {
        let demo = self.path("demo");
        let scope = ["--repo", demo.to_str().expect("a plain path"), "--at", "2026-12-05"];
        instance.in_job(SECRET, &[command, &scope].concat())
    }

    /// The archives that are not beside the release on the forge: the end of each name, after the version.
    fn missing(&self) -> Vec<String> {
        let empty = self.path("empty");
        fs::create_dir_all(&empty).expect("a folder");
        let output = self.run(&["deliver", "5.0.0", empty.to_str().expect("a plain path"), "--json"]);
        assert_eq!(code(&output), 0, "{}", errors(&output));
        let names = json(&output)["missing"].as_array().expect("names").clone();
        let names = names.iter().map(|name| name.as_str().expect("a name"));
        names.filter_map(|name| name.strip_prefix("abacist-v5.0.0-")).map(str::to_owned).collect()
    }

    /// Folders in which something is built.
    fn builds(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path("tmp")).expect("a folder").map(|it| it.expect("an entry").path());
        entries.filter(|path| path.to_string_lossy().contains("stationmaster-build-")).collect()
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_can_be_built_here_is_made_and_delivered_and_the_rest_is_expected_from_elsewhere() {
    let yard = Yard::new("build = \"ci\"\n", |_| ());
    let elsewhere = yard.run(&["run"]);
    assert_eq!(code(&elsewhere), 0, "others will do it: {}{}", errors(&elsewhere), said(&elsewhere));
    assert!(said(&elsewhere).contains("the policy lets only a CI make it"), "{}", said(&elsewhere));
    assert_eq!(yard.missing().len(), 3);

    // The step is shown before it is done, and names what is made here.
    let in_ci = |command: &[&str]| yard.command(command).env("CI", "true").output().expect("it runs");
    let plan = in_ci(&["plan"]);
    assert!(said(&plan).contains("build 2 archives of v5.0.0 on this machine"), "{}", said(&plan));
    let saved = in_ci(&["plan", "--json"]);
    fs::write(yard.path("plan.json"), &saved.stdout).expect("saved");
    for command in ["status", "explain"] {
        let shown = if command == "status" { in_ci(&["status"]) } else { in_ci(&["explain", "5.0.0"]) };
        assert!(said(&shown).contains("this machine can make them"), "{command}: {}", said(&shown));
        assert!(said(&shown).contains(&format!("the standard library of {ELSEWHERE} is not installed")), "{command}");
    }
    assert_eq!(yard.missing().len(), 3, "looking makes nothing");

    let path = yard.path("plan.json");
    let applied = in_ci(&["apply", "--plan", path.to_str().expect("a plain path")]);
    assert_eq!(code(&applied), 0, "{}{}", errors(&applied), said(&applied));
    assert_eq!(yard.missing(), ["aarch64-ios.tar.xz"]);
    assert!(errors(&applied).contains("put abacist-v5.0.0-src.tar.xz beside the release"), "{}", errors(&applied));
    assert_eq!(yard.builds(), Vec::<PathBuf>::new());

    let again = in_ci(&["apply", "--plan", path.to_str().expect("a plain path")]);
    assert_eq!(code(&again), 5, "the world has moved: {}", errors(&again));
    let rest = in_ci(&["run", "--json"]);
    assert_eq!(code(&rest), 0, "{}", errors(&rest));
    assert_eq!(json(&rest)["outcomes"], serde_json::json!([]));
    let waits = json(&rest)["waits"].to_string();
    assert!(waits.contains("aarch64") && waits.contains("\"for\":\"archives\""), "{waits}");
}

/// A key, and the policy's lines that name it.
fn key(yard: &tempfile::TempDir, name: &str) -> (String, String) {
    let path = yard.path().join(name);
    let path = path.to_str().expect("a plain path").to_owned();
    let made =
        stationmaster(&["key", "generate", "--out", &path]).env("STATIONMASTER_KEY_PASSWORD", "a test's").output();
    let made = made.expect("it runs");
    assert_eq!(code(&made), 0, "{}", errors(&made));
    let public = fs::read_to_string(format!("{path}.pub")).expect("a key");
    let line = public.lines().find(|line| line.starts_with("RW")).expect("a line");
    (format!("{path}.key"), format!("[provenance]\nkey = \"{line}\"\n"))
}

#[test]
fn whoever_has_the_policys_key_signs_what_is_there_and_the_release_is_shown() {
    let keys = tempfile::tempdir().expect("a folder");
    let (path, lines) = key(&keys, "release");
    let (other, _) = key(&keys, "other");
    let yard = Yard::new("", |yard| {
        let policy = yard.path("demo/stationmaster.toml");
        let text = fs::read_to_string(&policy).expect("a policy").replace(&format!(", \"{ELSEWHERE}\""), "");
        fs::write(policy, text + &lines).expect("a policy");
    });
    let without = yard.run(&["run"]);
    assert_eq!(code(&without), 3, "{}{}", errors(&without), said(&without));
    assert!(said(&without).contains("`stationmaster run --key FILE`"), "{}", said(&without));
    let sign = |file: &str| {
        let mut command = yard.command(&["run"]);
        command.env("STATIONMASTER_KEY", file).env("STATIONMASTER_KEY_PASSWORD", "a test's").output().expect("it runs")
    };
    let wrong = sign(&other);
    assert_eq!(code(&wrong), 5, "{}", errors(&wrong));
    assert!(errors(&wrong).contains("and the policy names"), "{}", errors(&wrong));
    let signed = sign(&path);
    assert_eq!(code(&signed), 0, "{}{}", errors(&signed), said(&signed));
    assert!(said(&signed).contains("done attest v5.0.0: "), "{}", said(&signed));
    assert!(said(&signed).contains("provenance.intoto.jsonl, SHA256SUMS.minisig, SHA256SUMS"), "{}", said(&signed));
    let verified = yard.run(&["verify", "5.0.0"]);
    assert_eq!(code(&verified), 0, "{}{}", errors(&verified), said(&verified));

    // By hand the same bytes come out.
    let dir = yard.path("by-hand");
    let dir = dir.to_str().expect("a plain path");
    assert_eq!(code(&yard.run(&["build", "5.0.0", "--out", dir])), 0);
    let mut attest = yard.command(&["attest", dir, "--rev", "v5.0.0", "--key", &path]);
    let attested = attest.env("STATIONMASTER_KEY_PASSWORD", "a test's").output().expect("it runs");
    assert_eq!(code(&attested), 0, "{}", errors(&attested));
    let nothing = yard.run(&["deliver", "5.0.0", dir, "--json"]);
    assert_eq!(code(&nothing), 0, "{}", errors(&nothing));
    assert_eq!(json(&nothing)["delivered"], serde_json::json!([]), "all of it is there, byte for byte");
}

/// A yard whose release an identity is to sign, with all archives on the forge.
fn to_be_signed_by(identity: &str) -> Yard {
    let yard = Yard::new("", |yard| {
        let policy = yard.path("demo/stationmaster.toml");
        let text = fs::read_to_string(&policy).expect("a policy").replace(&format!(", \"{ELSEWHERE}\""), "");
        fs::write(policy, format!("{text}[provenance]\nidentity = \"{identity}\"\n")).expect("a policy");
    });
    let elsewhere = yard.run(&["run"]);
    assert_eq!(code(&elsewhere), 3, "{}{}", errors(&elsewhere), said(&elsewhere));
    assert!(said(&elsewhere).contains("provenance.sigstore.json"), "{}", said(&elsewhere));
    yard
}

#[test]
fn in_a_job_of_the_policys_identity_the_release_is_signed_and_shown() {
    let Some(instance) = Instance::start() else { return };
    let yard = to_be_signed_by(OF_TAGS);
    let signed = yard.in_job(&instance, &["run"]);
    assert_eq!(code(&signed), 0, "{}{}", errors(&signed), said(&signed));
    assert!(said(&signed).contains("provenance.sigstore.json, SHA256SUMS"), "{}", said(&signed));
    let verified = yard.in_job(&instance, &["verify", "5.0.0"]);
    assert_eq!(code(&verified), 0, "{}{}", errors(&verified), said(&verified));
    let again = yard.in_job(&instance, &["run"]);
    assert_eq!(code(&again), 0, "{}{}", errors(&again), said(&again));
    assert!(!said(&again).contains("attest"), "it is done once: {}", said(&again));
}

#[test]
fn a_job_of_another_identity_signs_nothing_that_is_delivered() {
    let Some(instance) = Instance::start() else { return };
    let yard = to_be_signed_by(OF_MAIN);
    let refused = yard.in_job(&instance, &["run"]);
    assert_eq!(code(&refused), 4, "{}{}", errors(&refused), said(&refused));
    assert!(said(&refused).contains("it is the word of https://github.com/example/abacus"), "{}", said(&refused));
    let verified = yard.in_job(&instance, &["verify", "5.0.0", "--unsigned"]);
    assert!(said(&verified).contains("no-sums"), "nothing was delivered: {}{}", errors(&verified), said(&verified));
}

#[test]
fn where_the_policy_names_no_key_nobody_is_needed() {
    let yard = Yard::new("", |yard| {
        let policy = yard.path("demo/stationmaster.toml");
        let text = fs::read_to_string(&policy).expect("a policy").replace(&format!(", \"{ELSEWHERE}\""), "");
        fs::write(policy, text).expect("a policy");
    });
    let output = yard.run(&["run"]);
    assert_eq!(code(&output), 0, "{}{}", errors(&output), said(&output));
    let verified = yard.run(&["verify", "5.0.0", "--unsigned"]);
    assert_eq!(code(&verified), 0, "{}{}", errors(&verified), said(&verified));
}

/// A yard whose builds of the command wait until a file is there.
fn waiting() -> (Yard, PathBuf) {
    let mut gate = PathBuf::new();
    let yard = Yard::new("", |yard| {
        gate = yard.path("gate");
        let wait = format!(
            "fn main() {{ let gate = std::path::Path::new({gate:?}); while !gate.exists() && gate.parent().is_some_and(|it| it.exists()) {{ std::thread::sleep(std::time::Duration::from_millis(20)); }} }}\n"
        );
        fs::write(yard.path("demo/crates/cli/build.rs"), wait).expect("a file");
    });
    (yard, gate)
}

/// A `run` that is in the middle of a build.
fn begun(yard: &Yard) -> Child {
    let (started, left) = (Instant::now(), yard.builds());
    let child = yard.command(&["run"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
    let is_new = |folder: &PathBuf| !left.contains(folder) && folder.join("target").is_dir();
    while !yard.builds().iter().any(is_new) {
        assert!(started.elapsed() < Duration::from_secs(60), "it does not build");
        std::thread::yield_now();
    }
    child
}

#[test]
fn a_run_that_is_killed_or_told_to_stop_in_mid_build_is_run_again_and_each_archive_is_there_once() {
    let (yard, gate) = waiting();
    let mut killed = begun(&yard);
    killed.kill().expect("it is killed");
    killed.wait().expect("it is gone");
    let told = begun(&yard);
    let terminated = Command::new("kill").args(["-TERM", &told.id().to_string()]).status().expect("kill runs");
    assert!(terminated.success());
    let output = told.wait_with_output().expect("it ends");
    assert_eq!(code(&output), 4, "{}", errors(&output));
    assert!(errors(&output).contains("told to stop"), "{}", errors(&output));
    fs::write(&gate, "").expect("a file");
    let ended = yard.run(&["run"]);
    assert_eq!(code(&ended), 0, "{}{}", errors(&ended), said(&ended));
    assert_eq!(yard.missing(), ["aarch64-ios.tar.xz"]);
    assert_eq!(yard.builds(), Vec::<PathBuf>::new());
    let journal = said(&yard.run(&["journal", "--json"]));
    assert_eq!(journal.matches("abacist-v5.0.0-src.tar.xz ").count(), 1, "delivered once: {journal}");
}

#[test]
fn an_archive_that_does_not_build_is_said_so_and_the_others_are_delivered() {
    let yard = Yard::new("", |yard| {
        fs::write(yard.path("demo/crates/cli/src/main.rs"), "fn main() { nothing() }\n").expect("a file");
    });
    let output = yard.run(&["run"]);
    assert_eq!(code(&output), 4, "{}", errors(&output));
    let words = said(&output);
    assert!(words.contains("make archives of v5.0.0") && words.contains("cannot find function `nothing`"), "{words}");
    assert!(yard.missing().len() == 2 && !yard.missing().contains(&"src.tar.xz".to_owned()), "{:?}", yard.missing());
}
