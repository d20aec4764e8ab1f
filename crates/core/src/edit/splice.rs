//! Replace parts of a text.

use std::ops::Range;

/// Parts of a text to be replaced. No two overlap.
#[derive(Default)]
pub(crate) struct Splices(Vec<(Range<usize>, String)>);

impl Splices {
    /// Replace a part.
    pub(crate) fn replace(&mut self, place: Range<usize>, by: impl Into<String>) {
        self.0.push((place, by.into()));
    }

    /// The text with all parts replaced.
    pub(crate) fn apply(mut self, text: &str) -> String {
        self.0.sort_by_key(|(place, _)| place.start);
        let mut result = String::with_capacity(text.len() + 64);
        let mut done = 0;
        for (place, by) in self.0 {
            result.push_str(&text[done..place.start]);
            result.push_str(&by);
            done = place.end;
        }
        result.push_str(&text[done..]);
        result
    }
}
