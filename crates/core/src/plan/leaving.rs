//! From a merged release commit to a finished release: tag, crates, forge release. Each waits for the one before.

use jiff::Timestamp;
use semver::Version;

use super::{
    archives, attestation, publish,
    situation::{Due, Situation, unknown},
};
use crate::{
    edit::notes,
    model::{
        Action, CommitId, ForgeRelease, ForgeReleaseDraft, Observed, Precondition, Rule, TrainState, TreeFiles,
        WaitReason,
    },
    policy::Rules,
    provenance,
};

/// A release, or candidate, whose pull request is merged and green.
pub(super) struct Merged<'a> {
    pub(super) version: &'a Version,
    pub(super) number: u64,
    pub(super) commit: CommitId,
    pub(super) at: Timestamp,
    /// What else must be merged and green when it is tagged (X5).
    pub(super) together: Vec<Precondition>,
}

/// Add the next step of a merged release. Says `Released` when there is none left.
pub(super) fn leave(now: &mut Situation<'_>, due: &Due<'_>, merged: &Merged<'_>) -> TrainState {
    now.leaves(merged.version);
    let tag = now.policy.project.tag.with(merged.version);
    match now.seen.tags.get(&tag) {
        None => {
            if publish::gate(now, due, merged) {
                tag_step(now, merged, tag);
            }
        }
        Some(at) if at.commit != merged.commit => {
            let reason = tag_elsewhere(&tag, &at.commit, merged);
            now.wait(format!("tag {tag}"), merged.version, Rule::R2, reason);
        }
        // The forge release is made last: where it is, all else is.
        Some(_) if now.seen.is_released(&tag) => {
            return TrainState::Released;
        }
        Some(_) if now.seen.forge_releases.known().is_none() => {}
        Some(_) => {
            if publish::crates(now, due, merged, &tag) && forge_release(now, due, merged, tag) {
                return TrainState::Released;
            }
        }
    }
    TrainState::Leaving
}

fn tag_elsewhere(tag: &str, at: &CommitId, merged: &Merged<'_>) -> WaitReason {
    WaitReason::Finding {
        kind: "tag-elsewhere".into(),
        subject: tag.to_owned(),
        detail: format!(
            "the tag is on {}, but pull request #{} was merged as {}",
            at.short(),
            merged.number,
            merged.commit.short()
        ),
        mend: "find out who made the tag; a published version cannot be made again, so the next patch is the way out"
            .into(),
    }
}

fn tag_step(now: &mut Situation<'_>, merged: &Merged<'_>, tag: String) {
    let version = merged.version;
    let project = &now.policy.project;
    let reason =
        format!("pull request #{} is merged as {}, and its checks are green", merged.number, merged.commit.short());
    let mut preconditions = vec![
        Precondition::PullRequestMerged { number: merged.number, commit: merged.commit.clone() },
        Precondition::TagAbsent { tag: tag.clone() },
    ];
    preconditions.extend(merged.together.iter().cloned());
    let action = Action::Tag {
        message: format!("{} {version}\n", project.name),
        tag: tag.clone(),
        commit: merged.commit.clone(),
        identity: project.identity.clone(),
        seconds: merged.at.as_second(),
    };
    now.step(format!("tag {tag}"), version, Rule::R2, reason, preconditions, action);
}

/// In the way of R2 a line gets its branch when it is released, so that fixes have a place to go (R7).
pub(super) fn branch_for_patches(now: &mut Situation<'_>, due: &Due<'_>, commit: &CommitId) {
    let project = &now.policy.project;
    let branch = project.release_branch.with(due.version());
    let tag = project.tag.with(due.version());
    let tagged = now.seen.tags.get(&tag).is_some_and(|at| at.commit == *commit);
    if !tagged || now.seen.branches.contains_key(&branch) {
        return;
    }
    let preconditions = vec![
        Precondition::TagAt { tag: tag.clone(), commit: commit.clone() },
        Precondition::BranchAbsent { branch: branch.clone() },
    ];
    let action = Action::CutBranch { branch: branch.clone(), commit: commit.clone() };
    let reason = format!("`{tag}` is released, and its fixes need a branch to go to");
    now.step(format!("cut {branch}"), due.version(), Rule::R7, reason, preconditions, action);
}

