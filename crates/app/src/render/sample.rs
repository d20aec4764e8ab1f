//! Values for the snapshot tests: a project with two trains under way.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use semver::Version;
use stationmaster_core::{
    facts::Facts,
    model::{
        CommitId, CrateRelease, Finding, LockFile, Observed, Pace, Rule, Severity, StepId, TrainReport, TrainState,
        Wait, WaitReason,
    },
    report::{
        plan::WaitGroups,
        rehearsal::{RehearsalReport, RehearsedPull, Released, ReleasedCrate},
        status::{BranchStatus, Due, LineStatus, Status, Unknown},
    },
    step::{Action, CutBranch, Plan, Publish, ShowForgeRelease, Step, Tag},
};

const TODAY: Date = date(2026, 2, 20);

fn commit(digit: char) -> CommitId {
    digit.to_string().repeat(40).parse().expect("40 hex digits")
}

fn version(major: u64) -> Version {
    Version::new(major, 0, 0)
}

fn train(major: u64, state: TrainState, month: i8) -> TrainReport {
    TrainReport {
        version: version(major),
        state,
        cut: Some(date(2026, month, 5)),
        release: Some(date(2026, month, 20)),
        end_of_life: Some(date(2026, month + 2, 20)),
        lts: major == 4,
    }
}

fn wait(major: u64, step: StepId, rule: Rule, reason: WaitReason) -> Wait {
    Wait { version: version(major), step, rule, reason }
}

pub(super) fn plan() -> Plan {
    let crates = ["demo-code", "demo"].map(|name| CrateRelease {
        name: name.to_owned(),
        version: version(5),
        after: if name == "demo" { ["demo-code".to_owned()].into() } else { [].into() },
        lock_file: LockFile::Binaries,
    });
    let publish = Publish {
        tag: Some("v5.0.0".to_owned()),
        commit: commit('a'),
        crates: crates.to_vec(),
        pace: Pace::CRATES_IO,
        expected_seconds: 1680,
    };
    let reason = "v5.0.0 is tagged and the registry lacks 2 of its 2 crates";
    let publish = Step::new(version(5), Rule::R11, reason, Action::Publish(publish));
    let merge = WaitReason::Merge {
        number: 7,
        url: None,
        title: "Bump Demo to 7.0.0".to_owned(),
        opened: date(2026, 2, 5),
        overdue: true,
    };
    let finding = Finding {
        kind: "unknown-category".to_owned(),
        subject: "demo-tool 6.0.0".to_owned(),
        detail: "`tools` is no category of the registry".to_owned(),
        help: "take a slug from the registry's list, such as `command-line-utilities`".to_owned(),
        ..Finding::of(Rule::X12)
    };
    Plan {
        today: TODAY,
        steps: vec![publish],
        waits: vec![
            wait(7, CutBranch::named("release-7.0.0"), Rule::X1, WaitReason::Date { day: date(2026, 3, 5) }),
            wait(6, Tag::named("v6.0.0"), Rule::R2, merge),
            wait(6, Publish::named("v6.0.0"), Rule::X12, finding.into()),
            wait(
                5,
                ShowForgeRelease::named("v5.0.0"),
                Rule::R11,
                WaitReason::Unknown { what: "releases on the forge".to_owned(), why: "offline".to_owned() },
            ),
        ],
        trains: vec![
            train(4, TrainState::Released, 1),
            train(5, TrainState::Leaving, 2),
            train(6, TrainState::Boarding, 3),
            train(7, TrainState::Scheduled, 4),
        ],
    }
}

pub(super) fn observation() -> Facts {
    let mut seen = Facts::of_nothing(TODAY);
    seen.own.forge_releases = Observed::Unknown("offline".to_owned());
    seen
}

pub(super) fn status() -> Status {
    let plan = plan();
    let groups = |major: u64, minor: u64| {
        [("runtime".to_owned(), version(major)), ("code".to_owned(), Version::new(0, minor, 0))].into()
    };
    let line = |major: u64, newest: Option<Version>, minor: u64| LineStatus {
        line: format!("{major}.0").parse().expect("line"),
        groups: if newest.is_some() { groups(major, minor) } else { BTreeMap::new() },
        newest,
        end_of_life: Some(date(2026, 4, 20)),
        lts: major == 4,
    };
    Status {
        project: "Demo".to_owned(),
        today: TODAY,
        main: BranchStatus { branch: "main".to_owned(), commit: Some(commit('b')), groups: groups(6, 93) },
        supported: vec![line(5, None, 92), line(4, Some(Version::new(4, 0, 1)), 91)],
        trains: plan.trains.clone(),
        due: plan
            .steps
            .iter()
            .map(|step| Due {
                step: step.id.to_string(),
                version: step.version.clone(),
                rule: step.rule,
                reason: step.reason.clone(),
            })
            .collect(),
        waits: WaitGroups::of(&plan),
        unknown: vec![Unknown { what: "the registry's versions of 2 crates".to_owned(), why: "offline".to_owned() }],
    }
}

pub(super) fn rehearsal() -> RehearsalReport {
    let released = |major: u64, day: Date| Released {
        version: version(major),
        line: format!("{major}.0").parse().expect("line"),
        date: day,
        tag: format!("v{major}.0.0"),
        commit: commit('c'),
        crates: [("demo", version(major)), ("demo-code", Version::new(0, 87 + major, 0))]
            .map(|(name, version)| ReleasedCrate { name: name.to_owned(), version, sha256: "5e".repeat(32) })
            .to_vec(),
        files: ["Cargo.lock", "Cargo.toml", "RELEASES.md"].map(str::to_owned).to_vec(),
    };
    let pull = |number: u64, major: u64, merged: Option<Date>| RehearsedPull {
        number,
        title: format!("Release Demo {major}.0.0"),
        head: format!("stationmaster/release-{major}.0.0"),
        base: "main".to_owned(),
        opened: date(2026, 1, 5),
        merged,
        files: ["Cargo.lock", "Cargo.toml"].map(str::to_owned).to_vec(),
    };
    let finding = |severity, kind: &str, subject: &str, file: Option<&str>| Finding {
        date: None,
        evidence: None,
        kind: kind.to_owned(),
        severity,
        subject: subject.to_owned(),
        detail: "`tools` is no category of the registry".to_owned(),
        help: "take a slug from the registry's list, such as `command-line-utilities`".to_owned(),
        rule: Rule::X12,
        file: file.map(str::to_owned),
        line: file.map(|_| 9),
    };
    let plan = plan();
    RehearsalReport {
        project: "Demo".to_owned(),
        repository: "demo".to_owned(),
        from: date(2026, 1, 1),
        until: date(2026, 3, 31),
        released: vec![released(4, date(2026, 1, 7)), released(5, date(2026, 2, 9))],
        findings: vec![
            finding(Severity::Finding, "unknown-category", "demo-tool 6.0.0", Some("crates/tool/Cargo.toml")),
            finding(Severity::Information, "long-keyword", "demo 4.0.0", None),
        ],
        pull_requests: vec![pull(1, 4, Some(date(2026, 1, 7))), pull(2, 6, None)],
        waits: plan.waits,
        trains: plan.trains,
        timings: [("package".to_owned(), 12.34), ("plan".to_owned(), 0.5)].into(),
        sandbox: "/sandbox".to_owned(),
    }
}
