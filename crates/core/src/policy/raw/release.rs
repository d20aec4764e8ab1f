//! What a release consists of, as it is written: groups, notes, files, crates, satellites.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Amount, At};
use crate::{
    model::{Bump, LockFile},
    policy::Unpublished,
};

/// Packages that share one version.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default, expecting = "a table")]
#[schemars(rename = "Group")]
pub(in crate::policy) struct RawGroup {
    /// For people, and for `coupled-with` and `version-file`. Required.
    pub(in crate::policy) name: Option<At<String>>,
    /// Globs over package names; one with `!` in front excludes. Required.
    pub(in crate::policy) members: Option<Vec<At<String>>>,
    /// What the group does when a train leaves (R1). Default: `major`.
    pub(in crate::policy) step: Option<At<Bump>>,
    /// Groups that release together with this one (R10).
    pub(in crate::policy) coupled_with: Vec<At<String>>,
    /// What packages with `publish = false` do. Default: `follow`.
    pub(in crate::policy) unpublished: Option<At<Unpublished>>,
}

/// Release notes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
#[schemars(rename = "Notes")]
pub(in crate::policy) struct RawNotes {
    /// Path of the file.
    pub(in crate::policy) file: At<String>,
    /// How it is kept.
    pub(in crate::policy) style: At<RawNotesStyle>,
    /// Path of the template for a new section (X3). Empty: the built-in one.
    pub(in crate::policy) template: At<String>,
    /// Link to another branch's notes, with `{branch}` or `{version}`, for the archive list (X3). Empty: no links.
    pub(in crate::policy) archive_link: At<String>,
    /// Folder of fragments: one file per entry, which go into the section when it is released. Empty: there is none.
    pub(in crate::policy) fragments: At<String>,
}

/// How release notes are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "NotesStyle")]
pub(in crate::policy) enum RawNotesStyle {
    /// One file with all versions, newest first (R3).
    Sections,
    /// One branch's notes only; at the cut main gets a template and an archive link (X3).
    Branch,
    /// Keep a Changelog: `## [Unreleased]`, `## [1.2.0] - YYYY-MM-DD`.
    KeepAChangelog,
    /// There are none.
    None,
}

/// A file, other than a manifest, with a version in it. Exactly one of `c-header`, `text`, `toml`, `json`, `xml`, `yaml`,
/// `whole-file`, `pattern` and `marker` says where. A `v` in front of the version is kept.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default, expecting = "a table")]
#[schemars(rename = "VersionFile")]
pub(in crate::policy) struct RawVersionFile {
    /// Path from the repository's root. Required.
    pub(in crate::policy) path: Option<At<String>>,
    /// The group whose version it holds. Default: the first.
    pub(in crate::policy) group: Option<At<String>>,
    /// C macros: `#define {prefix}VERSION "1.2.3"`, `{prefix}VERSION_MAJOR 1` (or `{prefix}MAJOR 1`) and so on.
    pub(in crate::policy) c_header: Option<At<RawCHeader>>,
    /// Text with `{version}` in the place of the version; it must stand in the file exactly once.
    pub(in crate::policy) text: Option<At<String>>,
    /// Keys of a TOML file, such as `package.metadata.sdk.version`; names with a dot in quotes, `[0]` for an element of a list.
    pub(in crate::policy) toml: Option<At<String>>,
    /// JSON pointer, such as `/version`. Comments in the file are taken.
    pub(in crate::policy) json: Option<At<String>>,
    /// Elements of an XML file, such as `project/version` or `package/@version`; it must lead to exactly one place.
    pub(in crate::policy) xml: Option<At<String>>,
    /// Keys of a YAML file, such as `images[0].tag`; names with a dot in quotes.
    pub(in crate::policy) yaml: Option<At<String>>,
    /// True: the file holds the version and nothing else.
    pub(in crate::policy) whole_file: Option<At<bool>>,
    /// Regular expression with one named capture, such as `^VERSION = (?<version>.*)$`; it must match exactly once. `^` and `$`
    /// are the ends of a line.
    pub(in crate::policy) pattern: Option<At<String>>,
    /// Text that marks lines, such as `stationmaster: version`. A line with it holds one version. Between a line with it and
    /// ` begin` and one with it and ` end`, every version is meant, at most one in a line.
    pub(in crate::policy) marker: Option<At<String>>,
}

