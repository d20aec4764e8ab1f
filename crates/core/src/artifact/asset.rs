//! Which files a release has beside its crates.

use semver::Version;
use serde::Serialize;

use super::{Job, jobs};
use crate::{
    model::ArchiveFormat,
    policy::{ArtifactKind, Rules},
};

/// One file of a release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Asset {
    /// Its name: `abacist-v5.0.0-x86_64-linux-c-api.tar.xz`.
    pub name: String,
    /// What it holds.
    pub kind: ArtifactKind,
    /// The target it is for, as rustc names it; none for sources.
    pub target: Option<String>,
    /// How it is packed.
    pub format: ArchiveFormat,
}

/// All archives that a release has by its rules, wherever they are built, in the policy's order (R11). `project` is the
/// project's name as the policy has it. No two have the same name.
///
/// What lies beside them once they are attested is not among them.
pub fn expected_assets(project: &str, rules: &Rules, version: &Version) -> Vec<Asset> {
    jobs(project, rules, version).iter().flat_map(Job::assets).collect()
}

#[cfg(test)]
mod tests {
    use super::expected_assets;
    use crate::policy::Policy;

    const HEAD: &str = "[project]\nname = \"Abacist Tools\"\nmain = \"main\"\n[train]\nfirst = { version = \"5.0.0\", cut = 2026-12-05 }\n";

    fn names(artifacts: &str, version: &str) -> Vec<String> {
        let policy = Policy::parse(&format!("{HEAD}{artifacts}")).expect("a policy");
        let rules = &policy.epochs()[0].rules;
        let version = version.parse().expect("a version");
        expected_assets(&policy.project.name, rules, &version).into_iter().map(|asset| asset.name).collect()
    }

    #[test]
    fn each_target_has_an_archive_packed_as_its_users_expect() {
        let cli = "[[artifact]]\nname = \"{project}-v{version}-{arch}-{os}\"\nkind = \"cli\"\npackage = \"tools\"\n\
            targets = [\"x86_64-unknown-linux-gnu\", \"aarch64-apple-darwin\", \"x86_64-pc-windows-msvc\", \"x86_64-pc-windows-gnu\"]\n";
        assert_eq!(
            names(cli, "5.0.0-rc.1"),
            [
                "abacist-tools-v5.0.0-rc.1-x86_64-linux.tar.xz",
                "abacist-tools-v5.0.0-rc.1-aarch64-macos.tar.xz",
                "abacist-tools-v5.0.0-rc.1-x86_64-windows.zip",
                "abacist-tools-v5.0.0-rc.1-x86_64-mingw.zip",
            ]
        );
    }

    #[test]
    fn the_policy_says_the_formats_as_a_list_or_as_the_ending_of_the_name() {
        let source = |more: &str, ending: &str| {
            format!("[[artifact]]\nname = \"{{project}}-{{version}}-src{ending}\"\nkind = \"source\"\n{more}")
        };
        assert_eq!(names(&source("", ""), "5.0.1"), ["abacist-tools-5.0.1-src.tar.xz"]);
        assert_eq!(names(&source("", ".tar.gz"), "5.0.1"), ["abacist-tools-5.0.1-src.tar.gz"]);
        let both = source("formats = [\"tar.zst\", \"zip\"]\n", "");
        assert_eq!(names(&both, "5.0.1"), ["abacist-tools-5.0.1-src.tar.zst", "abacist-tools-5.0.1-src.zip"]);
    }

    #[test]
    fn wasmtimes_archives_are_called_as_it_calls_them() {
        let text = include_str!("../../policies/wasmtime.toml");
        let policy = Policy::parse(text).expect("a policy");
        let rules = &policy.epochs().last().expect("an epoch").rules;
        let assets = expected_assets(&policy.project.name, rules, &semver::Version::new(39, 0, 0));
        let has = |name: &str| assets.iter().any(|asset| asset.name == name);
        for name in [
            "wasmtime-v39.0.0-x86_64-linux.tar.xz",
            "wasmtime-v39.0.0-aarch64-macos-c-api.tar.xz",
            "wasmtime-v39.0.0-x86_64-windows-c-api.zip",
            "wasmtime-v39.0.0-x86_64-mingw.zip",
            "wasmtime-v39.0.0-src.tar.gz",
        ] {
            assert!(has(name), "{name}: {assets:#?}");
        }
    }
}
