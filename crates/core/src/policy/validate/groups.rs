//! `[[group]]`: packages that share a version (R1, R10).

use std::collections::HashSet;

use super::checks::{glob, required, text};
use crate::{
    model::Bump,
    policy::{
        VersionGroup,
        error::{Fault, Problem},
        globs::{Members, Overlap, TooManyPairs, WALK_LIMIT, overlap},
        raw::{At, RawGroup},
    },
};

/// The groups, in the order of the text.
pub(super) fn groups(written: &[At<RawGroup>]) -> Result<Vec<VersionGroup>, Fault> {
    let groups = written.iter().map(group).collect::<Result<Vec<_>, _>>()?;
    let mut names: HashSet<&str> = HashSet::new();
    for name in written.iter().filter_map(|one| one.value.name.as_ref()) {
        if !names.insert(&name.value) {
            return Err(Fault::new(name.span, Problem::DuplicateGroup { name: name.value.clone() }));
        }
    }
    apart(written)?;
    for one in written {
        let Some(name) = &one.value.name else { continue };
        for other in one.value.coupled_with.iter().flatten() {
            coupled(&name.value, other, &names, &groups)?;
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

/// No package can be in two groups, as far as the patterns tell. The place is the later group's pattern.
fn apart(written: &[At<RawGroup>]) -> Result<(), Fault> {
    let patterns: Vec<Vec<&At<String>>> =
        written.iter().map(|group| group.value.members.iter().flatten().collect()).collect();
    let members: Vec<Members<'_>> =
        patterns.iter().map(|group| Members::of(group.iter().map(|pattern| pattern.value.as_str()))).collect();
    let found = overlap(&members).map_err(|TooManyPairs| {
        let span = written.last().and_then(|group| group.span);
        Fault::new(span, Problem::TooManyPatterns { limit: WALK_LIMIT })
    })?;
    let Some(Overlap { groups: (after, before), pattern, name }) = found else { return Ok(()) };
    let place = patterns[after].iter().find(|member| member.value == pattern);
    let called = |at: usize| written[at].value.name.as_ref().map(|name| name.value.clone()).unwrap_or_default();
    Err(Fault::new(
        place.and_then(|member| member.span),
        Problem::OverlappingGroups { first: called(before), second: called(after), witness: name },
    ))
}

fn coupled(name: &str, other: &At<String>, names: &HashSet<&str>, groups: &[VersionGroup]) -> Result<(), Fault> {
    if other.value == name {
        return Err(Fault::new(other.span, Problem::CoupledWithItself { name: name.to_owned() }));
    }
    if names.contains(other.value.as_str()) { Ok(()) } else { known_group(other, groups) }
}

/// The name is a group's.
pub(super) fn known_group(name: &At<String>, groups: &[VersionGroup]) -> Result<(), Fault> {
    if groups.iter().any(|group| group.name == name.value) {
        return Ok(());
    }
    let known = groups.iter().map(|group| group.name.clone()).collect();
    Err(Fault::new(name.span, Problem::UnknownGroup { name: name.value.clone(), known }))
}
