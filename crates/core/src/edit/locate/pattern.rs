//! A version that a regular expression finds.

use std::ops::Range;

use super::place::Fault;
use crate::policy::VersionRegex;

/// What `version` captures; the expression matches exactly once.
pub(super) fn find(text: &str, regex: &VersionRegex) -> Result<Range<usize>, Fault> {
    let matches = regex.regex().captures_iter(text).filter_map(|captures| captures.name("version"));
    Fault::unless_one(text, matches.map(|found| found.range()).collect(), None)
}
