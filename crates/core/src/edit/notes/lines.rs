//! Lines of a text: where they start and end, and which number one has.

use std::ops::Range;

/// Where the lines of a text end, so that the number of any line is found at once.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    /// The line of a byte, from 1.
    pub(super) fn number(&self, offset: usize) -> u32 {
        u32::try_from(1 + self.0.partition_point(|end| *end < offset)).unwrap_or(u32::MAX)
    }
}

/// The whole lines that a part of a text is on, with the last line end. A lone carriage return ends a line, as in Markdown.
pub(super) fn whole_lines(text: &str, part: Range<usize>) -> Range<usize> {
    let start = text[..part.start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let content = part.start + text[part.clone()].trim_end_matches(['\n', '\r']).len();
    let rest = &text[content..];
    let end = match rest.find(['\n', '\r']) {
        Some(at) if rest[at..].starts_with("\r\n") => content + at + 2,
        Some(at) => content + at + 1,
        None => text.len(),
    };
    start..end
}

/// The part of a text that holds two others; an empty one holds nothing.
pub(super) fn around(one: &Range<usize>, other: Range<usize>) -> Range<usize> {
    if one.is_empty() { other } else { one.start.min(other.start)..one.end.max(other.end) }
}

/// `insert` with the line ends of `text`: those of its first line.
pub(crate) fn with_line_ends_of(text: &str, insert: &str) -> String {
    let insert = insert.replace("\r\n", "\n");
    let crlf = text.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r'));
    if crlf { insert.replace('\n', "\r\n") } else { insert }
}
