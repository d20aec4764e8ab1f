//! `[[artifact]]`: what a release consists of beside its crates (R11).

use std::{collections::BTreeMap, fmt};

use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use super::{ArchiveFormat, Platform};

/// What a path of headers begins with that are not the commit's, but made by the build.
pub(crate) const BUILT: &str = "{built}/";

/// An archive, of one kind, for each of its targets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Artifact {
    /// Name without the ending, with `{project}`, `{version}`, `{arch}`, `{os}`.
    pub name: String,
    /// How it is packed. Empty: as its target's users expect ([`Self::formats_for`]).
    pub formats: Vec<ArchiveFormat>,
    /// Paths of files that are put in beside the rest. None: the license and readme files at the commit's root.
    pub files: Option<Vec<String>>,
    /// Where the loop makes it by itself.
    #[serde(default)]
    pub made_on: MadeOn,
    /// What it holds.
    pub contents: Contents,
}

/// Which machines make an archive by themselves, once its release is on the forge. People may make it anywhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MadeOn {
    /// Any that can.
    #[default]
    Anywhere,
    /// Those of a CI.
    Ci,
}

/// One archive for one target, in all its formats.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Job {
    /// The name without its ending: also the one folder in it.
    pub stem: String,
    /// The target, as rustc names it; none for sources.
    pub target: Option<String>,
    /// How it is packed; at least one.
    pub formats: Vec<ArchiveFormat>,
    /// What the policy says of it.
    pub(crate) artifact: Artifact,
}

/// What an archive holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Contents {
    /// Libraries and headers.
    CApi {
        /// What is built.
        build: Build,
        /// Folders, or globs over paths, whose content goes to `include/`; with `{built}/` in front, of what was built. None: the
        /// package's folder `include`.
        headers: Option<Vec<String>>,
        /// The library's name, where it is not that of the package's library.
        library: Option<String>,
    },
    /// Programs.
    Cli {
        /// What is built.
        build: Build,
        /// Arguments that let the program print its completions.
        completions: BTreeMap<Shell, Vec<String>>,
        /// Arguments that let it print its manual page.
        man: Option<Vec<String>>,
    },
    /// The files of the commit.
    Source,
}

/// What is built, for what, and how.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Build {
    /// The package.
    pub package: String,
    /// Targets, as rustc names them.
    pub targets: Vec<String>,
    /// Cargo's profile.
    pub profile: String,
    /// Program and arguments, with `{package}`, `{target}`, `{profile}`. None: cargo, as usual.
    pub command: Option<Vec<String>>,
}

/// The kinds of archive, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ArtifactKind {
    /// Libraries and headers.
    CApi,
    /// A binary.
    Cli,
    /// The sources.
    Source,
}

/// A shell that completes arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shell {
    /// bash
    Bash,
    /// elvish
    Elvish,
    /// fish
    Fish,
    /// PowerShell
    PowerShell,
    /// zsh
    Zsh,
}

impl Artifact {
    /// What it holds, by name.
    pub fn kind(&self) -> ArtifactKind {
        match self.contents {
            Contents::CApi { .. } => ArtifactKind::CApi,
            Contents::Cli { .. } => ArtifactKind::Cli,
            Contents::Source => ArtifactKind::Source,
        }
    }

    /// What is built for it; none for sources.
    pub fn build(&self) -> Option<&Build> {
        match &self.contents {
            Contents::CApi { build, .. } | Contents::Cli { build, .. } => Some(build),
            Contents::Source => None,
        }
    }

    /// The targets it is made for; the one of sources is none.
    pub fn targets(&self) -> Vec<Option<&str>> {
        self.build().map_or(vec![None], |build| build.targets.iter().map(|target| Some(target.as_str())).collect())
    }

    /// The name of the archive for a target, without its ending: also the one folder in it.
    pub fn stem(&self, project: &str, version: &Version, target: Option<&str>) -> String {
        let platform = target.map(Platform::of);
        let (arch, os) = platform.map_or((String::new(), String::new()), |it| (it.arch, it.os));
        self.name
            .replace("{project}", &in_file_names(project))
            .replace("{version}", &version.to_string())
            .replace("{arch}", &arch)
            .replace("{os}", &os)
    }

    /// How the archive for a target is packed: as the policy says, else `zip` for Windows and `tar.xz` for all others.
    pub fn formats_for(&self, target: Option<&str>) -> Vec<ArchiveFormat> {
        if !self.formats.is_empty() {
            return self.formats.clone();
        }
        let is_windows = target.is_some_and(|target| Platform::of(target).is_windows());
        vec![if is_windows { ArchiveFormat::Zip } else { ArchiveFormat::TarXz }]
    }
}

/// A project's name as file names have it: in lower case, with hyphens for whatever is not a letter, a digit, `.`, `_`, `+`.
pub(crate) fn in_file_names(project: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '_' | '+') { c } else { '-' };
    project.to_lowercase().chars().map(plain).collect()
}

impl fmt::Display for ArtifactKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CApi => "c-api",
            Self::Cli => "cli",
            Self::Source => "source",
        })
    }
}
