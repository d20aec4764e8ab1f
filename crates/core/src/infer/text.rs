//! The policy's text.

use std::fmt::Write;

use super::{Findings, Pattern, Question, Unsure, groups::Group};
use crate::policy::NotesStyle;

/// Lists that would be longer get a line for each entry.
const WIDEST: usize = 100;

/// Presets whose main branch keeps one branch's notes only (X3).
const BRANCH_NOTES: [&str; 2] = ["2024-lts", "2026-candidates"];

/// Write the policy, with a comment where a reader will ask.
pub(super) fn write(findings: &Findings<'_>, unsure: &[Unsure]) -> String {
    let mut text = Text { lines: String::new(), unsure };
    text.line(&format!(
        "# How {} is released. Written by `stationmaster init`: change what does not fit.",
        one_line(&findings.name)
    ));
    text.line("# Anything not set here comes from the preset; `stationmaster schema` describes every key.");
    text.value("preset", &quoted(findings.preset));
    project(&mut text, findings);
    text.line("");
    text.line("[train]");
    let (version, day) = &findings.first_train;
    text.line(&format!(
        "# The train from which all others are counted: {} is at {} today.",
        findings.groups[0].name, findings.groups[0].version
    ));
    text.line(&format!("first = {{ version = {}, cut = {day} }}", quoted(&version.to_string())));
    for (at, group) in findings.groups.iter().enumerate() {
        write_group(&mut text, group, at == 0, &findings.groups[0].name);
    }
    notes(&mut text, findings);
    for header in &findings.version_files {
        text.line("");
        text.line("[[version-file]]");
        text.value("path", &quoted(&header.path));
        text.value("group", &quoted(&header.group));
        text.value("c-header", &format!("{{ prefix = {} }}", quoted(&header.prefix)));
    }
    publish(&mut text, findings);
    text.lines
}

fn publish(text: &mut Text<'_>, findings: &Findings<'_>) {
    if !findings.publishes {
        text.line("");
        text.line("[publish]");
        text.line("# No manifest allows its package to be published.");
        text.value("enabled", "false");
        return;
    }
    if findings.examples.is_empty() && findings.public.is_empty() {
        return;
    }
    text.line("");
    text.line("[publish]");
    if !findings.examples.is_empty() {
        text.line("# Examples and similar packages without a description or license: the registry would refuse them.");
        text.list("skip", &findings.examples);
    }
    let public: Vec<String> =
        findings.public.iter().filter(|name| !findings.examples.contains(name)).cloned().collect();
    if !public.is_empty() {
        text.line("# All others are required with `=`: they are internal and may change in a patch.");
        text.list("public", &public);
    }
}

struct Text<'u> {
    lines: String,
    unsure: &'u [Unsure],
}

impl Text<'_> {
    fn line(&mut self, line: &str) {
        writeln!(self.lines, "{line}").expect("a String takes everything");
    }

    fn value(&mut self, key: &str, value: &str) {
        self.line(&format!("{key} = {value}"));
    }

    /// A list of texts, on one line where it fits.
    fn list(&mut self, key: &str, entries: &[String]) {
        let entries: Vec<String> = entries.iter().map(|entry| quoted(entry)).collect();
        let line = entries.join(", ");
        if line.len() <= WIDEST {
            self.value(key, &format!("[{line}]"));
            return;
        }
        self.line(&format!("{key} = ["));
        for entry in &entries {
            self.line(&format!("    {entry},"));
        }
        self.line("]");
    }

    /// Say that a value was guessed, where it was.
    fn doubt(&mut self, question: Question) {
        if let Some(unsure) = self.unsure.iter().find(|unsure| unsure.question == question) {
            self.line(&format!("# NOT SURE: {}.", one_line(&unsure.why)));
        }
    }
}

fn project(text: &mut Text<'_>, findings: &Findings<'_>) {
    text.line("");
    text.line("[project]");
    text.doubt(Question::Name);
    text.value("name", &quoted(&findings.name));
    text.doubt(Question::Main);
    text.value("main", &quoted(&findings.main));
    text.doubt(Question::Tag);
    text.line(&origin(&findings.tag, "tag"));
    text.value("tag", &quoted(&findings.tag.text));
    text.line(&origin(&findings.release_branch, "branch"));
    text.value("release-branch", &quoted(&findings.release_branch.text));
    text.line("# The author of release commits and tags:");
    text.line("# identity = { name = \"Release Bot\", email = \"releases@example.com\" }");
}

fn origin(pattern: &Pattern, what: &str) -> String {
    let plural = if what == "branch" { "es" } else { "s" };
    match (&pattern.example, pattern.count) {
        (Some(example), 1) => format!("# As in the {what} `{}`.", one_line(example)),
        (Some(example), count) => format!("# As in {count} {what}{plural}, such as `{}`.", one_line(example)),
        (None, _) => format!("# No {what} with a version was found."),
    }
}

fn write_group(text: &mut Text<'_>, group: &Group, is_first: bool, first: &str) {
    text.line("");
    if is_first {
        text.line(&format!("# At {}. The first group names releases and lines.", group.version));
    } else {
        text.line(&format!("# At {}.", group.version));
    }
    text.line("[[group]]");
    text.value("name", &quoted(&group.name));
    text.list("members", &group.members);
    if group.is_needed_by_first {
        text.line(&format!("# {} needs it, so a patch of it comes with one of {}.", one_line(first), one_line(first)));
        text.value("coupled-with", &format!("[{}]", quoted(first)));
    }
}

fn notes(text: &mut Text<'_>, findings: &Findings<'_>) {
    text.line("");
    text.line("[notes]");
    text.doubt(Question::Notes);
    let Some(notes) = &findings.notes else {
        text.line("# No release notes were found. Without a file, none are kept.");
        text.line("# file = \"RELEASES.md\"");
        return;
    };
    text.value("file", &quoted(&notes.path));
    match notes.style {
        NotesStyle::Sections if BRANCH_NOTES.contains(&findings.preset) => {
            text.line("# The file holds all versions; with this preset each branch keeps its own.");
            text.value("style", &quoted("branch"));
        }
        NotesStyle::Sections => text.value("style", &quoted("sections")),
        NotesStyle::Branch => text.value("style", &quoted("branch")),
        NotesStyle::KeepAChangelog => text.value("style", &quoted("keep-a-changelog")),
    }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

/// For a comment: names from outside hold no line ends.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}
