//! List items of a part of the notes.

use std::ops::Range;

use super::{
    entry::{Breaking, Entry},
    file::{Place, Source},
    kind::Kind,
    link::{Link, links},
};

/// A list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<'t> {
    /// From its bullet to the end of its last line that has text.
    pub place: Place,
    /// The same, as it is written.
    pub source: &'t str,
    /// What it says.
    pub entry: Entry,
    /// All its links, those through labels elsewhere in the file included.
    pub links: Vec<Link>,
}

/// How a line goes on with the item above.
struct Open {
    start: usize,
    end: usize,
    /// The line before was blank.
    blank: bool,
    fence: Option<&'static str>,
}

/// The items in a part of a text, and whether there is other text.
pub(super) fn read<'t>(source: &Source<'t>, part: Range<usize>, heading: Option<&str>) -> (Vec<Item<'t>>, bool) {
    let kind = heading.and_then(Kind::of_heading);
    // `Breaking changes` says so of all below it.
    let breaks = heading.is_some_and(|words| words.to_lowercase().starts_with("breaking"));
    let (mut items, mut prose, mut in_comment) = (Vec::new(), false, false);
    let mut open: Option<Open> = None;
    let mut offset = part.start;
    for line in source.text[part].split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let words = line.trim();
        if in_comment || words.starts_with("<!--") {
            in_comment = !words.contains("-->");
            continue;
        }
        if let Some(item) = open.as_mut().filter(|item| goes_on(item, line)) {
            if words.is_empty() {
                item.blank = true;
            } else {
                (item.blank, item.end) = (false, start + line.trim_end().len());
                item.fence = fence_after(item.fence, words);
            }
            continue;
        }
        items.extend(open.take().map(|item| made(source, &item, (kind, breaks))));
        if is_bullet(line) {
            open = Some(Open { start, end: start + line.trim_end().len(), blank: false, fence: None });
        } else {
            prose |= !words.is_empty() && !is_label(words) && !is_state(words);
        }
    }
    items.extend(open.map(|item| made(source, &item, (kind, breaks))));
    (items, prose)
}

fn goes_on(item: &Open, line: &str) -> bool {
    if item.fence.is_some() || line.trim().is_empty() || line.starts_with("  ") || line.starts_with('\t') {
        return true;
    }
    !item.blank && !is_bullet(line)
}

fn fence_after(open: Option<&'static str>, words: &str) -> Option<&'static str> {
    let found = ["```", "~~~"].into_iter().find(|fence| words.starts_with(fence));
    match (open, found) {
        (Some(open), Some(found)) if open == found => None,
        (None, found) => found,
        (open, _) => open,
    }
}

/// A bullet with at most one space before it: what is further in belongs to another item.
fn is_bullet(line: &str) -> bool {
    let line = line.strip_prefix(' ').unwrap_or(line);
    let rest = line.strip_prefix(['*', '-', '+']);
    rest.is_some_and(|rest| rest.starts_with([' ', '\t', '\n', '\r']) || rest.is_empty())
}

/// `[label]: address`
fn is_label(words: &str) -> bool {
    words.starts_with('[') && words.contains("]: ")
}

/// A line that says whether the section is released, or which breaking changes it has.
fn is_state(words: &str) -> bool {
    words.starts_with(super::file::UNRELEASED)
        || words.starts_with("Released ")
        || words.starts_with(super::summary::START)
}

fn made<'t>(read: &Source<'t>, item: &Open, (kind, breaks): (Option<Kind>, bool)) -> Item<'t> {
    let source = &read.text[item.start..item.end];
    let first = source.trim_start();
    let content = first[1..].trim_start();
    let mut lines = content.lines();
    let mut words = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let line = line.trim_end();
        words.push('\n');
        words.push_str(line.strip_prefix("  ").or_else(|| line.strip_prefix('\t')).unwrap_or(line));
    }
    let place = Place::new(&read.lines, item.start..item.end);
    let mut entry = Entry::read_with(kind, &words, &read.labels);
    if breaks && entry.breaking == Breaking::No {
        entry.breaking = Breaking::Minor;
    }
    let links = links(&words, &read.labels).into_iter().map(|found| found.link).collect();
    Item { place, source, entry, links }
}
