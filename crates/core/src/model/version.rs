//! Steps from one version to the next (R1, R8, X11).

use schemars::JsonSchema;
use semver::{BuildMetadata, Prerelease, Version};
use serde::{Deserialize, Serialize};

/// A step of a version group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Bump {
    /// Semver-major: 4.0.0 to 5.0.0, 0.91.2 to 0.92.0, 0.0.1 to 0.0.2 (R1).
    Major,
    /// 4.0.0 to 4.0.1 (R8).
    Patch,
}

/// The version after a step. A pre-release part is dropped first.
pub fn bump_version(from: &Version, bump: Bump) -> Version {
    match bump {
        Bump::Major if (from.major, from.minor) == (0, 0) && from.patch > 0 => Version::new(0, 0, from.patch + 1),
        Bump::Major if from.major == 0 => Version::new(0, from.minor + 1, 0),
        Bump::Major => Version::new(from.major + 1, 0, 0),
        Bump::Patch => Version::new(from.major, from.minor, from.patch + 1),
    }
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
        let step = |text: &str| bump_version(&text.parse().expect("version"), Bump::Major).to_string();
        assert_eq!(step("4.0.0"), "5.0.0");
        assert_eq!(step("0.91.2"), "0.92.0");
        assert_eq!(step("0.0.1"), "0.0.2");
        assert_eq!(step("0.0.0"), "0.1.0");
        assert_eq!(step("49.0.0-dev"), "50.0.0");
    }
}