/// C macros.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    default,
    expecting = "a table such as { prefix = \"WASMTIME_\" }"
)]
#[schemars(rename = "CHeader")]
pub(in crate::policy) struct RawCHeader {
    /// What stands before `VERSION`, such as `WASMTIME_`. Required.
    pub(in crate::policy) prefix: Option<At<String>>,
}

/// Crates to the registry.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
#[schemars(rename = "Publish")]
pub(in crate::policy) struct RawPublish {
    /// False: nothing goes to a registry.
    pub(in crate::policy) enabled: At<bool>,
    /// Name of a registry in cargo's configuration. Empty: crates.io.
    pub(in crate::policy) registry: At<String>,
    /// Globs over package names that are not published although their manifest would allow it.
    pub(in crate::policy) skip: Vec<At<String>>,
    /// Globs over the names of public packages: others require these by caret, and all that are not public with `=`, so that
    /// what is internal may change in a patch (X6). `!` excludes. Empty: no rule about the form of requirements.
    pub(in crate::policy) public: Vec<At<String>>,
    /// The registry's account that must own each crate (X12). Empty: not checked.
    pub(in crate::policy) owner: At<String>,
    /// Publish with short-lived tokens (X10).
    pub(in crate::policy) trusted: At<bool>,
    /// Which crates hold a `Cargo.lock`, for `cargo install --locked`. Default: `binaries`.
    pub(in crate::policy) lock_file: Option<At<LockFile>>,
    /// Most uploads in flight. Default: 4.
    pub(in crate::policy) at_once: Option<At<Amount>>,
    /// How many new versions the registry takes. Default: what crates.io allows, and no limit for another registry.
    pub(in crate::policy) update_rate: Option<At<RawRate>>,
    /// How many crates that it has never seen. Default: as before.
    pub(in crate::policy) new_rate: Option<At<RawRate>>,
    /// How many yanks. Default: as before.
    pub(in crate::policy) yank_rate: Option<At<RawRate>>,
}

/// A rate limit: so many at once, then one more every so often.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    default,
    expecting = "a table such as { burst = 30, every-seconds = 60 }"
)]
#[schemars(rename = "Rate")]
pub(in crate::policy) struct RawRate {
    /// At once. Required.
    pub(in crate::policy) burst: Option<At<Amount>>,
    /// Seconds until one more is allowed. Required.
    pub(in crate::policy) every_seconds: Option<At<Amount>>,
}

/// What lies beside the files of a release, for those who check them.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default, expecting = "a table")]
#[schemars(rename = "Provenance")]
pub(in crate::policy) struct RawProvenance {
    /// The public key that releases are signed with, as minisign writes it: the line that begins with `RW`. Empty: they are not
    /// signed.
    pub(in crate::policy) key: Option<At<String>>,
    /// Who signs them with Sigstore: the workflow, as certificates name it, such as
    /// `https://github.com/OWNER/NAME/.github/workflows/release.yml@refs/tags/v*`. A `*` at the end stands for any branch or tag.
    /// Empty: nobody does.
    pub(in crate::policy) identity: Option<At<String>>,
    /// Whose identity tokens name the signer; GitHub Actions if empty.
    pub(in crate::policy) issuer: Option<At<String>>,
}

/// A repository that follows the core's version number.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default, expecting = "a table")]
#[schemars(rename = "Satellite")]
pub(in crate::policy) struct RawSatellite {
    /// For people. Required.
    pub(in crate::policy) name: Option<At<String>>,
    /// Where it is. Required.
    pub(in crate::policy) repository: Option<At<String>>,
    /// Days after the core's release by which it should have followed. Default: 14.
    pub(in crate::policy) within_days: Option<At<Amount>>,
}
