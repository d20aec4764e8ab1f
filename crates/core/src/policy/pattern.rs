//! Names with a place for a version.

use semver::Version;

use super::Pattern;

impl Pattern {
    /// The name for a version. `{version}`, `{major}`, `{minor}` and `{patch}` are filled in.
    pub fn with(&self, version: &Version) -> String {
        self.0
            .replace("{version}", &version.to_string())
            .replace("{major}", &version.major.to_string())
            .replace("{minor}", &version.minor.to_string())
            .replace("{patch}", &version.patch.to_string())
    }

    /// The version that a name is for. None where the name is not of this pattern, or the pattern does not hold all of it.
    pub fn version_of(&self, name: &str) -> Option<Version> {
        let (before, after) = self.0.split_once("{version}")?;
        let version = name.strip_prefix(before)?.strip_suffix(after)?.parse().ok()?;
        (self.with(&version) == name).then_some(version)
    }
}
