//! From a merged release commit to a finished release, stage by stage. Each waits for the one before.
//!
//! Rules: R5.

use semver::Version;

use super::{
    archives, attestation,
    decision::Decision,
    merged::Merged,
    publish,
    situation::{Due, Situation},
};
use crate::{
    edit::notes,
    gate::{self, Door},
    model::{CommitId, Finding, ForgeReleaseDraft, Rule, TrainState, TreeFiles, WaitReason},
    policy::Rules,
    provenance,
    releases::newest_shown,
    step::{Action, CreateForgeRelease, CutBranch, CutFrom, ShowForgeRelease, Tag},
};

/// One station on the way out of a merged release: done, or what is next there.
type Stage = fn(&Situation<'_>, &Due<'_>, &Merged<'_>) -> Decision;

/// Up to the tag, which cannot be taken back.
const TO_THE_TAG: [Stage; 2] = [gates, tag];

/// From the tag to what everybody sees. That is made last: once the forge shows the release, all of these are done.
const TO_THE_FORGE: [Stage; 6] =
    [publish::crates, publish::superseded_candidates, prepare, archives::archives, attestation::attestation, show];

/// The next step of a merged release, or what it waits for: that of the first stage that is not done.
pub(super) fn leave(now: &Situation<'_>, due: &Due<'_>, merged: &Merged<'_>) -> Decision {
    let first = |stages: &[Stage]| stages.iter().map(|stage| stage(now, due, merged)).find(|it| *it != Decision::Done);
    if let Some(decision) = first(&TO_THE_TAG) {
        return decision;
    }
    if now.seen.own.is_released(&merged.tag(now)) {
        return Decision::Done;
    }
    // What the forge shows is not known: said once, and not for every release that was ever made.
    if now.seen.own.forge_releases.known().is_none() {
        return Decision::Lacking;
    }
    first(&TO_THE_FORGE).unwrap_or(Decision::Done)
}

/// How far the train is whose release leaves.
pub(super) fn state(leaves: &Decision) -> TrainState {
    if *leaves == Decision::Done { TrainState::Released } else { TrainState::Leaving }
}

/// Nothing holds it. What is tagged was let through: gates that came later are not asked.
fn gates(now: &Situation<'_>, due: &Due<'_>, merged: &Merged<'_>) -> Decision {
    let tag = merged.tag(now);
    if now.seen.own.tags.contains_key(&tag) {
        return Decision::Done;
    }
    let snapshot = now.snapshot(&merged.commit, due.rules);
    let release = (merged.version, due.rules);
    let holds = gate::holds(&now.asked(Door::Tag, release, (merged.pull(now), &merged.commit), &snapshot));
    holds.into_iter().map(|(rule, hold)| now.wait(Tag::named(&tag), merged.version, rule, hold)).collect()
}

fn tag_elsewhere(tag: &str, at: &CommitId, merged: &Merged<'_>) -> WaitReason {
    WaitReason::from(Finding {
        kind: "tag-elsewhere".into(),
        subject: tag.to_owned(),
        detail: format!(
            "the tag is on {}, but pull request #{} was merged as {}",
            at.short(),
            merged.number,
            merged.commit.short()
        ),
        help: "find out who made the tag; a published version cannot be made again, so the next patch is the way out"
            .into(),
        ..Finding::of(Rule::R2)
    })
}

fn tag(now: &Situation<'_>, _: &Due<'_>, merged: &Merged<'_>) -> Decision {
    let (tag, version) = (merged.tag(now), merged.version);
    match now.seen.own.tags.get(&tag) {
        None => {}
        Some(at) if at.commit == merged.commit => return Decision::Done,
        Some(at) => {
            return now.wait(Tag::named(&tag), version, Rule::R2, tag_elsewhere(&tag, &at.commit, merged));
        }
    }
    let project = &now.policy.project;
    let reason =
        format!("pull request #{} is merged as {}, and its checks are green", merged.number, merged.commit.short());
    let made = Tag {
        message: format!("{} {version}\n", project.name),
        tag,
        commit: merged.commit.clone(),
        identity: project.identity.clone(),
        seconds: merged.at.as_second(),
        pull_request: merged.number,
        checks: merged.pull(now).map(|pull| now.policy.required_checks(pull, now.today()).to_vec()).unwrap_or_default(),
        together: merged.together.clone(),
    };
    now.step(version, Rule::R2, reason, Action::Tag(made))
}

/// In the way of R2 a line gets its branch when it is released, so that fixes have a place to go (R7).
pub(super) fn branch_for_patches(now: &Situation<'_>, due: &Due<'_>, commit: &CommitId) -> Decision {
    let project = &now.policy.project;
    let branch = project.release_branch.with(due.version());
    let tag = project.tag.with(due.version());
    let tagged = now.seen.own.tags.get(&tag).is_some_and(|at| at.commit == *commit);
    if !tagged || now.seen.own.branches.contains_key(&branch) {
        return Decision::Done;
    }
    let reason = format!("`{tag}` is released, and its fixes need a branch to go to");
    let cut = CutBranch { branch, commit: commit.clone(), from: CutFrom::Tag(tag) };
    now.step(due.version(), Rule::R7, reason, Action::CutBranch(cut))
}

/// The release is on the forge. One with files is made hidden, and shown once they are there (R11).
fn prepare(now: &Situation<'_>, due: &Due<'_>, merged: &Merged<'_>) -> Decision {
    if merged.on_forge(now).is_some() {
        return Decision::Done;
    }
    let tag = merged.tag(now);
    let hidden = !provenance::expected_files(&now.policy.project.name, due.rules, merged.version).is_empty();
    let notes = now.files(&merged.commit).ok().and_then(|files| notes_of(files, due.rules, merged.version));
    let name = &now.policy.project.name;
    let draft = ForgeReleaseDraft {
        title: format!("{name} {}", merged.version),
        notes: notes.unwrap_or_else(|| format!("{name} {}.\n", merged.version)),
        latest: is_newest(now, merged.version),
        tag,
        prerelease: !merged.version.pre.is_empty(),
        hidden,
    };
    let reason = match hidden {
        false => "the tag and all crates are there",
        true => "the tag and all crates are there, and its files have a place to go to",
    };
    let create = CreateForgeRelease { commit: merged.commit.clone(), draft };
    now.step(merged.version, Rule::R11, reason, Action::CreateForgeRelease(create))
}

/// A hidden release, all of whose files are there, is shown.
fn show(now: &Situation<'_>, _: &Due<'_>, merged: &Merged<'_>) -> Decision {
    let Some(release) = merged.on_forge(now) else { return Decision::Lacking };
    let (tag, files) = (release.tag.clone(), release.files.clone());
    let reason = format!("all {} files are on the forge", files.len());
    let latest = is_newest(now, merged.version);
    let show = ShowForgeRelease { tag, commit: merged.commit.clone(), latest, files };
    now.step(merged.version, Rule::R11, reason, Action::ShowForgeRelease(show))
}

/// Whether no release that is shown on the forge is as new by version (X13).
fn is_newest(now: &Situation<'_>, version: &Version) -> bool {
    version.pre.is_empty() && newest_shown(&now.policy.project, now.seen).is_none_or(|(newest, _)| newest < *version)
}

fn notes_of(files: &TreeFiles, rules: &Rules, version: &Version) -> Option<String> {
    let notes = rules.notes.as_ref()?;
    notes::release_text(files.get(&notes.file)?, version)
}
