//! Names: the project, its main branch, its tags and release branches.

use std::collections::BTreeMap;

use semver::Version;

use super::{
    Facts, Pattern, Question, Unsure,
    groups::{Group, common_word},
};
use crate::{model::strip_pre, policy::allowed_by_git};

/// What main branches are called, most usual first.
const MAIN_BRANCHES: [&str; 5] = ["main", "master", "trunk", "develop", "devel"];

/// The project's name.
pub(super) fn project(facts: &Facts<'_>, first: &Group, unsure: &mut Vec<Unsure>) -> String {
    if let Some(name) = facts.answers.get(&Question::Name) {
        return name.clone();
    }
    let names = || first.packages.iter().map(String::as_str);
    let guess = match common_word(names()) {
        Some(word) => word.to_owned(),
        None => first.name.clone(),
    };
    if first.packages.len() > 1 && common_word(names()).is_none() {
        let why = "the packages have no word in common".to_owned();
        unsure.push(Unsure { question: Question::Name, guess: guess.clone(), why });
    }
    guess
}

/// The main branch.
pub(super) fn main_branch(facts: &Facts<'_>, unsure: &mut Vec<Unsure>) -> String {
    if let Some(name) = facts.answers.get(&Question::Main) {
        return name.clone();
    }
    let (guess, why) = guess_main_branch(facts.branches, facts.head);
    if let Some(why) = why {
        unsure.push(Unsure { question: Question::Main, guess: guess.to_owned(), why });
    }
    guess.to_owned()
}

/// What is probably the main branch, of these and the one that `HEAD` names; and why that is not sure, if it is not.
pub fn guess_main_branch<'f>(branches: &'f [String], head: Option<&'f str>) -> (&'f str, Option<String>) {
    let usual: Vec<&str> =
        MAIN_BRANCHES.into_iter().filter(|name| branches.iter().any(|branch| branch == name)).collect();
    match (&usual[..], head, branches) {
        // A checked-out branch may be anybody's work; where only one branch has a usual name, it is that.
        ([only], _, _) => (only, None),
        (several, Some(head), _) if several.is_empty() || several.contains(&head) => (head, None),
        ([first, ..], _, _) => (first, Some(format!("there are {}", usual.join(" and ")))),
        ([], _, [only]) => (only, None),
        ([], _, [first, ..]) => (first, Some("no branch has a usual name".to_owned())),
        ([], _, []) => ("main", Some("there is no branch yet".to_owned())),
    }
}

/// The version at the end of a name, and what comes before it.
pub(super) fn version_in(name: &str) -> Option<(&str, Version)> {
    let starts = name.char_indices().filter(|(at, letter)| {
        letter.is_ascii_digit() && !name[..*at].ends_with(|c: char| c.is_ascii_digit() || c == '.' || c == '+')
    });
    starts.map(|(at, _)| name.split_at(at)).find_map(|(prefix, text)| Some((prefix, Version::parse(text).ok()?)))
}

/// Tags that share what comes before the version.
#[derive(Default)]
struct Family {
    count: usize,
    newest: Option<(Version, String)>,
    has_current: bool,
}

