//! Typed facts as sentences: what a train waits for, what ends the wait, what a step does, what must hold for it.

use semver::Version;
use stationmaster_core::{
    model::{Condition, Elsewhere, FixDecision, Precondition, TrainReport, TrainState, WaitReason},
    step::{
        Action, Attest, CreateForgeRelease, MakeArchives, OpenPullRequest, Publish, RefreshPullRequest,
        ShowForgeRelease, Step, Yanked,
    },
};

use super::style::{counted, duration};

/// That something waits, and for what; or that it does not, and why.
pub(super) fn waits(reason: &WaitReason) -> String {
    match reason {
        WaitReason::EndOfLife { .. } => format!("not waiting: {}", missing(reason)),
        _ => format!("waits for {}", missing(reason)),
    }
}

/// What is missing, as the end of "waits for ...".
pub(crate) fn missing(reason: &WaitReason) -> String {
    match reason {
        WaitReason::Date { day } => format!("{day}"),
        WaitReason::Merge { number, url, title, opened, overdue } => {
            let late = if *overdue { ", OVERDUE" } else { "" };
            let at = url.as_ref().map(|url| format!(": {url}")).unwrap_or_default();
            format!("a person to merge #{number} \"{title}\" (open since {opened}{late}){at}")
        }
        WaitReason::Reopen { number } => format!("a person to reopen #{number}, which was closed without a merge"),
        WaitReason::Checks { number, failed: true } => format!("the checks of #{number}, which have failed"),
        WaitReason::Checks { number, failed: false } => format!("the checks of #{number} to finish"),
        WaitReason::Approval { number, missing } => {
            format!("{} of #{number}", counted(*missing as usize, "more approval"))
        }
        WaitReason::Line { line, subject, standing, .. } => {
            format!("line {line}, which needs \"{subject}\" as well: {standing}")
        }
        WaitReason::EndOfLife { line, day } => format!("support for {line} ended on {day}"),
        WaitReason::Train { before } => format!("{before}, which must be released first"),
        WaitReason::Finding(it) => {
            format!("a person to fix {}: {} ({})", it.subject, it.detail, it.kind)
        }
        WaitReason::Archives { expected } => {
            format!("{} that another machine makes: {}", counted(expected.len(), "archive"), by_reason(expected))
        }
        WaitReason::Files { missing } => {
            format!("{} of the release: {}", counted(missing.len(), "file"), missing.join(", "))
        }
        WaitReason::Unknown { what, why } => format!("{what}, which could not be read: {why}"),
    }
}

/// Archives that are expected from elsewhere: those with the same reason together, in the order of the first of each.
fn by_reason(expected: &[Elsewhere]) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for Elsewhere { name, why } in expected {
        match groups.iter_mut().find(|(reason, _)| reason == why) {
            Some((_, names)) => names.push(name),
            None => groups.push((why, vec![name])),
        }
    }
    let said = groups.into_iter().map(|(why, names)| format!("{}, because {why}", names.join(", ")));
    said.collect::<Vec<_>>().join("; ")
}

/// What ends the wait: the next thing to do, as an order.
pub(crate) fn help(reason: &WaitReason) -> String {
    match reason {
        WaitReason::Date { day } => format!("nothing to do before {day}"),
        WaitReason::Merge { url: Some(url), .. } => format!("look it over and merge it at {url}"),
        WaitReason::Merge { number, url: None, .. } => {
            format!("look it over with `stationmaster pr show {number}`, then `stationmaster pr merge {number}`")
        }
        WaitReason::Reopen { number } => {
            format!("reopen #{number}, delete its branch so that a new one is opened, or take the train off the schedule")
        }
        WaitReason::Checks { number, failed: true } => {
            format!("fix what fails on #{number} and push; the checks run again")
        }
        WaitReason::Checks { .. } => "nothing to do until the checks finish".to_owned(),
        WaitReason::Approval { number, .. } => format!("approve it: `stationmaster pr approve {number}`"),
        WaitReason::Line { .. } => "all lines get the fix or none: see `stationmaster backport status`".to_owned(),
        WaitReason::EndOfLife { .. } => "to release it anyway: `stationmaster patch LINE --force WHY`".to_owned(),
        WaitReason::Train { before } => format!("see what {before} waits for: `stationmaster explain {before}`"),
        WaitReason::Finding(finding) => finding.help.clone(),
        WaitReason::Archives { .. } => {
            "run `stationmaster run` there; or `build VERSION --out DIR` there and `deliver VERSION DIR`"
                .to_owned()
        }
        WaitReason::Files { .. } => {
            "sign it with the policy's key (`stationmaster run --key FILE`) or in the CI job the policy names (`stationmaster \
             run`); or run `attest` on a folder with all files, then `deliver VERSION DIR`"
                .to_owned()
        }
        WaitReason::Unknown { .. } => "make it reachable, or run without `--offline`".to_owned(),
    }
}

