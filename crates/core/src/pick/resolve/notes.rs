//! Release notes: what a change says of itself goes where the line says what it has (R3, X2).

use semver::Version;

use crate::{
    edit::notes::{Group, Kind, NotesFile, Section, State, Title, add_items, open_section, with_line_ends_of},
    model::{Bump, bump_version},
    policy::NotesStyle,
};

/// The notes of the line with what the change adds to the notes. None: it does more than add, or nothing of it belongs here.
///
/// - A new section goes in where the notes have sections of its line, in the order of versions. A section of a line that they
///   do not have is not theirs to tell.
/// - A new entry in an unreleased section goes into the line's unreleased section. Where the newest section is released, one
///   is opened for the next patch.
/// - What is released stays as it is.
pub(super) fn merge(style: NotesStyle, base: &str, ours: &str, theirs: &str) -> Option<String> {
    let [before, line, after] = [base, ours, theirs].map(NotesFile::parse);
    let added = Added::of(&before, &after, &line)?;
    let mut text = ours.to_owned();
    for section in &added.sections {
        text = with_section(&text, style, &after, section)?;
    }
    let items: Vec<_> = added.items.into_iter().filter(|(_, item)| !has_item(&line, item)).collect();
    if !items.is_empty() {
        text = with_items(&text, style, &items)?;
    }
    let made = NotesFile::parse(&text);
    let kept = line.sections.iter().filter(|section| section.state != State::Unreleased);
    let mut told = added.sections.iter().flat_map(|section| section.items()).map(|item| item.source);
    let all_kept = kept.map(|section| written(&line, section)).all(|section| text.contains(section));
    let all_told = told.all(|item| has_item(&made, item)) && items.iter().all(|(_, item)| has_item(&made, item));
    (all_kept && all_told).then_some(text)
}

/// What a change adds to the notes.
struct Added<'f, 't> {
    /// Sections of lines that the notes have, as the change orders them.
    sections: Vec<&'f Section<'t>>,
    /// Entries of what is unreleased.
    items: Vec<(Kind, &'f str)>,
}

impl<'f, 't> Added<'f, 't> {
    /// None: the change does more than add, or adds nothing that is told here.
    fn of(before: &NotesFile<'_>, after: &'f NotesFile<'t>, line: &NotesFile<'_>) -> Option<Self> {
        let counterpart = |section: &Section<'_>, file: &'f NotesFile<'_>| {
            file.sections.iter().find(|other| other.title == section.title)
        };
        let gone = before.sections.iter().any(|section| counterpart(section, after).is_none());
        if gone || introduction(before) != introduction(after) || archived(before) != archived(after) {
            return None;
        }
        let (mut sections, mut items) = (Vec::new(), Vec::new());
        for section in &after.sections {
            let old = before.sections.iter().find(|other| other.title == section.title);
            match (old, section.version()) {
                (None, Some(version)) if has_line(line, version) => sections.push(section),
                (None, Some(_)) => {}
                (Some(old), _) if written(before, old) == written(after, section) => {}
                (old, _) => items.extend(new_items(before, old, after, section)?),
            }
        }
        (!sections.is_empty() || !items.is_empty()).then_some(Self { sections, items })
    }
}

/// The items that an unreleased section has and did not have. None: it is released, or more than that differs.
fn new_items<'f>(
    before: &NotesFile<'_>,
    old: Option<&Section<'_>>,
    after: &'f NotesFile<'_>,
    section: &'f Section<'_>,
) -> Option<Vec<(Kind, &'f str)>> {
    let had: Vec<&str> = old.iter().flat_map(|old| old.items()).map(|item| item.source).collect();
    let mut rest = written(after, section).to_owned();
    let mut items = Vec::new();
    for group in &section.groups {
        for item in group.items.iter().filter(|item| !had.contains(&item.source)) {
            items.push((kind_of(group)?, item.source));
            rest = rest.replacen(item.source, "", 1);
        }
    }
    let headings = |section: &Section<'_>| -> Vec<String> {
        section.groups.iter().filter_map(|group| Some(group.heading.as_ref()?.words.to_owned())).collect()
    };
    let known = old.map(headings).unwrap_or_default();
    let is_new_heading =
        |line: &str| line.starts_with('#') && !known.contains(&line.trim_start_matches('#').trim().to_owned());
    let lines = |text: &str, but_new: bool| -> Vec<String> {
        let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
        lines.skip(1).filter(|line| !(but_new && is_new_heading(line))).map(str::to_owned).collect()
    };
    let only_adds = lines(&rest, true) == old.map(|old| lines(written(before, old), false)).unwrap_or_default();
    (section.state == State::Unreleased && only_adds).then_some(items)
}

