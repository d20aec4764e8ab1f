//! The day of a release: what the index says stands before the tag at every door, and what is tagged is finished.

mod refused;

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use stationmaster_adapters::registry::embedded::{EmbeddedOptions, EmbeddedRegistry, Running};
use stationmaster_core::lint::registry_rules::RegistryLimits;
use tokio::runtime::Runtime;

use super::{
    binary::{code, demo, errors, git, json, stationmaster},
    publish::entries,
};

/// The demo, whose releases are their crates alone, and a registry.
pub(crate) struct Yard {
    folder: tempfile::TempDir,
    runtime: Runtime,
    registry: Option<Running>,
    limits: RegistryLimits,
    index: String,
    token: String,
}

impl Yard {
    /// After a change of its files.
    fn new(limits: RegistryLimits, change: impl FnOnce(&Self)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = Runtime::new().expect("a runtime");
        let mut yard = Self { folder, runtime, registry: None, limits, index: String::new(), token: String::new() };
        demo(&yard.work());
        let policy = yard.work().join("stationmaster.toml");
        let text = fs::read_to_string(&policy).expect("the demo has a policy");
        let text = text
            .split("[[artifact]]")
            .next()
            .expect("a text")
            .replace("[publish]", "[publish]\nregistry = \"station\"");
        fs::write(&policy, text).expect("written");
        change(&yard);
        yard.commit("Crates alone");
        yard.open(0);
        yard.token =
            yard.registry.as_ref().expect("open").issue_token("stationmaster").expect("a token").expose().to_owned();
        yard
    }

    /// 5.0.0 is merged, and not tagged.
    fn merged(change: impl FnOnce(&Self)) -> Self {
        let yard = Self::new(RegistryLimits::default(), change);
        let begun = yard.on(DAY, &["run"]);
        assert_eq!(code(&begun), 3, "a person must merge: {}", said(&begun));
        yard.merge(DAY, 1);
        yard
    }

    fn merge(&self, day: &str, number: u64) {
        let merged = self.on(day, &["pr", "merge", &number.to_string(), "--by", "a maintainer"]);
        assert_eq!(code(&merged), 0, "{}", errors(&merged));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn work(&self) -> PathBuf {
        self.path("demo")
    }

    /// The registry answers; on any port, or on that where it was before.
    fn open(&mut self, port: u16) {
        let options = EmbeddedOptions { port, limits: self.limits, ..EmbeddedOptions::new(self.path("registry")) };
        let running = self.runtime.block_on(EmbeddedRegistry::start(options)).expect("it starts");
        self.index.clone_from(&running.index_url);
        self.registry = Some(running);
    }

    /// It does not answer any more. Its port.
    fn close(&mut self) -> u16 {
        let running = self.registry.take().expect("it was open");
        let port = running.api_url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        self.runtime.block_on(running.stop());
        port
    }

    fn command(&self, day: &str, arguments: &[&str]) -> Command {
        let work = self.work();
        let mut command =
            stationmaster(&[arguments, &["--at", day, "--repo", work.to_str().expect("a plain path")]].concat());
        command.env("CARGO_HOME", self.path("home")).env("CARGO_REGISTRIES_STATION_INDEX", &self.index);
        command.env("CARGO_REGISTRIES_STATION_TOKEN", &self.token);
        command
    }

    fn on(&self, day: &str, arguments: &[&str]) -> Output {
        self.command(day, arguments).output().expect("it runs")
    }

    fn commit(&self, message: &str) {
        git(&self.work(), &["add", "--all"]);
        git(&self.work(), &["commit", "--quiet", "--message", message]);
    }

    fn published(&self) -> Vec<String> {
        let mut lines = Vec::new();
        entries(&self.path("registry/index"), &mut lines);
        lines.sort();
        lines
    }

    /// Where the index has a crate.
    fn entry(&self, name: &str) -> PathBuf {
        self.path("registry/index").join(&name[..2]).join(&name[2..4]).join(name)
    }

    /// The index has a version that we did not make.
    fn plant(&self, name: &str, version: &str, yanked: bool) {
        let line = serde_json::json!({
            "name": name, "vers": version, "deps": [], "features": {}, "cksum": "f".repeat(64), "yanked": yanked,
        });
        let entry = self.entry(name);
        fs::create_dir_all(entry.parent().expect("a folder")).expect("a folder");
        fs::write(entry, format!("{line}\n")).expect("written");
        let owners = self.path("registry/owners");
        fs::create_dir_all(&owners).expect("a folder");
        fs::write(owners.join(format!("{name}.json")), "[\"stationmaster\"]").expect("written");
    }

    fn uproot(&self, name: &str) {
        fs::remove_file(self.entry(name)).expect("it was planted");
        fs::remove_file(self.path("registry/owners").join(format!("{name}.json"))).expect("it was planted");
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), errors(output))
}

