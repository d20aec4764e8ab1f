//! What a rehearsal did, read from the world that it left behind, so that a rehearsal that was stopped reports the same.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use stationmaster_core::{
    bump,
    facts::Facts,
    lint::registry_rules,
    model::{
        CommitId, CrateRelease, CrateVersions, Finding, JournalEvent, JournalKind, LineName, Observed, PullRequest,
        PullRequestKind, PullRequestState, Rule, StepId, StepResult, day_of,
    },
    policy::Publish,
    report::rehearsal::{RehearsalReport, RehearsedPull, Released, ReleasedCrate, trains},
    step,
    workspace::Workspace,
};
use stationmaster_engine::{
    ports::{Journal, JournalQuery, Objects, PortError, PortResult, World},
    reconcile::Reconciled,
};

use super::Sandbox;

/// Put the report together. Timings are the caller's.
pub(crate) async fn report(
    sandbox: &Sandbox,
    repository: String,
    world: &World<'_>,
    last: &Reconciled,
) -> PortResult<RehearsalReport> {
    let seen = &last.seen;
    let pulls: Vec<&PullRequest> = seen.own.pulls().collect();
    let mut pull_requests = Vec::new();
    for pull in &pulls {
        pull_requests.push(rehearsed(sandbox, pull)?);
    }
    let (released, lacking) = released(sandbox, world, seen, &pulls).await?;
    let mut findings = findings(world.journal).await?;
    findings.extend(lacking);
    findings.extend(dev_circles(sandbox, &released).await?);
    Ok(RehearsalReport {
        project: sandbox.policy.project.name.clone(),
        repository,
        from: sandbox.from,
        until: sandbox.until,
        released,
        findings,
        pull_requests,
        waits: last.plan.waits.clone(),
        trains: trains(&sandbox.policy, sandbox.from, sandbox.until, &last.plan),
        timings: BTreeMap::new(),
        sandbox: sandbox.dir.display().to_string(),
    })
}

fn rehearsed(sandbox: &Sandbox, pull: &PullRequest) -> PortResult<RehearsedPull> {
    let merged = match &pull.state {
        PullRequestState::Merged { at, .. } => Some(day_of(*at)),
        _ => None,
    };
    Ok(RehearsedPull {
        number: pull.number,
        title: pull.title.clone(),
        head: pull.head.clone(),
        base: pull.base.clone(),
        opened: day_of(pull.opened),
        merged,
        files: changed(sandbox, &pull.head_commit)?,
    })
}

/// Paths that a commit changed.
fn changed(sandbox: &Sandbox, commit: &CommitId) -> PortResult<Vec<String>> {
    let Some(parent) = sandbox.repository.first_parent(commit)? else { return Ok(Vec::new()) };
    Ok(sandbox.repository.diff(&parent, commit)?.into_iter().map(|file| file.path).collect())
}

/// Every tag that a merged pull request of ours led to, and where crates of one are not in the index.
async fn released(
    sandbox: &Sandbox,
    world: &World<'_>,
    seen: &Facts,
    pulls: &[&PullRequest],
) -> PortResult<(Vec<Released>, Vec<Finding>)> {
    let mut released = Vec::new();
    let mut crates: Vec<(usize, CrateRelease)> = Vec::new();
    for pull in pulls {
        let PullRequestState::Merged { commit, at, .. } = &pull.state else { continue };
        let Some(version) = PullRequestKind::of_head(&pull.head).and_then(|kind| kind.releases().cloned()) else {
            continue;
        };
        let tag = sandbox.policy.project.tag.with(&version);
        if seen.own.tags.get(&tag).is_none_or(|at| at.commit != *commit) {
            continue;
        }
        let day = day_of(*at);
        let shipped = shipped(sandbox, commit, day).await?;
        let order = shipped.and_then(|(workspace, publish)| workspace.release_order(publish).ok()).unwrap_or_default();
        crates.extend(order.into_iter().map(|release| (released.len(), release)));
        released.push(Released {
            line: LineName::of(&version),
            date: day,
            tag,
            commit: commit.clone(),
            crates: Vec::new(),
            files: changed(sandbox, commit)?,
            version,
        });
    }
    let names: BTreeSet<String> = crates.iter().map(|(_, release)| release.name.clone()).collect();
    let index = world.registry.index(&names.into_iter().collect::<Vec<_>>()).await;
    let mut lacking: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (at, release) in crates {
        let name = release.name.clone();
        match in_index(&index, release)? {
            Some(found) => released[at].crates.push(found),
            None => lacking.entry(at).or_default().push(name),
        }
    }
    let lacking = lacking.into_iter().map(|(at, names)| incomplete(&released[at], &names)).collect();
    for release in &mut released {
        release.crates.sort_by(|a, b| a.name.cmp(&b.name));
    }
    released.sort_by(|a, b| (a.date, &a.version).cmp(&(b.date, &b.version)));
    Ok((released, lacking))
}