/// Whether the forge release is there for all to see; else its step or wait is added. One with files is made hidden, and shown
/// once they are there (R11).
fn forge_release(now: &mut Situation<'_>, due: &Due<'_>, merged: &Merged<'_>, tag: String) -> bool {
    let seen = now.seen;
    let releases = match &seen.forge_releases {
        Observed::Known(releases) => releases,
        Observed::Unknown(why) => {
            let reason = unknown("releases on the forge", why);
            now.wait(format!("release {tag}"), merged.version, Rule::R11, reason);
            return false;
        }
    };
    let wanted = provenance::expected_files(&now.policy.project.name, due.rules, merged.version);
    match releases.get(&tag) {
        Some(release) if !release.hidden => return true,
        Some(release) if !archives::archives(now, due, merged, release) => {}
        Some(release) if !attestation::attestation(now, due, merged, release, &wanted) => {}
        Some(release) => show(now, merged, release),
        None => create(now, due, merged, tag, !wanted.is_empty()),
    }
    false
}

fn create(now: &mut Situation<'_>, due: &Due<'_>, merged: &Merged<'_>, tag: String, hidden: bool) {
    let notes = now.files(&merged.commit).ok().and_then(|files| notes_of(files, due.rules, merged.version));
    let name = &now.policy.project.name;
    let draft = ForgeReleaseDraft {
        title: format!("{name} {}", merged.version),
        notes: notes.unwrap_or_else(|| format!("{name} {}.\n", merged.version)),
        latest: is_newest(now, merged.version),
        tag: tag.clone(),
        prerelease: !merged.version.pre.is_empty(),
        hidden,
    };
    let preconditions = vec![
        Precondition::TagAt { tag: tag.clone(), commit: merged.commit.clone() },
        Precondition::ForgeReleaseAbsent { tag: tag.clone() },
    ];
    let (step, reason) = match hidden {
        false => (format!("release {tag}"), "the tag and all crates are there"),
        true => (
            format!("prepare the release {tag}"),
            "the tag and all crates are there, and its files have a place to go to",
        ),
    };
    now.step(step, merged.version, Rule::R11, reason.to_owned(), preconditions, Action::CreateForgeRelease(draft));
}

/// Show a hidden release, all of whose files are there.
fn show(now: &mut Situation<'_>, merged: &Merged<'_>, release: &ForgeRelease) {
    let (tag, files) = (release.tag.clone(), release.files.clone());
    let step = format!("release {tag}");
    let preconditions = vec![
        Precondition::TagAt { tag: tag.clone(), commit: merged.commit.clone() },
        Precondition::ForgeReleaseHidden { tag: tag.clone(), files: files.clone() },
    ];
    let reason = format!("all {} files are on the forge", files.len());
    let latest = is_newest(now, merged.version);
    now.step(step, merged.version, Rule::R11, reason, preconditions, Action::ShowForgeRelease { tag, latest, files });
}

/// Whether no release that is shown on the forge is as new by version (X13).
fn is_newest(now: &Situation<'_>, version: &Version) -> bool {
    let shown = now.seen.forge_releases.known().into_iter().flat_map(|all| all.values()).filter(|it| !it.hidden);
    let versions = shown.filter_map(|release| now.policy.project.tag.version_of(&release.tag));
    let newest = versions.filter(|other| other.pre.is_empty()).max();
    version.pre.is_empty() && newest.is_none_or(|newest| newest < *version)
}

fn notes_of(files: &TreeFiles, rules: &Rules, version: &Version) -> Option<String> {
    let notes = rules.notes.as_ref()?;
    notes::release_text(files.get(&notes.file)?, version)
}