/// One thing that the index says against a release.
struct Case {
    kind: &'static str,
    subject: &'static str,
    why: &'static str,
    /// What it has besides.
    needs: fn(&Yard),
    spoil: fn(&Yard),
    repair: fn(&Yard),
}

const DAY: &str = "2026-12-05";

fn nothing(_: &Yard) {}

/// It needs a crate that is not its own.
fn another_crate(yard: &Yard) {
    let manifest = yard.work().join("codegen/ir/Cargo.toml");
    let text = fs::read_to_string(&manifest).expect("a manifest");
    let needs = "\n[target.'cfg(any())'.dependencies]\nother = { version = \"1\", registry = \"station\" }\n";
    fs::write(&manifest, format!("{text}{needs}")).expect("written");
}

/// Without its program.
fn libraries_alone(yard: &Yard) {
    let policy = yard.work().join("stationmaster.toml");
    let text = fs::read_to_string(&policy).expect("a policy");
    let changed = text
        .replace("[publish]\n", "[publish]\nskip = [\"abacist-cli\"]\n")
        .replace(", \"abacist-cli\", \"abacist-codegen\"]", ", \"abacist-codegen\"]");
    fs::write(&policy, changed).expect("written");
}

fn is_held(yard: &Yard, case: &Case) {
    let Case { kind, subject, why, .. } = case;
    let found = |list: &serde_json::Value| {
        let of_kind = list
            .as_array()
            .expect("findings")
            .iter()
            .find(|it| it["kind"] == *kind && it["subject"].as_str().is_some_and(|it| it.contains(subject)));
        of_kind.is_some_and(|it| it["detail"].as_str().is_some_and(|detail| detail.contains(why)))
    };
    let before = yard.published();
    for command in ["preflight", "publish"] {
        let output = yard.on(DAY, &[command, "--rev", "main", "--json"]);
        assert_eq!(code(&output), 1, "{kind}, {command}: {}", said(&output));
        assert!(found(&json(&output)["findings"]), "{kind}, {command}: {}", said(&output));
    }
    for command in ["plan", "run"] {
        let output = yard.on(DAY, &[command, "--json"]);
        assert_eq!(code(&output), 3, "{kind}, {command}: {}", said(&output));
        let waits = json(&output)["waits"].as_array().expect("waits").clone();
        let reasons: Vec<_> = waits.iter().map(|wait| wait["reason"].clone()).collect();
        assert!(found(&reasons.into()), "{kind}, {command}: {}", said(&output));
    }
    assert_eq!(git(&yard.work(), &["tag", "--list"]), "", "{kind}");
    assert_eq!(yard.published(), before, "{kind}: nothing was sent");
}

/// The index has something in the way.
fn taken() -> Vec<Case> {
    let machine = "abacist-machine 5.0.0";
    vec![
        Case {
            kind: "duplicate-version",
            subject: machine,
            why: "with other bytes",
            needs: nothing,
            spoil: |yard| yard.plant("abacist-machine", "5.0.0", false),
            repair: |yard| yard.uproot("abacist-machine"),
        },
        Case {
            kind: "duplicate-version",
            subject: machine,
            why: "5.0.0+twin, which the registry takes for the same version",
            needs: nothing,
            spoil: |yard| yard.plant("abacist-machine", "5.0.0+twin", false),
            repair: |yard| yard.uproot("abacist-machine"),
        },
        Case {
            kind: "name-taken",
            subject: machine,
            why: "`abacist_machine`",
            needs: nothing,
            spoil: |yard| yard.plant("abacist_machine", "0.1.0", false),
            repair: |yard| yard.uproot("abacist_machine"),
        },
        Case {
            kind: "yanked-version",
            subject: machine,
            why: "it is yanked",
            needs: nothing,
            spoil: |yard| {
                assert_eq!(code(&yard.on(DAY, &["publish", "--rev", "main"])), 0);
                assert_eq!(code(&yard.on(DAY, &["yank", "abacist-machine@5.0.0", "--why", "Too early."])), 0);
            },
            repair: |yard| {
                let entry = yard.entry("abacist-machine");
                let text = fs::read_to_string(&entry).expect("an entry").replace("\"yanked\":true", "\"yanked\":false");
                fs::write(entry, text).expect("written");
            },
        },
    ]
}

