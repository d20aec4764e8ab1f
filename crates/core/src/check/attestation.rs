//! What is said of a release's files: of all of them, as they lie on the forge, with the right key, before anybody sees them.

use super::{Case, Invariant, Judged, archives, breach, twice};
use crate::{
    model::{Condition, Job},
    step::{Attest, Step},
};

/// A release is attested when it is hidden and has all archives that the policy declares, over the very digests that the forge
/// has, and with the key and the identity that the policy names, if it names any (X10).
pub(super) fn judge(case: &Case<'_>, step: &Step, said: &Attest) -> Judged {
    let tag = &said.tag;
    let mut needs = vec![Condition::TagAt { tag: tag.clone(), commit: said.commit.clone() }];
    let mut breaches = case.untagged(&step.version, tag, Some(&said.commit));
    breaches.extend(case.crate_missing(&step.version, &said.commit));
    let mut details = not_the_policys(case, step, said);
    match case.forge_release(tag).filter(|release| release.hidden) {
        None => details.push(format!("the forge has no hidden release of `{tag}`")),
        Some(release) => {
            let files = release.files.clone();
            let other = said.files.iter().any(|(name, digest)| files.get(name) != Some(digest));
            let forgotten = files
                .keys()
                .any(|name| !said.files.contains_key(name) && !lies_beside(name, |file| files.contains_key(file)));
            if other || forgotten {
                details.push(format!("the files of `{tag}` are not those on the forge"));
            }
            needs.push(Condition::ForgeReleaseHidden { tag: tag.clone(), files });
        }
    }
    breaches.extend(details.into_iter().map(|detail| breach(Invariant::AttestedOtherwise, detail)));
    Judged { changes: vec![twice::release(step, tag)], needs, breaches }
}

fn not_the_policys(case: &Case<'_>, step: &Step, said: &Attest) -> Vec<String> {
    let (version, rules) = (&step.version, case.rules_of(&step.version));
    let wanted = &rules.provenance;
    let mut wrong = Vec::new();
    if wanted.key.is_some() && wanted.key != said.key {
        wrong.push(format!("the policy wants `{}` signed with its key", said.tag));
    }
    if said.key.is_some() && said.key != case.seen.key {
        wrong.push("the key to sign with is not the one that is here".to_owned());
    }
    if wanted.identity != said.identity {
        wrong.push(format!("the policy wants another identity's word for `{}`", said.tag));
    }
    if said.project != case.policy.project.name {
        wrong.push(format!("the project is called {}, and not {}", case.policy.project.name, said.project));
    }
    if said.policy != case.seen.policy || said.tool != case.seen.tool {
        wrong.push("it would name another policy, or another version of Stationmaster".to_owned());
    }
    let all: usize = rules.artifacts.iter().map(|artifact| artifact.targets().len()).sum();
    let declared = said.jobs.iter().filter(|job| archives::is_declared(case, job, version)).count();
    if declared != said.jobs.len() || declared != all {
        wrong.push(format!("the policy declares other archives of {version}"));
    }
    let missing = said.jobs.iter().flat_map(Job::assets).find(|asset| !said.files.contains_key(&asset.name));
    wrong.extend(missing.map(|asset| format!("{} is missing", asset.name)));
    wrong
}

/// Whether a file may be one that is made of the others: their sums, what says where they are from, what is in one of them.
pub(super) fn lies_beside(name: &str, is_there: impl Fn(&str) -> bool) -> bool {
    let told_of = name.strip_suffix(".cdx.json").is_some_and(is_there);
    told_of || name.starts_with("SHA256SUMS") || name.starts_with("provenance.")
}
