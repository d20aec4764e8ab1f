//! A first policy for a project, from what its repository shows.
//!
//! What cannot be seen is guessed, said in a comment of the text, and listed, so that a person can be asked.

mod examples;
mod files;
mod groups;
mod names;
mod public;
mod text;

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use semver::Version;
use thiserror::Error;

use crate::{
    model::{Bump, TreeFiles, bump_version, strip_pre},
    policy::{Cadence, NotesStyle, Policy, PolicyError, ReleaseDay, Rules, preset},
    workspace::Workspace,
};
pub use files::FILE_NAMES;
use groups::Group;
pub use names::guess_main_branch;

/// What a repository shows.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'f> {
    /// The workspace at the head of the main branch.
    pub workspace: &'f Workspace,
    /// Texts at the head of the main branch: release notes and C headers are looked for among them.
    pub files: &'f TreeFiles,
    /// Short names.
    pub branches: &'f [String],
    /// Short names.
    pub tags: &'f [String],
    /// The branch that `HEAD` names, if it names one.
    pub head: Option<&'f str>,
    /// The day from which trains are counted.
    pub today: Date,
    /// The name of a preset.
    pub preset: &'f str,
    /// What a person has said already.
    pub answers: &'f BTreeMap<Question, String>,
}

/// What a person may know better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// The project's name.
    Name,
    /// The main branch.
    Main,
    /// The pattern of tags.
    Tag,
    /// The release notes file.
    Notes,
}

/// Something that was guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsure {
    /// What.
    pub question: Question,
    /// What was taken.
    pub guess: String,
    /// Why it is not sure; a sentence without its full stop.
    pub why: String,
}

/// A first policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inferred {
    /// `stationmaster.toml`, with comments. It parses as a [`Policy`].
    pub text: String,
    /// What was guessed.
    pub unsure: Vec<Unsure>,
}

/// Why there is no first policy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InferError {
    /// No such preset.
    #[error("there is no preset `{0}`")]
    UnknownPreset(String),
    /// The workspace has no package that could be released.
    #[error("the workspace {root} contains no package")]
    NoPackage {
        /// Its root manifest.
        root: String,
    },
    /// What was seen makes no sound policy, such as a name that no pattern can hold.
    #[error("no valid policy can be derived from this repository: {0}")]
    Unsound(PolicyError),
}

/// Write a first policy.
///
/// Packages that share a version become a group; the one that holds the root package, else the package that others are
/// named after, else the largest, is the first and names releases. Trains are counted from the next version of that group and the next day of the preset's cadence.
///
/// # Errors
///
/// When the preset is unknown, when there is no package, and when an answer makes the policy unsound.
pub fn infer(facts: &Facts<'_>) -> Result<Inferred, InferError> {
    let unknown = || InferError::UnknownPreset(facts.preset.to_owned());
    let preset_policy = Policy::parse(preset(facts.preset).ok_or_else(unknown)?).map_err(InferError::Unsound)?;
    let rules = preset_policy.on(facts.today);
    let groups = groups::find(facts.workspace);
    let Some(first) = groups.first() else {
        return Err(InferError::NoPackage { root: facts.workspace.root.clone() });
    };
    let mut unsure = Vec::new();
    let findings = Findings {
        preset: facts.preset,
        name: names::project(facts, first, &mut unsure),
        main: names::main_branch(facts, &mut unsure),
        tag: names::tag_pattern(facts, &groups, &mut unsure),
        release_branch: names::release_branch(facts),
        first_train: first_train(facts, rules, &first.version),
        notes: files::notes(facts, &mut unsure),
        version_files: files::headers(facts.files, &groups),
        examples: examples::find(facts.workspace),
        public: public::find(facts.workspace),
        publishes: facts.workspace.packages.iter().any(|package| package.publish),
        groups,
    };
    let text = text::write(&findings, &unsure);
    Policy::parse(&text).map_err(InferError::Unsound)?;
    Ok(Inferred { text, unsure })
}

/// The preset that a repository seems to be kept by: what its versions, notes and branches show.
pub fn preset_of(facts: &Facts<'_>) -> &'static str {
    let groups = groups::find(facts.workspace);
    let notes = files::notes(facts, &mut Vec::new());
    if groups.first().is_some_and(|first| !first.version.pre.is_empty()) {
        "2026-candidates"
    } else if notes.is_some_and(|notes| notes.style == NotesStyle::Branch) {
        "2024-lts"
    } else if names::release_branch(facts).example.is_some() {
        "2022-cut"
    } else {
        "2021-merge"
    }
}

/// All that goes into the text.
struct Findings<'f> {
    preset: &'f str,
    name: String,
    main: String,
    tag: Pattern,
    release_branch: Pattern,
    first_train: (Version, Date),
    notes: Option<files::NotesFile>,
    version_files: Vec<files::Header>,
    examples: Vec<String>,
    public: Vec<String>,
    publishes: bool,
    groups: Vec<Group>,
}

/// A pattern, and how many names it was taken from.
struct Pattern {
    text: String,
    /// One of the names; none where there are none.
    example: Option<String>,
    count: usize,
}

/// The version of the next train, and its day.
fn first_train(facts: &Facts<'_>, rules: &Rules, current: &Version) -> (Version, Date) {
    let release = strip_pre(current);
    let opens_a_line = release.patch == 0 && (release.minor == 0 || release.major == 0);
    let tagged = facts.tags.iter().any(|tag| names::version_in(tag).is_some_and(|(_, version)| version == release));
    // Where a release is cut from main, main carries the version that leaves next; so it does with a pre-release version.
    let carries_next = !current.pre.is_empty() || rules.train.release != ReleaseDay::OnMerge;
    let nothing = release == Version::new(0, 0, 0);
    let goes_first = opens_a_line && carries_next && !tagged && !nothing;
    // Where no number is left, the version that is there is at least one that can be written down.
    let next = if goes_first { None } else { bump_version(current, Bump::Major).ok() };
    (next.unwrap_or(release), next_day(rules.train.cadence, facts.today))
}

/// The first day of a cadence after another; that day itself at the end of the calendar.
fn next_day(cadence: Cadence, today: Date) -> Date {
    let fits = |day: &Date| match cadence {
        Cadence::Monthly { day: wanted } => day.day() == wanted,
        Cadence::Weekly { weekday, .. } => day.weekday() == weekday.0,
    };
    today.series(1.day()).skip(1).find(fits).unwrap_or(today)
}

#[cfg(test)]
mod tests;
