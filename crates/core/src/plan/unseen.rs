//! What could not be seen, where no decision has said so yet: a decision that was not even come to, for want of a pull request
//! that could not be read, must not look like nothing to do.

use std::collections::BTreeSet;

use super::{
    decision::Decision,
    lines,
    situation::{Situation, unknown},
};
use crate::{
    model::{Observed, Rule, Wait, WaitReason},
    step::Intention,
};

/// A wait for each part of the world that could not be seen, unless one of the same cause is among `waits`.
///
/// Index entries are left to the releases that need them: between two trains nobody asks for them.
pub(super) fn all_named(now: &Situation<'_>, waits: &[Wait]) -> Decision {
    let seen = now.seen;
    let mut all: Vec<(String, Rule, &str)> = Vec::new();
    if let Observed::Unknown(why) = &seen.pull_requests {
        all.push(("pull requests".to_owned(), Rule::R2, why));
    }
    if let Observed::Unknown(why) = &seen.forge_releases {
        all.push(("releases on the forge".to_owned(), Rule::R11, why));
    }
    for (commit, files) in &seen.files {
        if let Observed::Unknown(why) = files {
            all.push((format!("files of commit {}", commit.short()), Rule::R2, why));
        }
    }
    for (commit, packages) in &seen.packages {
        if let Observed::Unknown(why) = packages {
            all.push((format!("the packaged crates of commit {}", commit.short()), Rule::X12, why));
        }
    }
    let version = lines::newest_of_all(now);
    let is_named = |why: &str| {
        waits.iter().any(|wait| matches!(&wait.reason, WaitReason::Unknown { why: known, .. } if known == why))
    };
    let mut named = BTreeSet::new();
    let first = all.into_iter().filter(|(_, _, why)| !is_named(why) && named.insert(*why));
    first.map(|(what, rule, why)| now.wait(Intention::LookAt(&what), &version, rule, unknown(&what, why))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;

    use crate::{
        facts::Facts,
        model::{CommitId, Observed, WaitReason},
        plan::plan,
        policy::Policy,
    };

    const TEXT: &str = "[project]\nname = \"Demo\"\nidentity = { name = \"Bot\", email = \"bot@example.org\" }\n\n\
                        [train]\ncadence = { monthly = 5 }\nrelease = \"on-merge\"\n\
                        first = { version = \"1.0.0\", cut = 2024-12-05 }\n\n\
                        [[group]]\nname = \"demo\"\nmembers = [\"*\"]\n\n[support]\nlatest = 2\n";

    /// Long before the first train, so that nothing is due and nothing is asked.
    fn quiet() -> (Policy, Facts) {
        let policy = Policy::parse(TEXT).expect("it is sound");
        (policy, Facts::of_nothing(date(2000, 1, 1)))
    }

    fn unseen(policy: &Policy, seen: &Facts) -> Vec<String> {
        let waits = plan(policy, seen).expect("nothing is lacking").waits.into_iter();
        waits
            .filter_map(|wait| match wait.reason {
                WaitReason::Unknown { what, .. } => Some(what),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn whatever_could_not_be_seen_is_a_wait_even_where_nothing_was_to_be_decided() {
        let (policy, quiet) = quiet();
        assert!(unseen(&policy, &quiet).is_empty());
        let why = || "the disk is broken".to_owned();
        let commit: CommitId = "1".repeat(40).parse().expect("an id");
        let pulls = Facts { pull_requests: Observed::Unknown(why()), ..quiet.clone() };
        let releases = Facts { forge_releases: Observed::Unknown(why()), ..quiet.clone() };
        let fixes = Facts { decisions: Observed::Unknown(why()), ..quiet.clone() };
        let files = BTreeMap::from([(commit.clone(), Observed::Unknown(why()))]);
        let files = Facts { files, ..quiet.clone() };
        let packages = BTreeMap::from([(commit, Observed::Unknown(why()))]);
        let packages = Facts { packages, ..quiet };
        for seen in [&pulls, &releases, &fixes, &files, &packages] {
            assert_eq!(unseen(&policy, seen).len(), 1, "{seen:?}");
        }
        let both = Facts { forge_releases: Observed::Unknown(why()), ..pulls };
        assert_eq!(unseen(&policy, &both), ["pull requests"], "one cause is one line");
    }
}
