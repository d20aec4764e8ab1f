//! What could not be seen, where no decision has said so yet: a decision that was not even come to, for want of a pull request
//! that could not be read, must not look like nothing to do.

use std::collections::BTreeSet;

use super::{
    decision::Decision,
    lines,
    situation::{Situation, unknown},
};
use crate::{
    facts::RepositoryFacts,
    model::{Observed, RepositoryId, Rule, Wait, WaitReason},
    step::Intention,
};

/// A wait for each part of the world that could not be seen, unless one of the same cause is among `waits`.
///
/// Index entries are left to the releases that need them: between two trains nobody asks for them.
pub(super) fn all_named(now: &Situation<'_>, waits: &[Wait]) -> Decision {
    let seen = now.seen;
    let mut all = of_repository(&RepositoryId::Own, &seen.own);
    for (name, repository) in &seen.others {
        match repository {
            Observed::Unknown(why) => all.push((format!("repository {name}"), Rule::R12, why)),
            Observed::Known(known) => all.extend(of_repository(&RepositoryId::Other(name.clone()), known)),
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

/// What could not be seen of a repository and its forge, the rule behind it, and why.
fn of_repository<'f>(at: &RepositoryId, known: &'f RepositoryFacts) -> Vec<(String, Rule, &'f str)> {
    let mut all = Vec::new();
    if let Observed::Unknown(why) = &known.pull_requests {
        all.push((format!("pull requests{at}"), Rule::R2, why.as_str()));
    }
    if let Observed::Unknown(why) = &known.forge_releases {
        all.push((format!("releases on the forge{at}"), Rule::R11, why));
    }
    for (commit, files) in &known.files {
        if let Observed::Unknown(why) = files {
            all.push((format!("files of commit {}{at}", commit.short()), Rule::R2, why));
        }
    }
    for (commit, packages) in &known.packages {
        if let Observed::Unknown(why) = packages {
            all.push((format!("the packaged crates of commit {}{at}", commit.short()), Rule::X12, why));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::{
        facts::{Facts, RepositoryFacts},
        model::{CommitId, Observed, RepositoryName, WaitReason},
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
        let with = |change: &dyn Fn(&mut Facts)| {
            let mut seen = quiet.clone();
            change(&mut seen);
            seen
        };
        let elsewhere = |known: Observed<RepositoryFacts>| {
            let name: RepositoryName = "wasmtime-py".parse().expect("a name");
            with(&|seen| drop(seen.others.insert(name.clone(), known.clone())))
        };
        let no_pulls = RepositoryFacts { pull_requests: Observed::Unknown(why()), ..RepositoryFacts::default() };
        let pulls = with(&|seen| seen.own.pull_requests = Observed::Unknown(why()));
        for (what, seen) in [
            ("pull requests", &pulls),
            ("releases on the forge", &with(&|seen| seen.own.forge_releases = Observed::Unknown(why()))),
            ("fixes and the lines that take them", &with(&|seen| seen.decisions = Observed::Unknown(why()))),
            (
                "files of commit 1111111111",
                &with(&|seen| drop(seen.own.files.insert(commit.clone(), Observed::Unknown(why())))),
            ),
            (
                "the packaged crates of commit 1111111111",
                &with(&|seen| drop(seen.own.packages.insert(commit.clone(), Observed::Unknown(why())))),
            ),
            ("repository wasmtime-py", &elsewhere(Observed::Unknown(why()))),
            ("pull requests in wasmtime-py", &elsewhere(Observed::Known(no_pulls))),
        ] {
            assert_eq!(unseen(&policy, seen), [what]);
        }
        let mut both = pulls;
        both.own.forge_releases = Observed::Unknown(why());
        assert_eq!(unseen(&policy, &both), ["pull requests"], "one cause is one line");
    }
}
