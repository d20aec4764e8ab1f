//! `[[group]]`: packages that share a version (R1, R10).

use super::checks::{glob, required, text};
use crate::{
    model::Bump,
    policy::{
        VersionGroup,
        error::{Fault, Problem},
        globs::{Members, overlap},
        raw::{At, RawGroup},
    },
};

/// The groups, in the order of the text.
pub(super) fn groups(written: &[At<RawGroup>]) -> Result<Vec<VersionGroup>, Fault> {
    let groups = written.iter().map(group).collect::<Result<Vec<_>, _>>()?;
    for (at, one) in written.iter().enumerate() {
        let Some(name) = &one.value.name else { continue };
        if groups[..at].iter().any(|other| other.name == name.value) {
            return Err(Fault::new(name.span, Problem::DuplicateGroup { name: name.value.clone() }));
        }
        for before in &written[..at] {
            apart(before, one)?;
        }
        for other in one.value.coupled_with.iter().flatten() {
            coupled(&name.value, other, &groups)?;
        }
    }
    Ok(groups)
}

fn group(written: &At<RawGroup>) -> Result<VersionGroup, Fault> {
    let raw = &written.value;
    let name = text(raw.name.as_ref(), written.span, "group.name", "name = \"all\"")?;
    let members = required(raw.members.as_ref(), written.span, "group.members", "members = [\"*\"]")?;
    members.iter().try_for_each(glob)?;
    if members.iter().all(|pattern| pattern.value.starts_with('!')) {
        return Err(Fault::new(name.span, Problem::EmptyGroup { name: name.value }));
    }
    Ok(VersionGroup {
        name: name.value,
        members: members.iter().map(|pattern| pattern.value.clone()).collect(),
        step: raw.step.as_ref().map_or(Bump::Major, |step| step.value),
        coupled_with: raw.coupled_with.iter().flatten().map(|other| other.value.clone()).collect(),
        unpublished: raw.unpublished.as_ref().map(|choice| choice.value).unwrap_or_default(),
    })
}

/// No package can be in both, as far as the patterns tell. The place is the later group's pattern.
fn apart(before: &At<RawGroup>, after: &At<RawGroup>) -> Result<(), Fault> {
    let (Some(first), Some(second)) = (&before.value.name, &after.value.name) else { return Ok(()) };
    let (ours, theirs) = (members(&after.value), members(&before.value));
    let Some((pattern, witness)) = overlap(&ours, &theirs) else { return Ok(()) };
    let place = after.value.members.iter().flatten().find(|member| member.value == pattern);
    Err(Fault::new(
        place.and_then(|member| member.span),
        Problem::OverlappingGroups { first: first.value.clone(), second: second.value.clone(), witness },
    ))
}

fn members(raw: &RawGroup) -> Members<'_> {
    let patterns = || raw.members.iter().flatten().map(|member| member.value.as_str());
    Members {
        includes: patterns().filter(|pattern| !pattern.starts_with('!')).collect(),
        excludes: patterns().filter_map(|pattern| pattern.strip_prefix('!')).collect(),
    }
}

fn coupled(name: &str, other: &At<String>, groups: &[VersionGroup]) -> Result<(), Fault> {
    if other.value == name {
        return Err(Fault::new(other.span, Problem::CoupledWithItself { name: name.to_owned() }));
    }
    known_group(other, groups)
}

/// The name is a group's.
pub(super) fn known_group(name: &At<String>, groups: &[VersionGroup]) -> Result<(), Fault> {
    if groups.iter().any(|group| group.name == name.value) {
        return Ok(());
    }
    let known = groups.iter().map(|group| group.name.clone()).collect();
    Err(Fault::new(name.span, Problem::UnknownGroup { name: name.value.clone(), known }))
}
