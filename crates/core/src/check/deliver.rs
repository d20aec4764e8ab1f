//! Files that a person puts beside a release: what the policy declares, while nobody sees the release.

use super::{Case, Invariant, Judged, attestation::lies_beside, breach, twice};
use crate::{
    model::Condition,
    step::{Deliver, Step},
};

/// Judge what is delivered.
pub(super) fn judge(case: &Case<'_>, step: &Step, it: &Deliver) -> Judged {
    let mut breaches = case.untagged(&step.version, &it.tag, None);
    let mut details = Vec::new();
    match case.forge_release(&it.tag) {
        None => details.push(format!("the forge has no release of `{}`", it.tag)),
        Some(release) if !release.hidden => details.push(format!("the release of `{}` is shown already", it.tag)),
        Some(_) => {}
    }
    let wanted = case.files_of(&step.version);
    let is_wanted = |name: &str| wanted.contains(name) || lies_beside(name, |file| wanted.contains(file));
    let strangers = it.files.iter().filter(|file| !is_wanted(&file.name));
    details.extend(strangers.map(|file| format!("the policy declares no file {} of {}", file.name, step.version)));
    breaches.extend(details.into_iter().map(|detail| breach(Invariant::ArchivesOutOfPlace, detail)));
    let needs = vec![Condition::ForgeReleaseHidden { tag: it.tag.clone(), files: it.there.clone() }];
    Judged { changes: vec![twice::release(step, &it.tag)], needs, breaches }
}
