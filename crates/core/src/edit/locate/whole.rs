//! A file that holds a version and nothing else.

use std::ops::Range;

/// All but the blanks around it.
pub(super) fn find(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start().len();
    start..start + text.trim().len()
}