/// A shorter publish is not worth a forecast, in seconds.
const SHORT: i64 = 60;

/// What a step does, and where, in one line.
pub(super) fn effect(step: &Step) -> String {
    format!("{}{}", done(&step.action), step.repository)
}

fn done(action: &Action) -> String {
    match action {
        Action::CutBranch(it) => format!("create branch {} at {}", it.branch, it.commit.short()),
        Action::OpenPullRequest(OpenPullRequest { draft, .. }) => {
            let files = counted(draft.change.files(), "file");
            format!("open a pull request \"{}\" to {} ({files} changed)", draft.title, draft.base)
        }
        Action::RefreshPullRequest(RefreshPullRequest { number, draft }) => {
            format!("rewrite #{number} \"{}\" on the new head of {}", draft.title, draft.base)
        }
        Action::Tag(it) => format!("tag {} at {}", it.tag, it.commit.short()),
        Action::Publish(Publish { crates, tag, commit, expected_seconds, .. }) => {
            let of = tag.as_deref().unwrap_or(commit.short());
            let takes = if *expected_seconds >= SHORT {
                format!(", about {}", duration(*expected_seconds))
            } else {
                String::new()
            };
            format!("publish {} of {of}{takes}", counted(crates.len(), "crate"))
        }
        Action::CreateForgeRelease(CreateForgeRelease { draft, .. }) => {
            let latest = if draft.latest { ", marked latest" } else { "" };
            match draft.hidden {
                true => {
                    format!("create the release \"{}\" on the forge, hidden until its files are there", draft.title)
                }
                false => format!("create the release \"{}\" on the forge{latest}", draft.title),
            }
        }
        Action::MakeArchives(MakeArchives { tag, jobs, .. }) => {
            let stems: Vec<&str> = jobs.iter().map(|job| job.stem.as_str()).collect();
            let archives = counted(jobs.len(), "archive");
            format!("build {archives} of {tag} on this machine and upload them to the release: {}", stems.join(", "))
        }
        Action::Attest(it) => attestation(it),
        Action::ShowForgeRelease(ShowForgeRelease { tag, latest, files, .. }) => {
            let latest = if *latest { ", marked latest" } else { "" };
            format!("show the release of {tag} on the forge with {}{latest}", counted(files.len(), "file"))
        }
        Action::MarkLatest(it) => format!("mark {} as the latest release", it.tag),
        Action::Yank(it) => match it.why {
            Yanked::Superseded => format!("yank {}", counted(it.crates.len(), "superseded crate")),
            Yanked::Asked => format!("yank {}", counted(it.crates.len(), "crate")),
        },
        Action::Deliver(it) => format!("upload {} to the release {}", counted(it.files.len(), "file"), it.tag),
    }
}

fn attestation(Attest { tag, files, key, identity, .. }: &Attest) -> String {
    let by_key = key.map(|key| format!("with key {}", key.id));
    let signers: Vec<String> = by_key.into_iter().chain(identity.iter().map(|it| format!("by {it}"))).collect();
    let signed = if signers.is_empty() { "unsigned".to_owned() } else { format!("signed {}", signers.join(" and ")) };
    format!("add SBOMs, provenance and checksums for {} to the release {tag}, {signed}", counted(files.len(), "file"))
}

/// Preconditions, in one line: many crates are one fact.
pub(super) fn conditions(preconditions: &[Precondition]) -> String {
    let mut parts = Vec::new();
    let (mut absent, mut present) = (Vec::new(), Vec::new());
    for precondition in preconditions {
        match &precondition.condition {
            Condition::CrateAbsent { name, version } => absent.push((name, version)),
            Condition::CratePresent { name, version, .. } => present.push((name, version)),
            other => parts.push(format!("{}{}", condition(other), precondition.repository)),
        }
    }
    parts.extend(crates(&absent, "not in the registry"));
    parts.extend(crates(&present, "in the registry"));
    parts.join(", ")
}

