//! Refs that keep a new one from being made: git keeps `a/b` in a folder `a`, so that no ref can be called `a` beside it.

use std::collections::BTreeMap;

use crate::{
    facts::Facts,
    model::{Finding, Rule, WaitReason},
    step::NewRef,
};

/// What a person has to move before a branch or tag can be made. None: its name is free.
pub(super) fn of(seen: &Facts, made: NewRef<'_>) -> Option<WaitReason> {
    let (kind, name, other) = match made {
        NewRef::Branch(branch) => ("branch", branch, blocking(&seen.own.branches, branch)?),
        NewRef::Tag(tag) => ("tag", tag, blocking(&seen.own.tags, tag)?),
    };
    let (why, help) = match other {
        Blocking::Folder(other) => (
            format!("git cannot have both: {kind} `{other}` is in the way"),
            format!("rename or delete {kind} `{other}`"),
        ),
        Blocking::Case(other) => (
            format!("{kind} `{other}` differs from it only in case, and many file systems take the two for one"),
            format!("rename or delete {kind} `{other}`"),
        ),
    };
    Some(WaitReason::from(Finding {
        kind: format!("{kind}-in-the-way"),
        subject: other.name().to_owned(),
        detail: format!("{kind} `{name}` cannot be made: {why}"),
        help,
        ..Finding::of(Rule::R2)
    }))
}

/// A ref that stands in the way of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blocking<'r> {
    /// It has the name of a folder of the new one, or the other way around.
    Folder(&'r str),
    /// The same name in other case.
    Case(&'r str),
}

impl<'r> Blocking<'r> {
    fn name(self) -> &'r str {
        match self {
            Self::Folder(name) | Self::Case(name) => name,
        }
    }
}

fn blocking<'r, T>(refs: &'r BTreeMap<String, T>, name: &str) -> Option<Blocking<'r>> {
    let parents = name.match_indices('/').map(|(at, _)| &name[..at]);
    let above = parents.filter_map(|parent| refs.get_key_value(parent)).map(|(parent, _)| parent.as_str()).next();
    let folder = format!("{name}/");
    let below = || refs.range(folder.clone()..).next().filter(|(other, _)| other.starts_with(&folder));
    if let Some(other) = above.or_else(|| below().map(|(other, _)| other.as_str())) {
        return Some(Blocking::Folder(other));
    }
    let same = |other: &&String| other.as_str() != name && other.eq_ignore_ascii_case(name);
    refs.keys().find(same).map(|other| Blocking::Case(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(there: &[&str], name: &str, expected: Option<Blocking<'_>>) {
        let refs: BTreeMap<String, ()> = there.iter().map(|name| ((*name).to_owned(), ())).collect();
        assert_eq!(blocking(&refs, name), expected, "{there:?} {name}");
    }

    #[test]
    fn a_name_is_blocked_by_its_folders_and_by_what_lies_in_it() {
        check(&["stationmaster"], "stationmaster/release-2.0.0", Some(Blocking::Folder("stationmaster")));
        check(&["a/b"], "a/b/c/d", Some(Blocking::Folder("a/b")));
        check(&["release-1.0.0/x"], "release-1.0.0", Some(Blocking::Folder("release-1.0.0/x")));
        check(&["release-1.0.0-x", "release-1.0.0/x/y"], "release-1.0.0", Some(Blocking::Folder("release-1.0.0/x/y")));
        check(&["V2.0.0"], "v2.0.0", Some(Blocking::Case("V2.0.0")));
    }

    #[test]
    fn neighbors_and_the_name_itself_block_nothing() {
        let there = ["stationmaster-old", "stationmaster/release-1.0.0", "release-1.0.0", "main"];
        check(&there, "stationmaster/release-2.0.0", None);
        check(&there, "release-1.0.0", None);
        check(&there, "release-1.0.00", None);
    }
}
