//! The rules over the packaged crates of a release.

use super::{CrateFacts, RegistryLimits, judge};
use crate::model::{CrateVersions, Finding};

/// Findings of every packaged crate, sizes and readmes included. The index is not looked at.
pub fn packages(facts: &[CrateFacts], limits: RegistryLimits) -> Vec<Finding> {
    facts.iter().flat_map(|facts| judge(facts, &CrateVersions::new(), limits)).collect()
}
