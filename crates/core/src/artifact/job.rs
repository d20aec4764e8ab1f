//! What is to be made.

use semver::Version;

use super::{Asset, Job};
use crate::{
    model::ArchiveFormat,
    policy::{Artifact, Build, MadeOn, Rules},
};

/// A build to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildOrder {
    /// The program, and its arguments.
    pub command: Vec<String>,
    /// The package.
    pub package: String,
    /// The target.
    pub target: String,
    /// Where the files are afterwards, below cargo's target folder.
    pub output: String,
}

/// All archives of a release by its rules, in the policy's order (R11).
pub fn jobs(project: &str, rules: &Rules, version: &Version) -> Vec<Job> {
    let of = |artifact: &Artifact, target: Option<&str>| Job {
        stem: artifact.stem(project, version, target),
        target: target.map(str::to_owned),
        formats: artifact.formats_for(target),
        artifact: artifact.clone(),
    };
    rules.artifacts.iter().flat_map(|it| it.targets().into_iter().map(move |target| of(it, target))).collect()
}

/// What the policy says of these archives, each once.
pub fn artifacts_of(jobs: &[Job]) -> Vec<Artifact> {
    let mut artifacts: Vec<Artifact> = jobs.iter().map(|job| job.artifact.clone()).collect();
    artifacts.dedup();
    artifacts
}

impl Job {
    /// The files that come of it.
    pub fn assets(&self) -> Vec<Asset> {
        let asset = |format: &ArchiveFormat| Asset {
            name: format!("{}.{format}", self.stem),
            kind: self.artifact.kind(),
            target: self.target.clone(),
            format: *format,
        };
        self.formats.iter().map(asset).collect()
    }

    /// Whether it is for this artifact of the policy.
    pub fn is_of(&self, artifact: &Artifact) -> bool {
        self.artifact == *artifact
    }

    /// Which machines make it by themselves.
    pub fn made_on(&self) -> MadeOn {
        self.artifact.made_on
    }

    /// Whether it is of the artifact that a person names: by the stem, by the policy's pattern, by the package, or by the kind.
    pub fn is_called(&self, name: &str) -> bool {
        let Artifact { name: pattern, .. } = &self.artifact;
        let package = self.artifact.build().map(|build| build.package.as_str());
        name == self.stem || name == pattern || Some(name) == package || name == self.artifact.kind().to_string()
    }

    /// The build that it needs, for a target that may be another one than its own; none for sources.
    pub fn order(&self, target: &str) -> Option<BuildOrder> {
        let build = self.artifact.build()?;
        Some(BuildOrder {
            command: command(build, target),
            package: build.package.clone(),
            target: target.to_owned(),
            output: format!("{target}/{}", profile_folder(&build.profile)),
        })
    }

    /// The program that its policy names to build it; none where that is cargo as usual.
    pub(super) fn own_program(&self) -> Option<&str> {
        self.artifact.build()?.command.as_ref()?.first().map(String::as_str)
    }
}

fn command(build: &Build, target: &str) -> Vec<String> {
    let usual =
        ["cargo", "build", "--locked", "--profile", "{profile}", "--package", "{package}", "--target", "{target}"];
    let words = build.command.clone().unwrap_or_else(|| usual.map(str::to_owned).to_vec());
    let filled = |word: String| {
        word.replace("{package}", &build.package).replace("{profile}", &build.profile).replace("{target}", target)
    };
    words.into_iter().map(filled).collect()
}

/// Cargo's folder for a profile: two have other names.
fn profile_folder(profile: &str) -> &str {
    match profile {
        "dev" | "test" => "debug",
        "bench" => "release",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use crate::artifact::examples::{C_API, CLI, SOURCE, job};

    #[test]
    fn cargo_builds_what_has_no_command_of_its_own() {
        let order = job(CLI).order("x86_64-unknown-linux-gnu").expect("it is built");
        let usual = "cargo build --locked --profile release --package abacist-cli --target x86_64-unknown-linux-gnu";
        assert_eq!(order.command.join(" "), usual);
        assert_eq!(order.output, "x86_64-unknown-linux-gnu/release");
        assert_eq!(job(SOURCE).order("x86_64-unknown-linux-gnu"), None);
    }

    #[test]
    fn a_command_of_the_policy_is_told_package_target_and_profile() {
        let own = format!(
            "{C_API}profile = \"dev\"\ncommand = [\"cargo\", \"xtask\", \"c-api\", \"{{package}}={{target}}/{{profile}}\"]\n"
        );
        let order = job(&own).order("aarch64-apple-darwin").expect("it is built");
        assert_eq!(order.command, ["cargo", "xtask", "c-api", "abacist-c-api=aarch64-apple-darwin/dev"]);
        assert_eq!(order.output, "aarch64-apple-darwin/debug");
    }

    #[test]
    fn a_person_names_an_archive_by_its_stem_its_pattern_its_package_or_its_kind() {
        let job = job(C_API);
        assert!(job.is_called("c-api") && job.is_called("abacist-v5.0.0-x86_64-linux-c-api"));
        assert!(job.is_called("{project}-v{version}-{arch}-{os}-c-api") && job.is_called("abacist-c-api"));
        assert!(!job.is_called("cli") && !job.is_called("abacist-cli"));
    }
}
