//! Whether the right account owns each crate (X12).

use std::collections::{BTreeMap, BTreeSet};

use super::{CrateFacts, breach, preflight::release};
use crate::{
    model::{Finding, Observed, Packaged},
    policy::Publish,
};

/// Crates of which it is known that the policy's owner is none of theirs, and how many could not be asked about. Crates that
/// are not among the answers are not there yet.
pub(super) fn judge(
    publish: &Publish,
    packaged: &[Packaged],
    owners: &BTreeMap<String, Observed<BTreeSet<String>>>,
) -> Vec<Finding> {
    let Some(wanted) = &publish.owner else { return Vec::new() };
    let known = packaged.iter().filter_map(|Packaged { facts, .. }| Some((facts, owners.get(&facts.name)?.known()?)));
    let lacking = known.filter(|(_, owners)| !owners.iter().any(|owner| owner.eq_ignore_ascii_case(wanted)));
    let mut found: Vec<Finding> =
        lacking.map(|(facts, owners)| not_owned(facts, wanted, owners, publish.registry.as_deref())).collect();
    found.extend(not_asked(wanted, owners));
    found
}

fn not_owned(facts: &CrateFacts, wanted: &str, owners: &BTreeSet<String>, registry: Option<&str>) -> Finding {
    let theirs: Vec<&str> = owners.iter().map(String::as_str).collect();
    let theirs = if theirs.is_empty() { "nobody does".to_owned() } else { format!("{} does", theirs.join(", ")) };
    let detail = format!("`{wanted}` does not own the crate in the registry: {theirs}");
    let registry = registry.map(|name| format!(" --registry {name}")).unwrap_or_default();
    breach(
        facts,
        "missing-owner",
        detail,
        format!("let one of its owners run `cargo owner --add {wanted} {}{registry}`", facts.name),
    )
}

/// One note for all that could not be asked: the cause is mostly one.
fn not_asked(wanted: &str, owners: &BTreeMap<String, Observed<BTreeSet<String>>>) -> Option<Finding> {
    let unknown: Vec<_> = owners
        .values()
        .filter_map(|owners| match owners {
            Observed::Unknown(why) => Some(why),
            Observed::Known(_) => None,
        })
        .collect();
    let detail = format!("whether `{wanted}` owns {} of the crates is not known: {}", unknown.len(), unknown.first()?);
    Some(release("owners-unknown", detail, "run it again where the registry can be reached"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::Severity, policy::Policy};

    fn publish(owner: &str) -> Publish {
        let text = format!(
            "preset = \"2021-merge\"\n[project]\nname = \"A\"\n[train]\nfirst = {{ version = \"1.0.0\", cut = 2026-01-05 }}\n\
             [[group]]\nname = \"a\"\nmembers = [\"*\"]\n[publish]\n{owner}"
        );
        let policy = Policy::parse(&text).unwrap_or_else(|error| panic!("{error}"));
        policy.epochs()[0].rules.publish.clone()
    }

    #[test]
    fn a_crate_that_the_account_does_not_own_is_found_and_what_was_not_asked_is_a_note() {
        let facts = |name: &str| {
            let facts = CrateFacts { name: name.to_owned(), version: "1.0.0".to_owned(), ..CrateFacts::default() };
            Packaged { facts, checksum: String::new() }
        };
        let packaged = ["ours", "theirs", "away", "new"].map(facts);
        let known = |owners: &[&str]| Observed::Known(owners.iter().map(|it| (*it).to_owned()).collect());
        let owners = BTreeMap::from([
            ("ours".to_owned(), known(&["somebody", "GitHub:Org:Team"])),
            ("theirs".to_owned(), known(&["a", "b"])),
            ("away".to_owned(), Observed::Unknown("offline".to_owned())),
        ]);
        let found = judge(&publish("owner = \"github:org:team\"\n"), &packaged, &owners);
        let words: Vec<_> = found.iter().map(|it| (it.subject.as_str(), it.kind.as_str(), it.severity)).collect();
        assert_eq!(
            words,
            [
                ("theirs 1.0.0", "missing-owner", Severity::Finding),
                ("the release", "owners-unknown", Severity::Information),
            ]
        );
        assert!(found[0].detail.ends_with("a, b does"), "{}", found[0].detail);
        assert!(found[0].help.contains("`cargo owner --add github:org:team theirs`"), "{}", found[0].help);
        assert_eq!(judge(&publish(""), &packaged, &owners), []);
        assert!(
            judge(&publish("owner = \"a\"\nregistry = \"r\"\n"), &packaged, &owners)[0]
                .help
                .contains("ours --registry r`")
        );
    }
}