/// The notes with a section of the change. None: the line has released that version, and says other things of it.
fn with_section(text: &str, style: NotesStyle, after: &NotesFile<'_>, section: &Section<'_>) -> Option<String> {
    let file = NotesFile::parse(text);
    let version = section.version()?;
    if let Some(there) = file.section(version) {
        let told: Vec<&str> = there.items().map(|item| item.source).collect();
        let all = section.groups.iter().flat_map(|group| group.items.iter().map(move |item| (group, item.source)));
        let missing = all.filter(|(_, item)| !told.contains(item));
        let missing = missing.map(|(group, item)| Some((kind_of(group)?, item))).collect::<Option<Vec<_>>>()?;
        if missing.is_empty() {
            return Some(text.to_owned());
        }
        let open = there.state == State::Unreleased;
        return open.then(|| add_items(text, style, &there.title, &missing, false).ok()).flatten();
    }
    let newer = |other: &Section<'_>| other.version().is_some_and(|other| other > version);
    let below = file.sections.iter().find(|other| other.version().is_some_and(|other| other < version))?;
    // What the line is about to release would be passed over.
    if file.sections.iter().any(|other| other.state == State::Unreleased && other.version().is_some() && !newer(other))
    {
        return None;
    }
    let separated = separator(text).map_or(String::new(), |line| format!("{line}\n\n"));
    let new = with_line_ends_of(text, &format!("{}\n\n{separated}", written(after, section)));
    let (above, rest) = text.split_at(below.heading.bytes.start);
    Some([above, &new, rest].concat())
}

/// The notes with entries in the section of what is unreleased, which is opened where the newest one is released.
fn with_items(text: &str, style: NotesStyle, items: &[(Kind, &str)]) -> Option<String> {
    let file = NotesFile::parse(text);
    let newest = file.sections.first()?;
    if newest.state == State::Unreleased {
        return add_items(text, style, &newest.title, items, false).ok();
    }
    let version = newest.version().filter(|version| version.pre.is_empty())?;
    if !matches!(newest.state, State::Released(_)) {
        return None;
    }
    let next = bump_version(version, Bump::Patch).ok()?;
    let title = if style == NotesStyle::KeepAChangelog { Title::Unreleased } else { Title::Version(next.clone()) };
    add_items(&open_section(text, style, &next, None).ok()?, style, &title, items, true).ok()
}

/// A section as it is written.
fn written<'t>(file: &NotesFile<'t>, section: &Section<'_>) -> &'t str {
    file.text[section.heading.bytes.start..section.body.end].trim_end()
}

/// What stands above all sections.
fn introduction<'t>(file: &NotesFile<'t>) -> Option<&'t str> {
    Some(&file.text[..file.sections.first()?.heading.bytes.start])
}

fn archived<'t>(file: &NotesFile<'t>) -> Option<&'t str> {
    Some(&file.text[file.archive.as_ref()?.place.bytes.clone()])
}

/// Whether the notes tell of any version of a line.
fn has_line(file: &NotesFile<'_>, version: &Version) -> bool {
    let mut versions = file.sections.iter().filter_map(Section::version);
    versions.any(|other| (other.major, other.minor) == (version.major, version.minor))
}

fn has_item(file: &NotesFile<'_>, source: &str) -> bool {
    file.sections.iter().flat_map(|section| section.items()).any(|item| item.source == source)
}

fn kind_of(group: &Group<'_>) -> Option<Kind> {
    Kind::of_heading(group.heading.as_ref()?.words)
}

/// The line that stands between sections.
fn separator(text: &str) -> Option<&str> {
    text.lines().find(|line| line.len() >= 3 && line.bytes().all(|byte| byte == b'-'))
}
