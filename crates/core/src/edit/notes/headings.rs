//! The skeleton of a Markdown text: headings and separators, with their places.

use std::ops::Range;

use semver::Version;

/// A line that gives the text its structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark<'t> {
    /// Its bytes, with the line end.
    pub(super) place: Range<usize>,
    /// What it is.
    pub(super) kind: MarkKind<'t>,
}

/// What a mark is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum MarkKind<'t> {
    /// `## text`.
    Heading {
        /// How many `#`.
        level: usize,
        /// Without `#` and space.
        text: &'t str,
    },
    /// A line of dashes.
    Separator,
}

impl Mark<'_> {
    /// The version that a heading is for: `4.0.0`, `v4.0.0`, `Version 4.0.0`, `[4.0.0] - 2022-12-20` and the like.
    pub(super) fn version(&self) -> Option<Version> {
        let MarkKind::Heading { text, .. } = self.kind else { return None };
        let mut words = text.split_whitespace();
        let mut word = words.next()?;
        if ["version", "release"].iter().any(|called| word.eq_ignore_ascii_case(called)) {
            word = words.next()?;
        }
        let word = word.strip_prefix('[').map_or(word, |rest| rest.split(']').next().unwrap_or(rest));
        Version::parse(word.trim_start_matches(['v', 'V']).trim_end_matches(':')).ok()
    }

    /// A heading that says `Unreleased` or `[Unreleased]`.
    pub(super) fn is_unreleased(&self) -> bool {
        let MarkKind::Heading { text, .. } = self.kind else { return false };
        let word = text.trim_start_matches('[');
        word.get(..10).is_some_and(|word| word.eq_ignore_ascii_case("unreleased"))
            && word[10..].chars().next().is_none_or(|c| !c.is_alphanumeric())
    }

    /// How deep; a separator is above all headings.
    fn level(&self) -> usize {
        match self.kind {
            MarkKind::Heading { level, .. } => level,
            MarkKind::Separator => 0,
        }
    }
}

/// Marks of a text, in order; those in code blocks and comments are none.
pub(super) fn marks(text: &str) -> Vec<Mark<'_>> {
    let mut marks = Vec::new();
    let mut fence: Option<&str> = None;
    let mut blank_before = true;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let place = start..start + line.len();
        start = place.end;
        let content = line.trim_end();
        let bare = content.trim_start();
        let opener = ["```", "~~~"].into_iter().find(|opener| bare.starts_with(opener));
        match (fence, opener) {
            (Some(open), Some(found)) if open == found => fence = None,
            // What is never closed is no code block: all that follows would be lost in it.
            (None, Some(found)) if text[start..].lines().any(|line| line.trim_start().starts_with(found)) => {
                fence = Some(found);
            }
            (Some(_), _) => {}
            (None, _) => {
                if let Some(kind) = kind_of(content, blank_before) {
                    marks.push(Mark { place, kind });
                }
            }
        }
        blank_before = content.is_empty();
    }
    marks
}

fn kind_of(line: &str, blank_before: bool) -> Option<MarkKind<'_>> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    if (1..=6).contains(&level) && line[level..].starts_with([' ', '\t']) {
        return Some(MarkKind::Heading { level, text: line[level..].trim() });
    }
    // Under a line of text, dashes make it a heading; those are not used for versions.
    let dashes = line.len() >= 3 && line.bytes().all(|byte| byte == b'-');
    (dashes && blank_before).then_some(MarkKind::Separator)
}

/// Where the part below a heading ends: at the next heading of its level or above, or at a separator.
pub(super) fn end_of(text: &str, marks: &[Mark<'_>], heading: usize) -> usize {
    let level = marks[heading].level();
    marks[heading + 1..].iter().find(|mark| mark.level() <= level).map_or(text.len(), |mark| mark.place.start)
}

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

/// `insert` with the line ends of `text`.
pub(crate) fn with_line_ends_of(text: &str, insert: &str) -> String {
    let insert = insert.replace("\r\n", "\n");
    if text.contains("\r\n") { insert.replace('\n', "\r\n") } else { insert }
}
