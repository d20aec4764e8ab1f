//! Versions in lines that carry a mark.

use std::ops::Range;

use super::{
    place::{Fault, Place},
    text::versions_within,
};
use crate::workspace::line_of;

/// What a line is by its marks.
enum Line {
    Begin,
    End,
    Marked,
    Plain,
}

/// The version of every line with the mark, and all between a line with the mark and ` begin` and one with the mark and ` end`.
pub(super) fn find(text: &str, marker: &str) -> Result<Vec<Place>, Fault> {
    let mut places = Vec::new();
    // Where the region began that is not ended yet, and how many places there were before it.
    let mut region: Option<(usize, usize)> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let (from, here) = (start, start..start + line.len());
        start = here.end;
        let at = line_of(text, from);
        match (kind(line, marker), region) {
            (Line::Begin, None) => region = Some((at, places.len())),
            (Line::End, Some((_, before))) if places.len() > before => region = None,
            (Line::End, Some((begin, _))) => return Err(Fault::NoVersion { line: begin, found: marker.to_owned() }),
            (Line::Begin, Some((begin, _))) => return Err(unclosed(begin, marker)),
            (Line::End, None) => {
                return Err(Fault::Unreadable { line: at, why: format!("`{marker} end` ends nothing") });
            }
            (Line::Marked, _) => {
                let one = one_version(text, here, marker)?;
                places.push(one.ok_or_else(|| Fault::no_version(text, from, line.trim()))?);
            }
            (Line::Plain, Some(_)) => places.extend(one_version(text, here, marker)?),
            (Line::Plain, None) => {}
        }
    }
    match region {
        Some((begin, _)) => Err(unclosed(begin, marker)),
        None if places.is_empty() => Err(Fault::Nothing(None)),
        None => Ok(places),
    }
}

fn kind(line: &str, marker: &str) -> Line {
    let Some((_, after)) = line.split_once(marker) else { return Line::Plain };
    let word = |word: &str| {
        let rest = after.strip_prefix(' ').and_then(|after| after.strip_prefix(word));
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    match (word("begin"), word("end")) {
        (true, _) => Line::Begin,
        (_, true) => Line::End,
        _ => Line::Marked,
    }
}

fn unclosed(line: usize, marker: &str) -> Fault {
    Fault::Unreadable { line, why: format!("no `{marker} end` follows `{marker} begin`") }
}

/// The only version of a line, beside its mark.
fn one_version(text: &str, line: Range<usize>, marker: &str) -> Result<Option<Place>, Fault> {
    let mark = text[line.clone()].find(marker).map(|at| line.start + at..line.start + at + marker.len());
    let beside =
        |place: &Range<usize>| mark.as_ref().is_none_or(|mark| place.end <= mark.start || place.start >= mark.end);
    let found: Vec<Range<usize>> = versions_within(text, line.clone()).filter(beside).collect();
    match &found[..] {
        [] => Ok(None),
        [one] => Place::version(text, one.clone()).map(Some),
        several => Err(Fault::SeveralVersions {
            line: line_of(text, line.start),
            found: several.iter().map(|place| text[place.clone()].to_owned()).collect(),
        }),
    }
}
