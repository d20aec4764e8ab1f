//! What is released: by the tags of the repository, and by what the forge shows. Every name is read once, so that many tags cost no
//! more than reading them.

use std::collections::BTreeMap;

use semver::Version;

use crate::{
    facts::Facts,
    model::{CommitId, ForgeRelease, LineName},
    policy::Project,
};

/// The releases that the forge shows, with their versions. Candidates do not count, whether their tag or the forge calls them so.
/// None where that is not known.
pub fn shown<'a>(project: &'a Project, seen: &'a Facts) -> impl Iterator<Item = (Version, &'a ForgeRelease)> {
    let all = seen.own.forge_releases.known().into_iter().flat_map(|all| all.values());
    let full = all.filter(|release| !release.hidden && !release.prerelease);
    full.filter_map(|release| Some((project.tag.version_of(&release.tag)?, release)))
        .filter(|(version, _)| version.pre.is_empty())
}

/// The one of them that is newest by version (X13).
pub fn newest_shown<'a>(project: &'a Project, seen: &'a Facts) -> Option<(Version, &'a ForgeRelease)> {
    shown(project, seen).max_by(|a, b| a.0.cmp(&b.0))
}

/// Every version that a tag names, candidates too, with the commit of its tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Releases<'a>(BTreeMap<Version, &'a CommitId>);

impl<'a> Releases<'a> {
    /// Read the tags.
    pub fn of(project: &Project, seen: &'a Facts) -> Self {
        Self(seen.own.tags.iter().filter_map(|(tag, at)| Some((project.tag.version_of(tag)?, &at.commit))).collect())
    }

    /// The highest version of all, candidates too.
    pub fn highest(&self) -> Option<&Version> {
        self.0.last_key_value().map(|(version, _)| version)
    }

    /// The newest release. Candidates do not count.
    pub fn newest(&self) -> Option<&Version> {
        self.0.keys().rfind(|version| version.pre.is_empty())
    }

    /// The newest release of a line, and its commit. Candidates do not count.
    pub fn newest_of(&self, line: LineName) -> Option<(&Version, &'a CommitId)> {
        self.of_line(line).last()
    }

    /// The releases of a line, oldest first. Candidates do not count.
    pub fn of_line(&self, line: LineName) -> impl Iterator<Item = (&Version, &'a CommitId)> {
        let from = self.0.range(line.first_version()..).take_while(move |(version, _)| LineName::of(version) == line);
        from.filter(|(version, _)| version.pre.is_empty()).map(|(version, commit)| (version, *commit))
    }

    /// The versions above one, lowest first, candidates too.
    pub fn above<'s>(&'s self, version: &'s Version) -> impl Iterator<Item = &'s Version> {
        self.0.range(version..).map(|(version, _)| version).filter(move |other| *other != version)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::Releases;
    use crate::{
        facts::Facts,
        model::{CommitId, LineName, TagRef},
        plan::plan,
        policy::Policy,
    };

    const TEXT: &str = "[project]\nname = \"Demo\"\nidentity = { name = \"Bot\", email = \"bot@example.org\" }\n\n\
                        [train]\ncadence = { monthly = 5 }\nrelease = \"on-merge\"\n\
                        first = { version = \"1.0.0\", cut = 2024-12-05 }\n\n\
                        [[group]]\nname = \"demo\"\nmembers = [\"*\"]\n\n[support]\nlatest = 2\n";

    fn tagged(tags: impl IntoIterator<Item = String>) -> (Policy, Facts) {
        let mut seen = Facts::of_nothing(date(2026, 12, 1));
        let commit: CommitId = "1".repeat(40).parse().expect("an id");
        let at = |tag| (tag, TagRef { commit: commit.clone() });
        seen.own.tags = tags.into_iter().map(at).collect();
        (Policy::parse(TEXT).expect("it is sound"), seen)
    }

    #[test]
    fn candidates_and_tags_that_name_no_version_are_no_releases() {
        let tags = ["v1.0.0", "v1.0.2", "v2.0.0-rc.1", "v2.0.0-rc.2", "nightly", "v1.0.10", "v3"];
        let (policy, seen) = tagged(tags.map(str::to_owned));
        let releases = Releases::of(&policy.project, &seen);
        let line = |major| LineName::of(&semver::Version::new(major, 0, 0));
        let text = |version: Option<&semver::Version>| version.map(ToString::to_string).unwrap_or_default();
        assert_eq!(text(releases.newest()), "1.0.10");
        assert_eq!(text(releases.highest()), "2.0.0-rc.2");
        assert_eq!(text(releases.newest_of(line(1)).map(|(version, _)| version)), "1.0.10");
        assert_eq!(releases.newest_of(line(2)), None);
        assert_eq!(releases.of_line(line(1)).count(), 3);
        let first = "2.0.0-rc.1".parse().expect("a version");
        assert_eq!(releases.above(&first).map(ToString::to_string).collect::<Vec<_>>(), ["2.0.0-rc.2"]);
    }

    /// Hours, if each tag were held against each other.
    #[test]
    fn a_hundred_thousand_tags_are_planned_with() {
        let tags = (1..=100).flat_map(|major| (0..1000).map(move |patch| format!("v{major}.0.{patch}")));
        let (policy, seen) = tagged(tags);
        let plan = plan(&policy, &seen).expect("nothing is lacking");
        assert!(plan.steps.is_empty(), "{:?}", plan.steps);
        let (_, none) = tagged([]);
        assert_eq!(Releases::of(&policy.project, &seen).newest().map(|version| version.major), Some(100));
        assert_eq!(Releases::of(&policy.project, &none).newest(), None);
    }
}
