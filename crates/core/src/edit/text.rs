//! A version inside a regular text.

use std::ops::Range;

use semver::Version;

use super::{EditError, splice::Splices};

const PLACE: &str = "{version}";

/// Set the version where `pattern` stands, with a version for its `{version}`; exactly once in the text.
pub(super) fn edit(path: &str, text: &str, pattern: &str, version: &Version) -> Result<String, EditError> {
    let places = find(text, pattern);
    let line = |place: &Range<usize>| 1 + text[..place.start].matches('\n').count();
    match &places[..] {
        [place] => {
            let mut splices = Splices::default();
            splices.replace(place.clone(), version.to_string());
            Ok(splices.apply(text))
        }
        [] => Err(EditError::NothingToSet { path: path.to_owned(), looked_for: pattern.to_owned() }),
        places => Err(EditError::Ambiguous {
            path: path.to_owned(),
            looked_for: pattern.to_owned(),
            lines: places.iter().map(line).collect(),
        }),
    }
}

/// Where versions stand between what the pattern has before and after its place.
fn find(text: &str, pattern: &str) -> Vec<Range<usize>> {
    let Some((before, after)) = pattern.split_once(PLACE) else { return Vec::new() };
    let starts: Vec<usize> = if before.is_empty() {
        let digit = |at: usize| text[at..].starts_with(|c: char| c.is_ascii_digit());
        let letter_before =
            |at: usize| text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-');
        (0..text.len()).filter(|at| text.is_char_boundary(*at) && digit(*at) && !letter_before(*at)).collect()
    } else {
        text.match_indices(before).map(|(at, _)| at + before.len()).collect()
    };
    starts.into_iter().filter_map(|start| version_at(text, start, after)).collect()
}

/// The longest version that starts here and is followed by `after`.
fn version_at(text: &str, start: usize, after: &str) -> Option<Range<usize>> {
    let rest = &text[start..];
    let longest =
        rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | '+')).unwrap_or(rest.len());
    let ends = (1..=longest).rev().filter(|end| rest[*end..].starts_with(after));
    ends.map(|end| start..start + end).find(|place| Version::parse(&text[place.clone()]).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn set(text: &str, pattern: &str) -> Result<String, String> {
        edit("f", text, pattern, &Version::new(5, 0, 0)).map_err(|error| error.to_string())
    }

    #[test]
    fn the_version_in_a_text_is_set() {
        assert_eq!(set("a = \"4.0.0-dev\"\nb", "a = \"{version}\""), Ok("a = \"5.0.0\"\nb".to_owned()));
        assert_eq!(set("release v4.0.0.", "release v{version}"), Ok("release v5.0.0.".to_owned()));
        assert_eq!(set("4.0.0", "{version}"), Ok("5.0.0".to_owned()));
    }

    #[test]
    fn none_and_several_are_errors() {
        assert_eq!(set("a 4.0", "a {version}"), Err("f has no `a {version}`".to_owned()));
        assert_eq!(
            set("a 4.0.0\na 4.0.0", "a {version}"),
            Err("f has `a {version}` on lines 1 and 2 where one is expected".to_owned())
        );
    }
}