/// The index lacks something.
fn lacking() -> Vec<Case> {
    vec![
        Case {
            kind: "unresolved-dependency",
            subject: "abacist-ir 0.92.0",
            why: "there is no such crate",
            needs: |yard| {
                another_crate(yard);
                libraries_alone(yard);
            },
            spoil: nothing,
            repair: |yard| yard.plant("other", "1.2.0", false),
        },
        Case {
            kind: "unresolved-dependency",
            subject: "abacist-ir 0.92.0",
            why: "every version that would do is yanked",
            needs: |yard| {
                another_crate(yard);
                libraries_alone(yard);
            },
            spoil: |yard| yard.plant("other", "1.2.0", true),
            repair: |yard| yard.plant("other", "1.2.0", false),
        },
        // The crate of a program has a lock file, which cargo cannot make.
        Case {
            kind: "not-packaged",
            subject: "",
            why: "no matching package named `other` found",
            needs: another_crate,
            spoil: nothing,
            repair: |yard| yard.plant("other", "1.2.0", false),
        },
    ]
}

#[test]
fn what_the_index_says_holds_a_release_before_its_tag_at_every_door_until_it_is_fixed() {
    for case in taken().into_iter().chain(lacking()) {
        let yard = Yard::new(RegistryLimits::default(), case.needs);
        assert_eq!(code(&yard.on(DAY, &["run"])), 3, "a person must merge: {}", case.kind);
        let merge = yard.on(DAY, &["pr", "merge", "1", "--by", "a maintainer"]);
        if code(&merge) != 0 {
            // What is known to be wrong holds it at the first door already: it was right for a day.
            assert_eq!(code(&merge), 3, "{}: {}", case.kind, said(&merge));
            assert!(errors(&merge).contains("pull request 1 waits for a person to fix"), "{}", said(&merge));
            yard.plant("other", "1.2.0", false);
            yard.merge(DAY, 1);
            yard.uproot("other");
            // What was packaged that day is gone as well.
            let staging = yard.work().join(".git/stationmaster/staging");
            fs::remove_dir_all(staging).expect("it was packaged");
        }
        (case.spoil)(&yard);
        is_held(&yard, &case);
        (case.repair)(&yard);
        let output = yard.on(DAY, &["run"]);
        assert_eq!(code(&output), 0, "{}: {}", case.kind, said(&output));
        assert_eq!(git(&yard.work(), &["tag", "--list"]), "v5.0.0", "{}", case.kind);
        assert!(String::from_utf8_lossy(&output.stdout).contains("v5.0.0"), "{}", said(&output));
    }
}

/// The kinds and versions of what an audit finds.
fn audited(yard: &Yard, day: &str) -> (i32, Vec<(String, String)>) {
    let output = yard.on(day, &["audit", "--json"]);
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let found = json(&output)["findings"].as_array().expect("findings").clone();
    let breaches = found.iter().filter(|it| it["severity"] == "finding");
    (code(&output), breaches.map(|it| (text(&it["kind"]), text(&it["subject"]))).collect())
}

