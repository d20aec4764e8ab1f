//! `[[group]]`: packages that share a version (R1, R10).

use std::collections::HashSet;

use super::checks::{globs, required, text, values};
use crate::{
    model::Bump,
    policy::{
        VersionGroup,
        error::{Fault, Problem},
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
    for one in written {
        let Some(name) = &one.value.name else { continue };
        for other in &one.value.coupled_with {
            coupled(&name.value, other, &names, &groups)?;
        }
    }
    Ok(groups)
}

fn group(written: &At<RawGroup>) -> Result<VersionGroup, Fault> {
    let raw = &written.value;
    let name = text(raw.name.as_ref(), written.span, "group.name", "name = \"all\"")?;
    let members = required(raw.members.as_ref(), written.span, "group.members", "members = [\"*\"]")?;
    let members = globs(members)?;
    if members.iter().all(|pattern| pattern.starts_with('!')) {
        return Err(Fault::new(name.span, Problem::EmptyGroup { name: name.value.clone() }));
    }
    Ok(VersionGroup {
        name: name.value.clone(),
        members,
        step: raw.step.as_ref().map_or(Bump::Major, |step| step.value),
        coupled_with: values(&raw.coupled_with),
        unpublished: raw.unpublished.as_ref().map(|choice| choice.value).unwrap_or_default(),
    })
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
