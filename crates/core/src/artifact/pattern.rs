//! Which files of a release are archives, and which package is in each.

use regex_lite::Regex;

use crate::policy::{Artifact, in_file_names};

/// What the names of archives end with.
const ENDINGS: [&str; 8] = [".tar.xz", ".tar.zst", ".tar.gz", ".tar.bz2", ".tgz", ".tar", ".zip", ".crate"];

/// Whether a file is one that has an SBOM.
pub(crate) fn is_archive(name: &str) -> bool {
    ENDINGS.iter().any(|ending| name.len() > ending.len() && name.ends_with(ending))
}

/// The artifact of the policy whose name pattern a file's name fits. Where several fit, the one with the most letters of its own.
pub(crate) fn artifact_of<'a>(name: &str, project: &str, artifacts: &'a [Artifact]) -> Option<&'a Artifact> {
    let fitting =
        artifacts.iter().filter(|artifact| pattern(&artifact.name, project).is_some_and(|it| it.is_match(name)));
    fitting.max_by_key(|artifact| own_letters(&artifact.name))
}

/// A name pattern as an expression over names. Processor and system have no hyphen in them, so that `-{os}` is not `-linux-c-api`.
fn pattern(name: &str, project: &str) -> Option<Regex> {
    // People write names by hand as well: with the project's own letters, and with spaces.
    let by_hand = regex_lite::escape(project).replace(' ', "[ -]");
    let project = format!("{by_hand}|{}", regex_lite::escape(&in_file_names(project)));
    let expression = regex_lite::escape(name)
        .replace(r"\{project\}", &format!("(?i:{project})"))
        .replace(r"\{version\}", "[0-9]+[.][0-9]+[.][0-9]+(-[0-9A-Za-z.-]+)?([+][0-9A-Za-z.-]+)?")
        .replace(r"\{arch\}", "[0-9A-Za-z_.]+")
        .replace(r"\{os\}", "[0-9A-Za-z_]+")
        .replace(r"\{target\}", "[0-9A-Za-z_.-]+");
    // A pattern may leave the ending to how the archive is packed.
    let ending =
        if is_archive(name) { String::new() } else { format!("({})", ENDINGS.map(regex_lite::escape).join("|")) };
    Regex::new(&format!("^{expression}{ending}$")).ok()
}

fn own_letters(name: &str) -> usize {
    let held = ["{project}", "{version}", "{arch}", "{os}", "{target}"].iter();
    held.fold(name.to_owned(), |rest, placeholder| rest.replace(placeholder, "")).len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    fn artifacts() -> Vec<Artifact> {
        let text = "[project]\nname = \"Abacist Tools\"\nmain = \"main\"\n[train]\nfirst = { version = \"5.0.0\", cut = 2026-12-05 }\n\
            [[artifact]]\nname = \"{project}-v{version}-{arch}-{os}.tar.xz\"\nkind = \"cli\"\npackage = \"cli\"\ntargets = [\"a-b-c\"]\n\
            [[artifact]]\nname = \"{project}-v{version}-{arch}-{os}-c-api.tar.xz\"\nkind = \"c-api\"\npackage = \"c-api\"\ntargets = [\"a-b-c\"]\n\
            [[artifact]]\nname = \"{project}-v{version}-src\"\nkind = \"source\"\n";
        let policy = Policy::parse(text).expect("a policy");
        policy.epochs()[0].rules.artifacts.clone()
    }

    #[test]
    fn an_archive_is_of_the_package_whose_pattern_it_fits_best() {
        let artifacts = artifacts();
        let package = |name: &str| {
            artifact_of(name, "Abacist Tools", &artifacts)
                .map(|it| it.build().map_or("", |build| build.package.as_str()))
        };
        assert_eq!(package("abacist-tools-v5.0.0-x86_64-linux.tar.xz"), Some("cli"));
        assert_eq!(package("Abacist-Tools-v5.0.0-rc.1-aarch64-macos.tar.xz"), Some("cli"));
        assert_eq!(package("abacist-tools-v5.0.0-x86_64-linux-c-api.tar.xz"), Some("c-api"));
        assert_eq!(package("abacist-tools-v5.0.0-src.tar.gz"), Some(""));
        assert_eq!(package("abacist-tools-v5.0.0-src.txt"), None);
        assert_eq!(package("abacist-tools-v5.0-x86_64-linux.tar.xz"), None);
        assert_eq!(package("other-v5.0.0-x86_64-linux.tar.xz"), None);
    }

    #[test]
    fn archives_are_known_by_their_endings() {
        assert!(["a.tar.xz", "a.zip", "a-1.0.0.crate"].iter().all(|name| is_archive(name)));
        assert!(![".zip", "a.txt", "a.tar.xz.cdx.json", "SHA256SUMS"].iter().any(|name| is_archive(name)));
    }
}