#[test]
fn a_tagged_release_whose_registry_was_away_is_finished_after_two_more_trains_have_passed() {
    let mut yard = Yard::merged(|_| ());
    let tags = |yard: &Yard| git(&yard.work(), &["tag", "--list"]);
    let without = yard.command(DAY, &["run"]).env("CARGO_REGISTRIES_STATION_TOKEN", "").output().expect("it runs");
    assert_eq!(
        (code(&without), tags(&yard).as_str()),
        (3, "v5.0.0"),
        "a person must bring a token: {}",
        said(&without)
    );
    assert_eq!(yard.published(), Vec::<String>::new());
    let port = yard.close();
    for (day, number) in [("2027-01-05", 2), ("2027-02-05", 3)] {
        // Every other command that asks in vain takes its time.
        assert_eq!(code(&yard.on(day, &["run", "--offline"])), 4, "{day}");
        yard.merge(day, number);
    }
    let late = "2027-03-01";
    assert_eq!((code(&yard.on(late, &["run"])), tags(&yard).as_str()), (4, "v5.0.0"));
    let planned = yard.on(late, &["plan", "--json"]);
    assert_eq!(code(&planned), 4, "{}", said(&planned));
    let waits = json(&planned)["waits"].as_array().expect("waits").clone();
    assert!(waits.iter().any(|wait| wait["step"] == "publish v5.0.0"), "{}", said(&planned));
    let explained = yard.on(late, &["explain", "5.0.0"]);
    assert_eq!(code(&explained), 4, "{}", said(&explained));
    assert!(String::from_utf8_lossy(&explained.stdout).contains("publish v5.0.0"), "{}", said(&explained));
    let (ending, found) = audited(&yard, late);
    assert_eq!(ending, 1);
    assert!(found.contains(&("unfinished-release".to_owned(), "5.0.0".to_owned())), "{found:?}");

    yard.open(port);
    let planned = json(&yard.on(late, &["plan", "--json"]));
    let steps: Vec<_> = planned["steps"].as_array().expect("steps").iter().map(|step| step["id"].clone()).collect();
    assert!(steps.contains(&"publish v5.0.0".into()), "{steps:?}");
    let finished = yard.on(late, &["run"]);
    assert_eq!(code(&finished), 0, "{}", said(&finished));
    assert_eq!((tags(&yard).as_str(), yard.published().len()), ("v5.0.0\nv6.0.0\nv7.0.0", 15), "{}", said(&finished));
    let (_, found) = audited(&yard, late);
    assert!(found.iter().all(|(kind, _)| kind != "unfinished-release"), "{found:?}");
}

#[test]
fn a_tagged_release_that_somebody_got_in_the_way_of_is_told_of_while_later_ones_go_out() {
    let yard = Yard::merged(|_| ());
    let without = yard.command(DAY, &["run"]).env("CARGO_REGISTRIES_STATION_TOKEN", "").output().expect("it runs");
    assert_eq!(code(&without), 3, "{}", said(&without));
    yard.plant("abacist-machine", "5.0.0", false);
    for (day, number) in [("2027-01-05", 2), ("2027-02-05", 3)] {
        assert_eq!(code(&yard.on(day, &["run"])), 3, "{day}");
        yard.merge(day, number);
        let output = yard.on(day, &["run", "--json"]);
        assert_eq!(code(&output), 3, "{day}: {}", said(&output));
        let waits = json(&output)["waits"].as_array().expect("waits").clone();
        let held = |wait: &&serde_json::Value| {
            wait["step"] == "publish v5.0.0" && wait["reason"]["kind"] == "duplicate-version"
        };
        assert_eq!(waits.iter().filter(held).count(), 1, "{day}: {}", said(&output));
    }
    assert_eq!(git(&yard.work(), &["tag", "--list"]), "v5.0.0\nv6.0.0\nv7.0.0");
    let late = "2027-03-01";
    let explained = yard.on(late, &["explain", "5.0.0"]);
    assert_eq!(code(&explained), 0, "{}", said(&explained));
    assert!(String::from_utf8_lossy(&explained.stdout).contains("(duplicate-version)"), "{}", said(&explained));
    let (_, found) = audited(&yard, late);
    assert!(found.contains(&("unfinished-release".to_owned(), "5.0.0".to_owned())), "{found:?}");

    // Whoever planted it takes it away.
    let entry = yard.entry("abacist-machine");
    let text = fs::read_to_string(&entry).expect("an entry");
    let kept: String =
        text.lines().filter(|line| !line.contains("\"5.0.0\"")).map(|line| format!("{line}\n")).collect();
    fs::write(entry, kept).expect("written");
    let finished = yard.on(late, &["run"]);
    assert_eq!((code(&finished), yard.published().len()), (0, 15), "{}", said(&finished));
    let (_, found) = audited(&yard, late);
    assert!(found.iter().all(|(kind, _)| kind != "unfinished-release"), "{found:?}");
}
