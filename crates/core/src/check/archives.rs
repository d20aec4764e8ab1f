//! Archives of a release: only the policy's, once, and only between the crates and the day on which the release is shown.

use std::collections::BTreeSet;

use semver::Version;

use super::{Case, Violation, violation};
use crate::{
    artifact::{Job, jobs},
    model::{Action, CommitId, Observed, Rule, Step},
    workspace::Workspace,
};

struct Making<'a> {
    step: &'a Step,
    tag: &'a str,
    commit: &'a CommitId,
    jobs: &'a [Job],
}

/// Archives are made of what is tagged, for a release that is hidden on the forge and lacks them; each of them is one that an
/// epoch of the policy declares (R11).
pub(super) fn archives_of_a_hidden_release(case: &Case<'_>) -> Vec<Violation> {
    let mut made = BTreeSet::new();
    let mut violations = Vec::new();
    let making = case.plan.steps.iter().filter_map(|step| match &step.action {
        Action::MakeArchives { tag, commit, jobs, .. } => Some(Making { step, tag, commit, jobs }),
        _ => None,
    });
    for making in making {
        let details = state_of_release(case, &making).into_iter().chain(crates_are_missing(case, &making));
        let strangers = making.jobs.iter().filter(|job| !is_declared(case, job, &making.step.version));
        let strangers = strangers.map(|job| format!("the policy declares no archive {} like this one", job.stem));
        let twice = making.jobs.iter().flat_map(Job::assets).filter(|asset| !made.insert(asset.name.clone()));
        let twice: Vec<String> = twice.map(|asset| format!("{} would be made twice", asset.name)).collect();
        let all = details.chain(strangers).chain(twice);
        violations.extend(all.map(|detail| violation(&making.step.id, "archives-out-of-place", Rule::R11, detail)));
    }
    violations
}

fn state_of_release(case: &Case<'_>, making: &Making<'_>) -> Vec<String> {
    let Making { tag, commit, .. } = making;
    let mut wrong = Vec::new();
    if case.policy.project.tag.with(&making.step.version) != *tag {
        wrong.push(format!("`{tag}` is not the tag of {}", making.step.version));
    }
    if case.seen.tags.get(*tag).is_none_or(|at| at.commit != **commit) {
        wrong.push(format!("`{tag}` is not at {}", commit.short()));
    }
    match case.seen.forge_releases.known().and_then(|all| all.get(*tag)) {
        None => wrong.push(format!("the forge has no release of `{tag}`")),
        Some(release) if !release.hidden => wrong.push(format!("the release of `{tag}` is shown already")),
        Some(release) => {
            let whole = |job: &&Job| job.assets().iter().all(|asset| release.files.contains_key(&asset.name));
            wrong.extend(making.jobs.iter().filter(whole).map(|job| format!("the forge has {} already", job.stem)));
        }
    }
    wrong
}

/// A crate of the release that the index does not show, or that it cannot be known of.
fn crates_are_missing(case: &Case<'_>, making: &Making<'_>) -> Option<String> {
    let publish = &case.policy.on(case.seen.today).publish;
    if !publish.enabled {
        return None;
    }
    let files = case.seen.files.get(making.commit).and_then(Observed::known);
    let workspace = files.and_then(|files| Workspace::read(files).ok());
    let Some(order) = workspace.and_then(|workspace| workspace.release_order(publish).ok()) else {
        return Some(format!("the crates of {} are not known", making.commit.short()));
    };
    let is_there = |name: &str, version: &Version| {
        case.seen.index.get(name).and_then(Observed::known).is_some_and(|versions| versions.contains_key(version))
    };
    let missing = order.iter().find(|it| !is_there(&it.name, &it.version))?;
    Some(format!("{} {} is not known to be in the index", missing.name, missing.version))
}

