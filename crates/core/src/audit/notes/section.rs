//! What a section says, and what it should.

use semver::Version;

use super::{Subject, TaggedNotes};
use crate::{
    edit::notes::{Breaking, Entry, NotesFile, Section, State},
    model::{Finding, Rule, Severity},
};

/// The day that a released section has, against its tag's.
///
/// The tag's day is that of its commit, or of its annotation, at UTC. A day that only the time zone of the commit explains is
/// good to know, and no failure; any other difference is one: there is no slack of a day. `is_dated`: [`dates_sections`].
pub(super) fn dated(
    subject: &Subject<'_>,
    section: &Section<'_>,
    (file, is_dated): (&NotesFile<'_>, bool),
    release: &TaggedNotes,
) -> Option<Finding> {
    let (tag, days) = (&release.tag, &release.days);
    let line = section.marker.as_ref().map_or(section.heading.line, |marker| marker.line);
    let written = section.marker.as_ref().map_or(section.heading.bytes.start, |marker| marker.bytes.start);
    let written = line_at(file.text, written).to_owned();
    let help = format!("date it {}, the day of the tag", days.commit);
    let finding = |kind, detail| Finding {
        evidence: Some(written.clone()),
        date: Some(days.commit),
        ..subject.finding(kind, Rule::R3, Some(line), detail, help.clone())
    };
    match section.state {
        State::Unreleased => {
            Some(finding("unreleased-at-tag", format!("the section says `Unreleased`, and `{tag}` is released")))
        }
        State::Undated if !is_dated => Some(Finding {
            severity: Severity::Information,
            ..finding("unreleased-at-tag", "the section says not when it was released, nor does any other".to_owned())
        }),
        State::Undated => Some(finding("unreleased-at-tag", "the section says not when it was released".to_owned())),
        State::Released(day) if day == days.commit || days.tagger == Some(day) => None,
        State::Released(day) if day == days.local => Some(Finding {
            severity: Severity::Information,
            help: String::new(),
            ..finding(
                "date-differs",
                format!(
                    "the section has {day}, which it was where the tag's commit was made; at UTC it was {}",
                    days.commit
                ),
            )
        }),
        State::Released(day) => {
            let detail = format!("the section has {day}, and the commit of `{tag}` is of {}", days.commit);
            Some(finding("date-differs", detail))
        }
    }
}

/// Whether the file says when versions were released. One section alone does not tell what is usual.
pub(super) fn dates_sections(file: &NotesFile<'_>) -> bool {
    let of_versions = || file.sections.iter().filter(|section| section.version().is_some());
    of_versions().nth(1).is_none() || of_versions().any(|section| matches!(section.state, State::Released(_)))
}

/// The line on which a byte stands.
fn line_at(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    text[start..].lines().next().unwrap_or_default().trim()
}

/// Sections of one version after the first. `lines` are those of their headings.
pub(super) fn twice(subject: &Subject<'_>, version: &Version, lines: &[u32]) -> Vec<Finding> {
    let Some((first, others)) = lines.split_first() else { return Vec::new() };
    let others = others.iter().map(|line| {
        let detail = format!("lines {first} and {line} both begin a section for {version}");
        subject.finding("duplicate-section", Rule::R3, Some(*line), detail, "make one section of the two".to_owned())
    });
    others.collect()
}

/// Headings with nothing below them. One right above a heading that is further in is a title, and not empty.
pub(super) fn empty_headings(subject: &Subject<'_>, section: &Section<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, group) in section.groups.iter().enumerate() {
        let Some(heading) = group.heading.as_ref().filter(|_| group.is_empty()) else { continue };
        let next = section.groups.get(at + 1).and_then(|next| next.heading.as_ref());
        if next.is_some_and(|next| next.level > heading.level) {
            continue;
        }
        let detail = format!("nothing stands below the heading `{}`", heading.words);
        let help = "take the heading out".to_owned();
        found.push(subject.finding("empty-heading", Rule::R3, Some(heading.place.line), detail, help));
    }
    found
}

/// Entries that say not where they come from, and major breaking changes without an RFC.
pub(super) fn entries(subject: &Subject<'_>, section: &Section<'_>, rfc: bool) -> Vec<Finding> {
    let mut found = Vec::new();
    // What stands above all headings is an introduction: its lists sum up, and need no links.
    let introduces = section.groups.len() > 1;
    for group in section.groups.iter().skip(usize::from(introduces)) {
        for item in &group.items {
            let line = Some(item.place.line);
            let evidence = item.source.lines().next().map(|line| line.trim().to_owned());
            if item.links.is_empty() {
                let detail = "the entry links to no pull request, advisory or page".to_owned();
                let help = "add the link of the pull request that brought it".to_owned();
                let finding = subject.finding("entry-without-link", Rule::R3, line, detail, help);
                found.push(Finding { evidence: evidence.clone(), ..finding });
            }
            if rfc && item.entry.breaking == (Breaking::Major { rfc: None }) {
                let finding = without_rfc(subject, line);
                found.push(Finding { evidence, ..finding });
            }
        }
    }
    found
}

pub(super) fn without_rfc(subject: &Subject<'_>, line: Option<u32>) -> Finding {
    let detail = "the change is a major breaking one, and names no RFC".to_owned();
    let help =
        "name the accepted RFC, as in `**Breaking (major, [RFC 24](address)):**`, or make the change a minor one";
    subject.finding("major-breaking-without-rfc", Rule::R4, line, detail, help.to_owned())
}

/// The same of fragments, which have a file each.
pub(super) fn fragments(head: &str, fragments: &[(String, Entry)], rfc: bool) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, entry) in fragments {
        let subject = Subject { name: format!("unreleased on {head}"), date: None, file: path };
        if entry.all_links().is_empty() {
            let detail = "the fragment links to no pull request, advisory or page".to_owned();
            let help = "add `links = [NUMBER]` with the pull request's number".to_owned();
            found.push(subject.finding("entry-without-link", Rule::R3, Some(1), detail, help));
        }
        if rfc && entry.breaking == (Breaking::Major { rfc: None }) {
            let help = "name the accepted RFC with `rfc = \"address\"`, or make the change a minor one".to_owned();
            found.push(Finding { help, ..without_rfc(&subject, Some(1)) });
        }
    }
    found
}
