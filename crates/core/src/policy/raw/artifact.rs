//! Archives of a release, as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::At;
use crate::{
    model::ArchiveFormat,
    policy::{ArtifactKind, MadeOn},
};

/// A file of a release that is not a crate: an archive for each target.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default, expecting = "a table")]
#[schemars(rename = "Artifact")]
pub(in crate::policy) struct RawArtifact {
    /// Its name, with `{project}`, `{version}`, `{arch}`, `{os}`. It may have the ending of the one format. Required.
    pub(in crate::policy) name: Option<At<String>>,
    /// What it holds. Required.
    pub(in crate::policy) kind: Option<At<ArtifactKind>>,
    /// The package it is built from. Required, but for sources.
    pub(in crate::policy) package: Option<At<String>>,
    /// Targets, as rustc names them. Required, but for sources.
    pub(in crate::policy) targets: Option<Vec<At<String>>>,
    /// Where `run` makes it: on every machine that can, or only in a CI. Default: `anywhere`.
    pub(in crate::policy) build: Option<MadeOn>,
    /// How it is packed. Default: `zip` for Windows, `tar.xz` for all others.
    pub(in crate::policy) formats: Option<At<Vec<ArchiveFormat>>>,
    /// Files of the commit that are put in beside the rest, by path. Default: the license and readme files at its root.
    pub(in crate::policy) files: Option<Vec<At<String>>>,
    /// Cargo's profile. Default: `release`.
    pub(in crate::policy) profile: Option<At<String>>,
    /// What builds the package, with `{package}`, `{target}`, `{profile}`. Default: cargo, with the lock file as it is. A program with
    /// a folder in its name is the commit's own.
    pub(in crate::policy) command: Option<At<Vec<String>>>,
    /// C API: folders, or globs over paths, whose content goes to `include/`; with `{built}/` in front, in cargo's folder for target
    /// and profile, such as `{built}/build/my-c-api-*/out/include`. Default: the package's folder `include`.
    pub(in crate::policy) headers: Option<Vec<At<String>>>,
    /// C API: the library's name, where it is not that of the package's library.
    pub(in crate::policy) library: Option<At<String>>,
    /// Command-line tool: arguments that let it print its completions, by shell.
    pub(in crate::policy) completions: Option<At<RawCompletions>>,
    /// Command-line tool: arguments that let it print its manual page.
    pub(in crate::policy) man: Option<At<Vec<String>>>,
}

/// Arguments that let a program print its completions.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    default,
    expecting = "a table such as { bash = [\"completions\", \"bash\"] }"
)]
#[schemars(rename = "Completions")]
pub(in crate::policy) struct RawCompletions {
    /// For bash.
    pub(in crate::policy) bash: Option<Vec<String>>,
    /// For elvish.
    pub(in crate::policy) elvish: Option<Vec<String>>,
    /// For fish.
    pub(in crate::policy) fish: Option<Vec<String>>,
    /// For PowerShell.
    pub(in crate::policy) powershell: Option<Vec<String>>,
    /// For zsh.
    pub(in crate::policy) zsh: Option<Vec<String>>,
}
