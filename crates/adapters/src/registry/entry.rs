//! An index entry, read.

use semver::Version;
use serde::Deserialize;
use stationmaster_core::model::{CrateVersions, IndexVersion, Observed};

#[derive(Deserialize)]
struct Line {
    vers: Version,
    cksum: String,
    #[serde(default)]
    yanked: bool,
}

/// An entry, where it was read.
pub(super) fn parse(text: &str) -> Observed<CrateVersions> {
    versions(text).map_or_else(Observed::Unknown, Observed::Known)
}

/// An entry: one version a line, each a JSON object. A line that does not parse makes the whole entry unknown, because what
/// it says of a version must never be taken for absence.
pub(super) fn versions(text: &str) -> Result<CrateVersions, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let versions = lines.map(|(at, line)| match serde_json::from_str::<Line>(line) {
        Ok(Line { vers, cksum, yanked }) => Ok((vers, IndexVersion { checksum: cksum, yanked })),
        Err(error) => Err(format!("line {} of the index entry does not parse: {error}", at + 1)),
    });
    versions.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_one_version_a_line() {
        let text = "{\"name\":\"a\",\"vers\":\"1.0.0\",\"deps\":[],\"cksum\":\"ab\",\"features\":{},\"yanked\":true}\n\
                    {\"name\":\"a\",\"vers\":\"1.0.1\",\"deps\":[],\"cksum\":\"cd\",\"features\":{}}\n";
        let Observed::Known(versions) = parse(text) else { panic!("it parses") };
        assert!(versions[&Version::new(1, 0, 0)].yanked);
        assert_eq!(versions[&Version::new(1, 0, 1)].checksum, "cd");
    }

    #[test]
    fn a_line_that_does_not_parse_makes_the_entry_unknown_and_not_shorter() {
        let text = "{\"vers\":\"1.0.0\",\"cksum\":\"ab\"}\nnot json\n";
        assert!(matches!(parse(text), Observed::Unknown(why) if why.starts_with("line 2 ")));
    }
}