/// A release is tagged, and some of its crates were never published.
fn incomplete(release: &Released, lacking: &[String]) -> Finding {
    let all = release.crates.len() + lacking.len();
    let detail = format!("{} of its {all} crates are not in the index: {}", lacking.len(), lacking.join(", "));
    let help = "see what else was found of this release";
    finding("crates-missing", release.version.to_string(), detail, help)
}

/// The workspace that a release was made from, and the publishing rules of its day.
async fn shipped<'a>(
    sandbox: &'a Sandbox,
    commit: &CommitId,
    day: Date,
) -> PortResult<Option<(Workspace, &'a Publish)>> {
    let publish = &sandbox.policy.on(day).publish;
    let files = sandbox.repository.files(commit, &bump::files(&sandbox.policy)).await?;
    Ok(Workspace::read(&files).ok().map(|workspace| (workspace, publish)))
}

/// Circles through dev-dependencies of what was released.
async fn dev_circles(sandbox: &Sandbox, released: &[Released]) -> PortResult<Vec<Finding>> {
    let mut findings = Vec::new();
    for release in released {
        let Some((workspace, publish)) = shipped(sandbox, &release.commit, release.date).await? else { continue };
        let circles = registry_rules::dev_circles(&workspace, publish);
        let subject = release.version.to_string();
        findings.extend(circles.into_iter().map(|finding| Finding { subject: subject.clone(), ..finding }));
    }
    Ok(findings)
}

/// A crate as the index has it. None: the index lacks it.
fn in_index(
    index: &BTreeMap<String, Observed<CrateVersions>>,
    release: CrateRelease,
) -> PortResult<Option<ReleasedCrate>> {
    let versions = match index.get(&release.name) {
        Some(Observed::Known(versions)) => versions,
        Some(Observed::Unknown(why)) => {
            return Err(PortError::Failed { what: format!("reading {} in the index", release.name), why: why.clone() });
        }
        None => return Ok(None),
    };
    let entry = versions.get(&release.version);
    Ok(entry.map(|entry| ReleasedCrate {
        name: release.name,
        version: release.version,
        sha256: entry.checksum.clone(),
    }))
}

/// What gates and steps found, once each, in the order in which it was first seen.
async fn findings(journal: &dyn Journal) -> PortResult<Vec<Finding>> {
    let mut findings: Vec<Finding> = Vec::new();
    for entry in journal.find(&JournalQuery::of([JournalKind::Finding, JournalKind::Outcome])).await? {
        let finding = match entry.event {
            JournalEvent::Finding(finding) => *finding,
            JournalEvent::Outcome(outcome) => match outcome.result {
                // What failed for no fault of the release was done later, or the rehearsal would not have come to its end.
                StepResult::Failed { error, outside: false, .. } => failed(&outcome.step, error),
                _ => continue,
            },
            _ => continue,
        };
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    findings.sort_by(|a, b| {
        (a.severity, &a.subject, &a.kind, &a.detail).cmp(&(b.severity, &b.subject, &b.kind, &b.detail))
    });
    Ok(findings)
}

fn failed(step: &StepId, error: String) -> Finding {
    let (kind, help) = if step::Publish::is_called(step) {
        ("publish-failed", "fix what cargo or the registry names, on the branch, before the release")
    } else {
        ("step-failed", "fix the cause, and run the rehearsal again")
    };
    finding(kind, step.to_string(), error, help)
}

fn finding(kind: &str, subject: String, detail: String, help: &str) -> Finding {
    Finding { kind: kind.to_owned(), subject, detail, help: help.to_owned(), ..Finding::of(Rule::X12) }
}