fn is_declared(case: &Case<'_>, job: &Job, version: &Version) -> bool {
    case.policy.epochs().iter().any(|epoch| jobs(&case.policy.project.name, &epoch.rules, version).contains(job))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;

    use super::*;
    use crate::{
        model::{FileDigest, ForgeRelease, Observation, Plan, StepId, TagRef},
        policy::Policy,
    };

    const POLICY: &str = "preset = \"2021-merge\"\n[project]\nname = \"Own\"\n[train]\nfirst = { version = \"1.0.0\", cut = 2026-01-05 }\n\
                          [[group]]\nname = \"all\"\nmembers = [\"*\"]\n[publish]\nenabled = false\n\
                          [[artifact]]\nname = \"own-{version}-src\"\nkind = \"source\"\n";

    fn commit() -> CommitId {
        "c".repeat(40).parse().expect("an id")
    }

    fn policy(publishes: bool) -> Policy {
        let text = if publishes { POLICY.replace("enabled = false", "enabled = true") } else { POLICY.to_owned() };
        Policy::parse(&text).expect("a policy")
    }

    /// A tagged release that is hidden on the forge, without files.
    fn seen() -> Observation {
        let tag = "v1.0.0".to_owned();
        let (title, notes, files) = (String::new(), String::new(), BTreeMap::new());
        let release =
            ForgeRelease { tag: tag.clone(), title, notes, prerelease: false, latest: false, hidden: true, files };
        Observation {
            tags: [(tag.clone(), TagRef { commit: commit() })].into(),
            forge_releases: Observed::Known([(tag, release)].into()),
            ..Observation::of_nothing(date(2026, 1, 6))
        }
    }

    /// What is said of a plan that makes the archives of another policy's 1.0.0.
    fn said(policy: &Policy, seen: &Observation, declared: &Policy) -> Vec<String> {
        let version = Version::new(1, 0, 0);
        let jobs = jobs("Own", &declared.epochs()[0].rules, &version);
        let (tag, folder) = ("v1.0.0".to_owned(), String::new());
        let step = Step {
            id: StepId(format!("make archives of {tag}")),
            version,
            rule: Rule::R11,
            reason: String::new(),
            preconditions: Vec::new(),
            action: Action::MakeArchives { tag, commit: commit(), folder, jobs },
        };
        let plan = Plan { today: seen.today, steps: vec![step], waits: Vec::new(), trains: Vec::new() };
        let violations = archives_of_a_hidden_release(&Case { policy, seen, plan: &plan });
        violations.into_iter().map(|violation| violation.detail).collect()
    }

    #[test]
    fn archives_are_made_of_what_is_tagged_for_a_release_that_is_hidden_and_lacks_them() {
        let policy = policy(false);
        assert_eq!(said(&policy, &seen(), &policy), Vec::<String>::new());
        let mut untagged = seen();
        untagged.tags.clear();
        assert_eq!(said(&policy, &untagged, &policy), ["`v1.0.0` is not at cccccccccc"]);
        let with = |change: &dyn Fn(&mut ForgeRelease)| {
            let mut seen = seen();
            let Observed::Known(releases) = &mut seen.forge_releases else { panic!("known") };
            releases.values_mut().for_each(change);
            said(&policy, &seen, &policy)
        };
        assert_eq!(with(&|it| it.hidden = false), ["the release of `v1.0.0` is shown already"]);
        let there = |it: &mut ForgeRelease| {
            it.files.insert("own-1.0.0-src.tar.xz".to_owned(), FileDigest::of(b"sources"));
        };
        assert_eq!(with(&there), ["the forge has own-1.0.0-src already"]);
        let mut unknown = seen();
        unknown.forge_releases = Observed::Unknown("no answer".to_owned());
        assert_eq!(said(&policy, &unknown, &policy), ["the forge has no release of `v1.0.0`"]);
    }

    #[test]
    fn an_archive_that_the_policy_does_not_declare_like_this_is_not_made() {
        let other = Policy::parse(&(POLICY.to_owned() + "files = [\"SECRET\"]\n")).expect("a policy");
        assert_eq!(
            said(&policy(false), &seen(), &other),
            ["the policy declares no archive own-1.0.0-src like this one"]
        );
    }

    #[test]
    fn no_archive_is_made_before_all_crates_are_known_to_be_there() {
        let policy = policy(true);
        assert_eq!(said(&policy, &seen(), &policy), ["the crates of cccccccccc are not known"]);
        let mut seen = seen();
        let manifest = "[package]\nname = \"own\"\nversion = \"1.0.0\"\nedition = \"2024\"\n".to_owned();
        seen.files.insert(commit(), Observed::Known([("Cargo.toml".to_owned(), manifest)].into()));
        assert_eq!(said(&policy, &seen, &policy), ["own 1.0.0 is not known to be in the index"]);
        seen.index.insert("own".to_owned(), Observed::Unknown("no answer".to_owned()));
        assert_eq!(said(&policy, &seen, &policy), ["own 1.0.0 is not known to be in the index"]);
    }
}
