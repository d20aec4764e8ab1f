//! Archives of a release that is hidden on the forge: which this machine makes, and which others are expected to (R11).

use std::collections::BTreeSet;

use super::{
    decision::Decision,
    merged::Merged,
    situation::{Due, Situation},
};
use crate::{
    artifact::{Job, jobs},
    gate::Hold,
    model::{Elsewhere, ForgeRelease, Machine, Rule, WaitReason},
    policy::MadeOn,
    step::{Action, MakeArchives, ShowForgeRelease},
};

/// All archives are beside the hidden release; else the step that makes those that can be made here, and the wait for those that
/// cannot.
pub(super) fn archives(now: &Situation<'_>, due: &Due<'_>, merged: &Merged<'_>) -> Decision {
    let Some(release) = merged.on_forge(now) else { return Decision::Lacking };
    let jobs = jobs(&now.policy.project.name, due.rules, merged.version);
    let missing: Vec<Job> = jobs.into_iter().filter(|job| lacks(release, job)).collect();
    if missing.is_empty() {
        return Decision::Done;
    }
    match machine(now, due, merged, &missing) {
        Err(hold) => now.wait(MakeArchives::named(&release.tag), merged.version, Rule::R11, hold),
        Ok(machine) => {
            let (here, others): (Vec<Job>, Vec<Job>) =
                missing.into_iter().partition(|job| obstacle(machine, job).is_none());
            let expected = expect(now, merged, release, machine, &others);
            [expected, make(now, due, merged, release, here)].into_iter().collect()
        }
    }
}

/// Whether one of a job's files is not there.
fn lacks(release: &ForgeRelease, job: &Job) -> bool {
    job.assets().iter().any(|asset| !release.files.contains_key(&asset.name))
}

/// What this machine can build of a commit.
fn machine<'a>(now: &Situation<'a>, due: &Due<'_>, merged: &Merged<'_>, missing: &[Job]) -> Result<&'a Machine, Hold> {
    let snapshot = now.snapshot(&merged.commit, due.rules)?;
    let machine = now.ask.machine(&merged.commit, snapshot.workspace.folder(), missing);
    machine.map_err(|unseen| Hold::unseen("what this machine can build", unseen))
}

/// Why this machine does not make an archive by itself, in words; nothing if it does.
fn obstacle(machine: &Machine, job: &Job) -> Option<String> {
    match job.made_on() {
        MadeOn::Ci if !machine.is_ci => Some("the policy lets only a CI make it".to_owned()),
        MadeOn::Ci | MadeOn::Anywhere => machine.obstacle(job).map(|obstacle| obstacle.to_string()),
    }
}

fn expect(
    now: &Situation<'_>,
    merged: &Merged<'_>,
    release: &ForgeRelease,
    machine: &Machine,
    others: &[Job],
) -> Decision {
    let of = |job: &Job| {
        let why = obstacle(machine, job).unwrap_or_default();
        let lacking = job.assets().into_iter().filter(|asset| !release.files.contains_key(&asset.name));
        lacking.map(move |asset| Elsewhere { name: asset.name, why: why.clone() }).collect::<Vec<_>>()
    };
    let expected: Vec<Elsewhere> = others.iter().flat_map(of).collect();
    if expected.is_empty() {
        return Decision::Done;
    }
    now.wait(ShowForgeRelease::named(&release.tag), merged.version, Rule::R11, WaitReason::Archives { expected })
}

fn make(now: &Situation<'_>, due: &Due<'_>, merged: &Merged<'_>, release: &ForgeRelease, jobs: Vec<Job>) -> Decision {
    if jobs.is_empty() {
        return Decision::Done;
    }
    let tag = release.tag.clone();
    let folder = match now.snapshot(&merged.commit, due.rules) {
        Ok(snapshot) => snapshot.workspace.folder().to_owned(),
        Err(hold) => return now.wait(MakeArchives::named(&tag), merged.version, Rule::R11, hold),
    };
    let names: BTreeSet<String> = jobs.iter().flat_map(Job::assets).map(|asset| asset.name).collect();
    let missing = names.into_iter().filter(|name| !release.files.contains_key(name)).collect();
    let reason =
        format!("`{tag}` is on the forge, hidden until its archives are there, and this machine can make them");
    let made = MakeArchives { tag, commit: merged.commit.clone(), folder, jobs, missing };
    now.step(merged.version, Rule::R11, reason, Action::MakeArchives(made))
}