/// The pattern of the first group's tags.
pub(super) fn tag_pattern(facts: &Facts<'_>, groups: &[Group], unsure: &mut Vec<Unsure>) -> Pattern {
    if let Some(text) = facts.answers.get(&Question::Tag) {
        return Pattern { text: text.clone(), example: None, count: 0 };
    }
    let first = &groups[0];
    let current = strip_pre(&first.version);
    let mut families: BTreeMap<&str, Family> = BTreeMap::new();
    for tag in facts.tags {
        let Some((prefix, version)) = version_in(tag) else { continue };
        // No pattern can hold what git takes in no name.
        if !allowed_by_git(tag) || is_of_another(prefix, first, facts) {
            continue;
        }
        let family = families.entry(prefix).or_default();
        family.count += 1;
        family.has_current |= version == current;
        if family.newest.as_ref().is_none_or(|(newest, _)| *newest < version) {
            family.newest = Some((version, tag.clone()));
        }
    }
    // The newest tag is of the current version or of the one before.
    let near = |family: &Family| {
        family.newest.as_ref().is_some_and(|(newest, _)| {
            let step = |current: u64, newest: u64| current.checked_sub(newest).is_some_and(|steps| steps <= 1);
            let small = current.major > 0 || step(current.minor, newest.minor);
            *newest <= current && step(current.major, newest.major) && small
        })
    };
    let best = families
        .iter()
        .max_by_key(|(prefix, family)| (family.has_current, near(family), matches!(**prefix, "v" | ""), family.count));
    let Some((prefix, family)) = best else {
        if !facts.tags.is_empty() {
            let why = format!("no tag names a version of `{}`", first.name);
            unsure.push(Unsure { question: Question::Tag, guess: "v{version}".to_owned(), why });
        }
        return Pattern { text: "v{version}".to_owned(), example: None, count: 0 };
    };
    let text = format!("{prefix}{{version}}");
    if !family.has_current && !near(family) {
        let newest = family.newest.as_ref().map_or("", |(_, tag)| tag);
        let why = format!("the newest such tag is `{newest}`, and the packages are at {current}");
        unsure.push(Unsure { question: Question::Tag, guess: text.clone(), why });
    }
    Pattern { text, example: family.newest.as_ref().map(|(_, tag)| tag.clone()), count: family.count }
}

/// Whether what stands before a version is the name of a package outside the first group: its tags are not ours.
fn is_of_another(prefix: &str, first: &Group, facts: &Facts<'_>) -> bool {
    let name = prefix.strip_suffix('v').unwrap_or(prefix).trim_end_matches(['-', '_', '/', '@']);
    !name.is_empty()
        && !first.packages.iter().any(|package| package == name)
        && (facts.workspace.package(name).is_some() || name != first.name && !is_release_word(name))
}

fn is_release_word(name: &str) -> bool {
    matches!(name.to_ascii_lowercase().as_str(), "release" | "releases" | "rel" | "version" | "ver" | "stable" | "r")
}

/// The pattern of release branches.
pub(super) fn release_branch(facts: &Facts<'_>) -> Pattern {
    let mut families: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for branch in facts.branches {
        if let Some(pattern) = branch_pattern(branch) {
            families.entry(pattern).or_default().push(branch);
        }
    }
    let numbers = |branch: &str| -> Vec<u64> {
        branch.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect()
    };
    match families.into_iter().max_by_key(|(_, branches)| branches.len()) {
        Some((text, branches)) => {
            let newest = branches.iter().max_by_key(|branch| numbers(branch));
            Pattern { text, example: newest.map(|branch| (*branch).clone()), count: branches.len() }
        }
        None => Pattern { text: "release-{version}".to_owned(), example: None, count: 0 },
    }
}

/// `release-4.0.0` is `release-{version}`, `release/1.2` and `v1.2.x` hold `{major}.{minor}`.
fn branch_pattern(branch: &str) -> Option<String> {
    let at = branch.find(|c: char| c.is_ascii_digit())?;
    let (prefix, text) = branch.split_at(at);
    let word = prefix.strip_suffix('v').unwrap_or(prefix).trim_end_matches(['-', '_', '/']);
    if !(word.is_empty() || is_release_word(word) || matches!(word, "branch" | "maint" | "maintenance")) {
        return None;
    }
    if Version::parse(text).is_ok_and(|version| version.patch == 0 && version.pre.is_empty()) {
        return Some(format!("{prefix}{{version}}"));
    }
    let end = if text.ends_with(".x") { ".x" } else { "" };
    let (major, minor) = text.strip_suffix(end)?.split_once('.')?;
    let number = |text: &str| text.parse::<u64>().is_ok();
    (number(major) && number(minor)).then(|| format!("{prefix}{{major}}.{{minor}}{end}"))
}
