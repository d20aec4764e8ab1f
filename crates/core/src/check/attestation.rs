//! What is said of a release's files: of all of them, as they lie on the forge, with the right key, before anybody sees them.

use super::{Case, Violation, violation};
use crate::{
    artifact::expected_assets,
    model::{Action, Rule, Step},
    provenance,
};

/// A release is attested when it is hidden and has all archives of an epoch, over the very digests that the forge has, and with
/// the key and the identity that this epoch names, if it names any (X10).
pub(super) fn attested_as_it_lies_there(case: &Case<'_>) -> Vec<Violation> {
    case.plan.steps.iter().flat_map(|step| wrong(case, step).map(|detail| say(step, detail))).collect()
}

fn say(step: &Step, detail: String) -> Violation {
    violation(&step.id, "attested-what-is-not-there", Rule::X10, detail)
}

fn wrong(case: &Case<'_>, step: &Step) -> impl Iterator<Item = String> {
    let mut wrong = Vec::new();
    if let Action::Attest { tag, commit, files, key, identity, .. } = &step.action {
        if case.policy.project.tag.with(&step.version) != *tag
            || case.seen.tags.get(tag).is_none_or(|at| at.commit != *commit)
        {
            wrong.push(format!("`{tag}` is not the tag of {} at {}", step.version, commit.short()));
        }
        match case.seen.forge_releases.known().and_then(|all| all.get(tag)) {
            Some(release) if release.hidden => {
                let mut there = release.files.clone();
                there.retain(|name, _| !provenance::is_made_here(name, &release.files));
                if there != *files {
                    wrong.push(format!("the files of `{tag}` are not those on the forge"));
                }
            }
            _ => wrong.push(format!("the forge has no hidden release of `{tag}`")),
        }
        let project = &case.policy.project.name;
        let fits = case.policy.epochs().iter().any(|epoch| {
            let assets = expected_assets(project, &epoch.rules, &step.version);
            let wanted = &epoch.rules.provenance;
            (wanted.key.is_none() || wanted.key == *key)
                && wanted.identity == *identity
                && assets.iter().all(|asset| files.contains_key(&asset.name))
        });
        if !fits {
            wrong.push(format!(
                "no epoch of the policy has a release of these files, signed with this key or identity: `{tag}`"
            ));
        }
    }
    wrong.into_iter()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;
    use semver::Version;

    use super::*;
    use crate::{
        model::{CommitId, FileDigest, ForgeRelease, Observation, Observed, Plan, PublicKey, StepId, TagRef},
        policy::Policy,
    };

    const KEY: &str = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
    const ARCHIVE: &str = "own-1.0.0-src.tar.xz";

    fn policy() -> Policy {
        let text = format!(
            "preset = \"2021-merge\"\n[project]\nname = \"Own\"\n[train]\nfirst = {{ version = \"1.0.0\", cut = 2026-01-05 }}\n\
             [[group]]\nname = \"all\"\nmembers = [\"*\"]\n[provenance]\nkey = \"{KEY}\"\n\
             [[artifact]]\nname = \"own-{{version}}-src\"\nkind = \"source\"\n"
        );
        Policy::parse(&text).expect("a policy")
    }

    /// What is said of a plan that attests `files` with a key, where the forge has the archive.
    fn said(files: &[(&str, &str)], key: Option<PublicKey>, hidden: bool) -> Vec<String> {
        let commit: CommitId = "c".repeat(40).parse().expect("an id");
        let tag = "v1.0.0".to_owned();
        let of = |files: &[(&str, &str)]| -> BTreeMap<String, FileDigest> {
            files.iter().map(|(name, bytes)| ((*name).to_owned(), FileDigest::of(bytes.as_bytes()))).collect()
        };
        let (title, notes) = (String::new(), String::new());
        let there = of(&[(ARCHIVE, "sources")]);
        let release =
            ForgeRelease { tag: tag.clone(), title, notes, prerelease: false, latest: false, hidden, files: there };
        let seen = Observation {
            tags: [(tag.clone(), TagRef { commit: commit.clone() })].into(),
            forge_releases: Observed::Known([(tag.clone(), release)].into()),
            key,
            ..Observation::of_nothing(date(2026, 1, 6))
        };
        let (project, jobs) = ("Own".to_owned(), Vec::new());
        let step = Step {
            id: StepId(format!("attest {tag}")),
            version: Version::new(1, 0, 0),
            rule: Rule::X10,
            reason: String::new(),
            preconditions: Vec::new(),
            action: Action::Attest { tag, commit, files: of(files), project, jobs, key, identity: None },
        };
        let plan = Plan { today: seen.today, steps: vec![step], waits: Vec::new(), trains: Vec::new() };
        let case = Case { policy: &policy(), seen: &seen, plan: &plan };
        attested_as_it_lies_there(&case).into_iter().map(|violation| violation.detail).collect()
    }

    #[test]
    fn a_release_is_attested_as_it_lies_on_the_forge_and_with_the_policys_key() {
        let key = Some(KEY.parse().expect("a key"));
        let archive = [(ARCHIVE, "sources")];
        assert_eq!(said(&archive, key, true), Vec::<String>::new());
        assert_eq!(said(&[(ARCHIVE, "other bytes")], key, true), ["the files of `v1.0.0` are not those on the forge"]);
        assert_eq!(said(&archive, key, false), ["the forge has no hidden release of `v1.0.0`"]);
        let stranger =
            "no epoch of the policy has a release of these files, signed with this key or identity: `v1.0.0`";
        assert_eq!(said(&archive, None, true), [stranger], "the policy wants it signed");
        assert_eq!(said(&[], key, true).last().map(String::as_str), Some(stranger), "an archive is missing");
    }
}
