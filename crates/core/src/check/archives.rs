//! Archives of a release: only the policy's, and only between the crates and the day on which the release is shown.

use std::collections::BTreeSet;

use semver::Version;

use super::{Case, Invariant, Judged, breach};
use crate::{
    model::{Condition, ForgeRelease, Job, Observed},
    policy::MadeOn,
    step::{MakeArchives, Step},
};

/// Archives are made of what is tagged, for a release that is hidden on the forge and lacks them; each of them is one that the
/// policy declares (R11).
pub(super) fn judge(case: &Case<'_>, step: &Step, made: &MakeArchives) -> Judged {
    let release = case.forge_release(&made.tag);
    let mut names: BTreeSet<String> = made.jobs.iter().flat_map(Job::assets).map(|asset| asset.name).collect();
    let changes = names.iter().cloned().collect();
    names.retain(|name| release.is_none_or(|release| !release.files.contains_key(name)));
    let needs = vec![
        Condition::TagAt { tag: made.tag.to_owned(), commit: made.commit.clone() },
        Condition::ForgeFilesAbsent { tag: made.tag.to_owned(), names },
    ];
    let mut breaches = case.untagged(&step.version, &made.tag, Some(&made.commit));
    breaches.extend(case.crate_missing(&step.version, &made.commit));
    let strangers = made.jobs.iter().filter(|job| !is_declared(case, job, &step.version));
    let strangers = strangers.map(|job| format!("the policy declares no archive {} like this one", job.stem));
    let details = not_lacking(made, release).into_iter().chain(strangers).chain(elsewhere(case, made));
    breaches.extend(details.map(|detail| breach(Invariant::ArchivesOutOfPlace, detail)));
    Judged { changes, needs, breaches }
}

/// The forge has no hidden release, or one that has the archives.
fn not_lacking(made: &MakeArchives, release: Option<&ForgeRelease>) -> Vec<String> {
    match release {
        None => vec![format!("the forge has no release of `{}`", made.tag)],
        Some(release) if !release.hidden => vec![format!("the release of `{}` is shown already", made.tag)],
        Some(release) => {
            let whole = |job: &&Job| job.assets().iter().all(|asset| release.files.contains_key(&asset.name));
            made.jobs.iter().filter(whole).map(|job| format!("the forge has {} already", job.stem)).collect()
        }
    }
}

/// The policy's rules that the release leaves by have it, for this target, under this name, packed like this.
pub(super) fn is_declared(case: &Case<'_>, job: &Job, version: &Version) -> bool {
    let project = &case.policy.project.name;
    case.rules_of(version).artifacts.iter().any(|artifact| {
        job.is_of(artifact)
            && artifact.targets().iter().any(|target| {
                *target == job.target.as_deref()
                    && artifact.stem(project, version, *target) == job.stem
                    && artifact.formats_for(*target) == job.formats
            })
    })
}

/// They would be made of another folder, or on a machine that the policy does not let make them.
fn elsewhere(case: &Case<'_>, made: &MakeArchives) -> Vec<String> {
    let folder = match case.workspace(&made.commit) {
        Ok(workspace) if workspace.folder() == made.folder => None,
        Ok(workspace) => Some(format!("the workspace is in `{}`, and not in `{}`", workspace.folder(), made.folder)),
        Err(why) => Some(format!("where the workspace of {} is, is not known: {why}", made.commit.short())),
    };
    let is_ci = case.seen.own.machines.get(&made.commit).and_then(Observed::known).is_some_and(|machine| machine.is_ci);
    let kept = made.jobs.iter().filter(|job| job.made_on() == MadeOn::Ci && !is_ci);
    let kept = kept.map(|job| format!("the policy lets only a CI make {}", job.stem));
    folder.into_iter().chain(kept).collect()
}
