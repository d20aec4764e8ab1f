//! Which class a change has: what a person says, what its message says, its labels, its files (R6, R9, R13).

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{
    model::ChangeClass,
    pick::trailer,
    policy::{Classes, Rules},
    workspace::{NamePatterns, Workspace},
};

/// The trailer of a message that gives its class.
const CLASS_TRAILER: &str = "Change-Class";
/// The trailer of a message that says that the behavior is off by default.
const OFF_TRAILER: &str = "Off-By-Default";

/// What is known of a change.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'e> {
    /// Its full message.
    pub message: &'e str,
    /// The labels of its pull request.
    pub labels: &'e BTreeSet<String>,
    /// Files that it touches.
    pub paths: &'e [String],
}

/// A change with its class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Classified {
    /// The class.
    pub class: ChangeClass,
    /// The behavior is on by default (R6).
    pub on_by_default: bool,
    /// It touches nothing but satellites (R13).
    pub satellite: bool,
    /// What gave it the class.
    pub source: Source,
}

/// What gave a change its class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "by", content = "what")]
pub enum Source {
    /// A person.
    Hand,
    /// A trailer of its message.
    Trailer,
    /// A label of its pull request.
    Label(String),
    /// An advisory that its message names.
    Advisory(String),
    /// A file that it touches.
    Path(String),
    /// Nothing: it is any other change.
    Nothing,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Hand => f.write_str("said by hand"),
            Self::Trailer => write!(f, "its message says `{CLASS_TRAILER}`"),
            Self::Label(label) => write!(f, "its pull request has the label `{label}`"),
            Self::Advisory(id) => write!(f, "its message names {id}"),
            Self::Path(path) => write!(f, "it touches {path}"),
            Self::Nothing => f.write_str("nothing gives it a class"),
        }
    }
}

/// Find a change's class: what a person said, else the first that gives one.
pub fn classify(rules: &Rules, evidence: &Evidence<'_>, said: Option<ChangeClass>) -> Classified {
    let classes = &rules.classes;
    let (class, source) = said
        .map(|class| (class, Source::Hand))
        .or_else(|| Some((class_trailer(evidence.message)?, Source::Trailer)))
        .or_else(|| by_label(classes, evidence.labels))
        .or_else(|| Some((ChangeClass::Security, Source::Advisory(advisory(evidence.message)?))))
        .or_else(|| by_path(classes, evidence.paths))
        .unwrap_or((ChangeClass::Other, Source::Nothing));
    Classified {
        class,
        on_by_default: !is_off(evidence.message) && !all_taken(&classes.off_by_default, evidence.paths),
        satellite: all_taken(&classes.satellites, evidence.paths),
        source,
    }
}

/// The class that a message gives the change itself, without anybody's doing: the change is a fix.
pub(super) fn is_nominated_by_message(message: &str) -> Option<(ChangeClass, bool)> {
    let class = class_trailer(message)?;
    let is_fix = !matches!(class, ChangeClass::Feature | ChangeClass::Other);
    is_fix.then(|| (class, !is_off(message)))
}

fn class_trailer(message: &str) -> Option<ChangeClass> {
    ChangeClass::named(&trailer(message, CLASS_TRAILER)?.to_ascii_lowercase())
}

fn is_off(message: &str) -> bool {
    trailer(message, OFF_TRAILER).is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "yes" | "true"))
}

fn by_label(classes: &Classes, labels: &BTreeSet<String>) -> Option<(ChangeClass, Source)> {
    classes.rules.iter().find_map(|rule| {
        let label = rule.labels.iter().find(|label| labels.contains(*label))?;
        Some((rule.class, Source::Label(label.clone())))
    })
}

fn by_path(classes: &Classes, paths: &[String]) -> Option<(ChangeClass, Source)> {
    classes.rules.iter().find_map(|rule| {
        let patterns = NamePatterns::new(&rule.paths).ok()?;
        let path = paths.iter().find(|path| patterns.take(path))?;
        Some((rule.class, Source::Path(path.clone())))
    })
}

fn all_taken(patterns: &[String], paths: &[String]) -> bool {
    !patterns.is_empty()
        && !paths.is_empty()
        && NamePatterns::new(patterns).is_ok_and(|patterns| paths.iter().all(|path| patterns.take(path)))
}

/// The first advisory that a text names: `GHSA-` with three groups of four, or `CVE-` with a year and a number.
fn advisory(text: &str) -> Option<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.map(|word| word.trim_matches('-')).find(|word| is_advisory(word)).map(str::to_owned)
}

fn is_advisory(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    match parts[..] {
        ["GHSA", a, b, c] => [a, b, c].iter().all(|part| part.len() == 4),
        ["CVE", year, number] => {
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            year.len() == 4 && digits(year) && number.len() >= 4 && digits(number)
        }
        _ => false,
    }
}