fn crates(crates: &[(&String, &Version)], place: &str) -> Option<String> {
    match crates {
        [] => None,
        [(name, version)] => Some(format!("{name} {version} is {place}")),
        many => Some(format!("{} are {place}", counted(many.len(), "crate"))),
    }
}

fn condition(condition: &Condition) -> String {
    match condition {
        Condition::BranchAt { branch, commit } => format!("branch {branch} is at {}", commit.short()),
        Condition::BranchAbsent { branch } => format!("no branch {branch}"),
        Condition::TagAt { tag, commit } => format!("tag {tag} is at {}", commit.short()),
        Condition::TagAbsent { tag } => format!("no tag {tag}"),
        Condition::PullRequestAbsent { head, merged } => match merged.last() {
            None => format!("no pull request from {head}"),
            Some(number) => format!("no pull request from {head} after #{number}"),
        },
        Condition::PullRequestOpen { number, .. } => format!("pull request #{number} is open"),
        Condition::PullRequestMerged { number, commit, .. } => {
            format!("#{number} is merged as {} and green", commit.short())
        }
        Condition::CrateAbsent { name, version } => format!("{name} {version} is not in the registry"),
        Condition::CratePresent { name, version, .. } => format!("{name} {version} is in the registry"),
        Condition::ForgeLatest { tag: Some(tag) } => format!("{tag} is the latest release on the forge"),
        Condition::ForgeLatest { tag: None } => "no release on the forge is the latest".to_owned(),
        Condition::ForgeReleaseAbsent { tag } => format!("no release for {tag} on the forge"),
        Condition::ForgeFilesAbsent { tag, names } => {
            format!("the release for {tag} is hidden on the forge and lacks {}", counted(names.len(), "file"))
        }
        Condition::ForgeReleaseHidden { tag, files } => {
            format!("the release for {tag} is hidden on the forge and has {}", counted(files.len(), "file"))
        }
    }
}

/// How far a train is, in one word.
pub(super) fn state(state: TrainState) -> &'static str {
    match state {
        TrainState::Scheduled => "scheduled",
        TrainState::Boarding => "boarding",
        TrainState::Leaving => "leaving",
        TrainState::Released => "released",
    }
}

/// The days of a train, in one line.
pub(super) fn days(train: &TrainReport) -> String {
    let mut parts = Vec::new();
    match (train.cut, train.release) {
        // Merging the bump makes the release (R2): there is one day, not two.
        (Some(bump), Some(release)) if bump == release => parts.push(format!("bump {bump}, released on its merge")),
        (cut, release) => {
            parts.extend(cut.map(|day| format!("cut {day}")));
            parts.extend(release.map(|day| format!("release {day}")));
        }
    }
    if let Some(end) = train.end_of_life {
        parts.push(format!("end of life {end}"));
    }
    if train.lts {
        parts.push("long-term support".to_owned());
    }
    parts.join(", ")
}

/// What a person decided about a fix or a patch, in one line.
pub(super) fn decision(decision: &FixDecision) -> String {
    match decision {
        FixDecision::Nominate { change, class, on_by_default, lines, why } => {
            let off = if *on_by_default { "" } else { ", off by default" };
            let also = if lines.is_empty() { String::new() } else { format!(", also for {}", names(lines)) };
            format!("nominate {} as {class}{off}{also}: {why}", change.short())
        }
        FixDecision::Withdraw { change, why } => format!("withdraw {}: {why}", change.short()),
        FixDecision::Waive { change, line, why } => format!("waive {} on {line}: {why}", change.short()),
        FixDecision::Patch { versions, forced, why } => {
            let forced = if *forced { ", past their end of life" } else { "" };
            format!("ask for {}{forced}: {why}", names(versions))
        }
    }
}

fn names<T: ToString>(all: &[T]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_from_elsewhere_are_named_with_their_reason_and_each_reason_once() {
        let archive = |name: &str, why: &str| Elsewhere { name: name.to_owned(), why: why.to_owned() };
        let (linker, library) = ("nothing here links for it", "its standard library is not installed");
        let expected = vec![archive("a", library), archive("b", linker), archive("c", library)];
        let said = missing(&WaitReason::Archives { expected });
        let wanted = "3 archives that another machine makes: a, c, because its standard library is not installed; b, because \
                      nothing here links for it";
        assert_eq!(said, wanted);
    }
}
