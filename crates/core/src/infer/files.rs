//! Files that hold versions or notes.

use super::{Facts, Question, Unsure, groups::Group};
use crate::{
    edit::{locate::header, notes},
    model::{TreeFiles, strip_pre},
    policy::NotesStyle,
    workspace::{folder_of, join},
};

/// What release notes are called, most usual first.
const NOTES: [&str; 8] = [
    "RELEASES.md",
    "CHANGELOG.md",
    "Changelog.md",
    "ChangeLog.md",
    "changelog.md",
    "CHANGES.md",
    "HISTORY.md",
    "NEWS.md",
];

/// Names of files that are worth reading for [`super::infer`].
pub const FILE_NAMES: [&str; 8] = NOTES;

/// The release notes file.
pub(super) struct NotesFile {
    pub(super) path: String,
    pub(super) style: NotesStyle,
}

/// A header with macros for a version.
pub(super) struct Header {
    pub(super) path: String,
    pub(super) prefix: String,
    pub(super) group: String,
}

/// The release notes: in the root, in the workspace's folder, or with the package that the workspace is about.
pub(super) fn notes(facts: &Facts<'_>, unsure: &mut Vec<Unsure>) -> Option<NotesFile> {
    let known = |path: &str| {
        let style = notes::style_of(facts.files.get(path)?)?;
        Some(NotesFile { path: path.to_owned(), style })
    };
    if let Some(path) = facts.answers.get(&Question::Notes) {
        return known(path)
            .or_else(|| (!path.is_empty()).then(|| NotesFile { path: path.clone(), style: NotesStyle::Sections }));
    }
    let folders = ["", facts.workspace.folder()];
    let named = folders.iter().flat_map(|folder| NOTES.iter().filter_map(|name| join(folder, name)));
    let found: Vec<NotesFile> = named.filter_map(|path| known(&path)).collect();
    let paths: Vec<String> = found.iter().map(|notes| notes.path.clone()).collect();
    let elsewhere = facts
        .files
        .keys()
        .find(|path| !folder_of(path).is_empty() && NOTES.contains(&path.rsplit('/').next().unwrap_or(path)));
    let (guess, why) = match (found.into_iter().next(), elsewhere) {
        (Some(first), _) if paths.iter().all(|path| *path == first.path) => return Some(first),
        (Some(first), _) => (Some(first), format!("there are {}", paths.join(" and "))),
        (None, Some(other)) => (None, format!("there are none at the root, but {other}")),
        (None, None) => return None,
    };
    let path = guess.as_ref().map_or(String::new(), |notes| notes.path.clone());
    unsure.push(Unsure { question: Question::Notes, guess: path, why });
    guess
}

/// Headers whose macros hold a group's version.
pub(super) fn headers(files: &TreeFiles, groups: &[Group]) -> Vec<Header> {
    let mut headers = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".h") || path.ends_with(".h.in")) {
        for (prefix, value) in header::versions(text) {
            let holder = groups
                .iter()
                .find(|group| value == group.version.to_string() || value == strip_pre(&group.version).to_string());
            if let Some(group) = holder {
                headers.push(Header { path: path.clone(), prefix: prefix.to_owned(), group: group.name.clone() });
            }
        }
    }
    headers
}