/// The version groups whose packages a change touches, and those that are coupled with them: these are patched together (R10).
pub fn groups_touched(rules: &Rules, workspace: &Workspace, paths: &[String]) -> Vec<String> {
    let Ok(members) = workspace.groups(&rules.groups) else { return Vec::new() };
    let folder_of = |name: &String| workspace.package(name).map(|package| package.folder().to_owned());
    let touches = |folder: &str| paths.iter().any(|path| folder.is_empty() || path.starts_with(&format!("{folder}/")));
    let touched = |group: &crate::workspace::GroupMembers| {
        group.packages.iter().filter_map(folder_of).any(|folder| !folder.is_empty() && touches(&folder))
    };
    let mut names: BTreeSet<&str> =
        members.iter().filter(|group| touched(group)).map(|group| group.name.as_str()).collect();
    loop {
        let coupled: Vec<&str> = rules
            .groups
            .iter()
            .filter(|group| names.contains(group.name.as_str()))
            .flat_map(|group| group.coupled_with.iter().map(String::as_str))
            .collect();
        let before = names.len();
        names.extend(coupled);
        if names.len() == before {
            return names.into_iter().map(str::to_owned).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    const POLICY: &str = "preset = \"2024-lts\"\n[project]\nname = \"Demo\"\n[train]\nfirst = { version = \"1.0.0\", \
                          cut = 2026-01-05 }\n[backport]\noff-by-default = [\"nn/**\"]\nsatellites = [\"bindings/**\"]\n\
                          [[class]]\nclass = \"correctness\"\nlabels = [\"wrong\"]\n[[class]]\nclass = \
                          \"miscompilation\"\npaths = [\"codegen/**\", \"!codegen/docs/**\"]\n";

    fn class(message: &str, labels: &[&str], paths: &[&str], said: Option<ChangeClass>) -> Classified {
        let policy = Policy::parse(POLICY).expect("a sound policy");
        let labels = labels.iter().map(|label| (*label).to_owned()).collect();
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        let rules = policy.on(jiff::civil::date(2026, 2, 1));
        classify(rules, &Evidence { message, labels: &labels, paths: &paths }, said)
    }

    #[test]
    fn a_change_has_the_class_that_a_person_says_then_its_message_its_label_its_advisory_and_its_files() {
        use ChangeClass::{Correctness, Miscompilation, Other, Security};
        let message = "Fix it\n\nChange-Class: Security\n";
        assert_eq!(class(message, &["wrong"], &["codegen/a.rs"], Some(Other)).class, Other);
        assert_eq!(class(message, &["wrong"], &["codegen/a.rs"], None).class, Security);
        let named = "Fix it, see GHSA-1234-abcd-5678.";
        assert_eq!(class(named, &["wrong"], &["codegen/a.rs"], None).source, Source::Label("wrong".into()));
        let by_advisory = class(named, &[], &["codegen/a.rs"], None);
        assert_eq!((by_advisory.class, by_advisory.source), (Security, Source::Advisory("GHSA-1234-abcd-5678".into())));
        assert_eq!(class("Fix it", &["wrong"], &[], None).class, Correctness);
        assert_eq!(class("Fix it", &[], &["codegen/a.rs"], None).class, Miscompilation);
        assert_eq!(class("Fix it", &[], &["codegen/docs/a.md"], None).class, Other);
        assert_eq!(class("See CVE-2026-12345", &[], &[], None).class, Security);
        assert_eq!(class("See CVE-20-1 and GHSA-x", &[], &[], None).class, Other);
    }

    #[test]
    fn a_change_of_nothing_else_is_off_by_default_or_a_satellites() {
        assert!(class("Fix it", &[], &["src/a.rs", "nn/b.rs"], None).on_by_default);
        assert!(!class("Fix it", &[], &["nn/b.rs"], None).on_by_default);
        assert!(!class("Fix it\n\nOff-By-Default: yes\n", &[], &["src/a.rs"], None).on_by_default);
        assert!(class("Fix it", &[], &["bindings/py/a.py"], None).satellite);
        assert!(!class("Fix it", &[], &["bindings/py/a.py", "src/a.rs"], None).satellite);
    }

    #[test]
    fn only_a_message_with_a_grave_class_makes_a_fix_by_itself() {
        assert_eq!(
            is_nominated_by_message("Fix it\n\nBody.\n\nchange-class: miscompilation\nSigned-off-by: A <a@b.c>\n"),
            Some((ChangeClass::Miscompilation, true))
        );
        assert_eq!(is_nominated_by_message("Fix it\n\nChange-Class: feature\n"), None);
        assert_eq!(is_nominated_by_message("Change-Class: security is written here\n\nand not as a trailer"), None);
    }
}
