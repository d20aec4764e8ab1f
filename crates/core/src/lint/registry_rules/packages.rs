//! The rules over the packaged crates of a release.

use super::{RegistryLimits, judge};
use crate::model::{CrateVersions, Finding, Packaged};

/// Findings of every packaged crate, sizes and readmes included. The index is judged by [`super::ReleaseInIndex`].
pub fn packages(packaged: &[Packaged], limits: RegistryLimits) -> Vec<Finding> {
    packaged.iter().flat_map(|it| judge(&it.facts, &CrateVersions::new(), limits)).collect()
}
