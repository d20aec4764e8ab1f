//! The dashboard: where every line and every train stands.

use std::collections::BTreeMap;

use jiff::civil::Date;
use semver::Version;
use serde::{Deserialize, Serialize};

use super::plan::WaitGroups;
use crate::{
    bump, calendar,
    facts::{Ask, Facts},
    model::{CommitId, LineName, Observed, TrainReport},
    policy::Policy,
    releases::Releases,
    step::{Plan, Step},
    workspace::Workspace,
};

/// Everything at one glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The project's name.
    pub project: String,
    /// The day that is judged.
    pub today: Date,
    /// The main branch.
    pub main: BranchStatus,
    /// Supported lines, newest first (R7, X4).
    pub supported: Vec<LineStatus>,
    /// Trains that are not at their end of life, oldest first.
    pub trains: Vec<TrainReport>,
    /// What would be done now, in order.
    pub due: Vec<Due>,
    /// What waits.
    pub waits: WaitGroups,
    /// What could not be observed, and why.
    pub unknown: Vec<Unknown>,
}

/// A branch and what it carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchStatus {
    /// Short name.
    pub branch: String,
    /// Its head; none: there is no such branch.
    pub commit: Option<CommitId>,
    /// Version by group; empty where its manifests cannot be read.
    pub groups: BTreeMap<String, Version>,
}

/// A supported line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineStatus {
    /// Its name.
    pub line: LineName,
    /// Its newest release by version; none: it should have one by the calendar, and has no tag.
    pub newest: Option<Version>,
    /// Version by group at that release; empty where its manifests cannot be read.
    pub groups: BTreeMap<String, Version>,
    /// The last day of support, where it is known.
    pub end_of_life: Option<Date>,
    /// Long-term support (X4).
    pub lts: bool,
}

/// Something to be done now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The step's name.
    pub step: String,
    /// The release that it is for.
    pub version: Version,
    /// The rule that asks for it.
    pub rule: crate::model::Rule,
    /// Why now.
    pub reason: String,
}

/// A part of the world that could not be observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

impl Status {
    /// Draw it from what is known of the world, and from its plan. Asks for the files of main and of the supported lines.
    pub fn new(policy: &Policy, ask: &Ask<'_>, plan: &Plan) -> Self {
        let seen = ask.facts();
        let commit = seen.own.branch(&policy.project.main).cloned();
        let main = BranchStatus {
            branch: policy.project.main.clone(),
            groups: commit.as_ref().map(|it| versions(ask, policy, it)).unwrap_or_default(),
            commit,
        };
        Self {
            project: policy.project.name.clone(),
            today: seen.today,
            main,
            supported: supported(policy, ask, plan),
            trains: plan.trains.clone(),
            due: plan.steps.iter().map(Due::of).collect(),
            waits: WaitGroups::of(plan),
            unknown: unknown(seen),
        }
    }
}

impl Due {
    fn of(step: &Step) -> Self {
        let (id, reason) = (step.id.to_string(), step.reason.clone());
        Self { step: id, version: step.version.clone(), rule: step.rule, reason }
    }
}

fn supported(policy: &Policy, ask: &Ask<'_>, plan: &Plan) -> Vec<LineStatus> {
    let seen = ask.facts();
    let releases = Releases::of(&policy.project, seen);
    let mut lines: Vec<LineStatus> = calendar::supported(policy, seen.today)
        .into_iter()
        .map(|line| {
            let train = plan.trains.iter().find(|train| LineName::of(&train.version) == line);
            let newest = releases.newest_of(line);
            LineStatus {
                line,
                groups: newest.as_ref().map(|(_, commit)| versions(ask, policy, commit)).unwrap_or_default(),
                newest: newest.map(|(version, _)| version.clone()),
                end_of_life: train.and_then(|train| train.end_of_life),
                lts: train.is_some_and(|train| train.lts),
            }
        })
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.line));
    lines
}

/// The version of every group in a commit, as far as its manifests can be read.
fn versions(ask: &Ask<'_>, policy: &Policy, commit: &CommitId) -> BTreeMap<String, Version> {
    let groups = &policy.on(ask.facts().today).groups;
    let files = ask.files(commit, &bump::files(policy)).ok();
    let members = files.and_then(|files| Workspace::read(files).ok()).and_then(|it| it.groups(groups).ok());
    members.into_iter().flatten().map(|group| (group.name, group.version)).collect()
}

fn unknown(seen: &Facts) -> Vec<Unknown> {
    let mut found = Vec::new();
    let mut note = |what: String, why: &str| found.push(Unknown { what, why: why.to_owned() });
    for (commit, files) in &seen.own.files {
        if let Observed::Unknown(why) = files {
            note(format!("the files of commit {}", commit.short()), why);
        }
    }
    if let Observed::Unknown(why) = &seen.own.pull_requests {
        note("pull requests".to_owned(), why);
    }
    if let Observed::Unknown(why) = &seen.own.forge_releases {
        note("releases on the forge".to_owned(), why);
    }
    // One line per reason: 58 crates that cannot be asked for are one fact.
    let mut crates: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, versions) in &seen.index {
        if let Observed::Unknown(why) = versions {
            crates.entry(why).or_default().push(name);
        }
    }
    for (why, names) in crates {
        match names.as_slice() {
            [name] => note(format!("the registry's versions of {name}"), why),
            names => note(format!("the registry's versions of {} crates", names.len()), why),
        }
    }
    found
}
