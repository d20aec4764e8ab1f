//! A version inside a regular text, and versions in running text.

use std::ops::Range;

use semver::Version;

use super::place::Fault;

const PLACE: &str = "{version}";

/// Where `pattern` stands, with a version for its `{version}`; exactly once in the text.
pub(super) fn find(text: &str, pattern: &str) -> Result<Range<usize>, Fault> {
    let (before, after) = pattern.split_once(PLACE).unwrap_or((pattern, ""));
    let places: Vec<Range<usize>> = if before.is_empty() {
        versions_before(text, 0..text.len(), after).collect()
    } else {
        let starts = text.match_indices(before).map(|(at, _)| at + before.len());
        starts.filter_map(|start| version_at(text, start, text.len(), after)).collect()
    };
    Fault::unless_one(text, places, None)
}

/// Versions in a part of a text. A version starts where no word does, or after its `v`, and ends where no word goes on.
pub(super) fn versions_within(text: &str, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    versions_before(text, part, "")
}

fn versions_before(text: &str, part: Range<usize>, after: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = part.start;
    std::iter::from_fn(move || {
        while from < part.end {
            let start = from + text[from..part.end].find(|c: char| c.is_ascii_digit())?;
            let begins = is_begin(&text[part.start..start]);
            match version_at(text, start, part.end, after).filter(|_| begins) {
                Some(place) => {
                    from = place.end;
                    return Some(place);
                }
                None => from = start + 1,
            }
        }
        None
    })
}

/// Whether a version may start after this.
fn is_begin(before: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    match before.strip_suffix(['v', 'V']) {
        Some(before) => !before.ends_with(char::is_alphanumeric),
        None => !before.ends_with(word),
    }
}

/// The longest version that starts here and is followed by `after`; followed by nothing, it must not go on.
fn version_at(text: &str, start: usize, end: usize, after: &str) -> Option<Range<usize>> {
    let rest = &text[start..end];
    let longest =
        rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | '+')).unwrap_or(rest.len());
    let ends = (1..=longest).rev().filter(|end| match after {
        "" => is_end(&rest[*end..]),
        after => rest[*end..].starts_with(after),
    });
    ends.map(|end| start..start + end).find(|place| Version::parse(&text[place.clone()]).is_ok())
}

/// Whether a version may end before this. A dot or a hyphen ends one only where nothing follows it: `1.2.3.tar` would be
/// read as one longer version once it is `1.2.3-rc.1.tar`.
fn is_end(rest: &str) -> bool {
    let mut letters = rest.chars();
    match letters.next() {
        Some('.' | '-' | '+') => !letters.next().is_some_and(|c| c.is_alphanumeric() || c == '_'),
        Some(c) => !c.is_alphanumeric() && c != '_',
        None => true,
    }
}
