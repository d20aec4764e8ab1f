//! Steps from one version to the next (R1, R8, X11).

use schemars::JsonSchema;
use semver::{BuildMetadata, Prerelease, Version};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A step of a version group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Bump {
    /// Semver-major: 4.0.0 to 5.0.0, 0.91.2 to 0.92.0, 0.0.1 to 0.0.2 (R1).
    Major,
    /// 4.0.0 to 4.0.1 (R8).
    Patch,
}

/// A version that no step leads on from: one of its numbers is the greatest that a version can hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no version after {0}: {max} is the largest number a version can have", max = u64::MAX)]
pub struct LastVersion(pub Version);

/// The version after a step. A pre-release part is dropped first.
///
/// # Errors
/// [`LastVersion`].
pub fn bump_version(from: &Version, bump: Bump) -> Result<Version, LastVersion> {
    let next = |number: u64| number.checked_add(1).ok_or_else(|| LastVersion(from.clone()));
    Ok(match bump {
        Bump::Major if (from.major, from.minor) == (0, 0) && from.patch > 0 => Version::new(0, 0, next(from.patch)?),
        Bump::Major if from.major == 0 => Version::new(0, next(from.minor)?, 0),
        Bump::Major => Version::new(next(from.major)?, 0, 0),
        Bump::Patch => Version::new(from.major, from.minor, next(from.patch)?),
    })
}

/// The release a candidate or development version leads to: `49.0.0-dev` gives `49.0.0`.
pub fn strip_pre(version: &Version) -> Version {
    Version { pre: Prerelease::EMPTY, build: BuildMetadata::EMPTY, ..version.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_major_step_moves_the_first_nonzero_number() {
        let step =
            |text: &str| bump_version(&text.parse().expect("version"), Bump::Major).expect("a next one").to_string();
        assert_eq!(step("4.0.0"), "5.0.0");
        assert_eq!(step("0.91.2"), "0.92.0");
        assert_eq!(step("0.0.1"), "0.0.2");
        assert_eq!(step("0.0.0"), "0.1.0");
        assert_eq!(step("49.0.0-dev"), "50.0.0");
    }

    #[test]
    fn no_number_wraps_around() {
        let max = u64::MAX;
        for (text, bump) in [
            (format!("{max}.0.0"), Bump::Major),
            (format!("0.{max}.0"), Bump::Major),
            (format!("0.0.{max}"), Bump::Major),
            (format!("1.2.{max}"), Bump::Patch),
        ] {
            let last: Version = text.parse().expect("version");
            assert_eq!(bump_version(&last, bump), Err(LastVersion(last.clone())), "{text}");
        }
    }
}
