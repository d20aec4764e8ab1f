//! `[support]`, `[backport]` and `[gates]` as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Amount, At, OrWord, RawVersion, WordOr};
use crate::model::ChangeClass;

/// How long a line is supported.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
#[schemars(rename = "Support")]
pub(in crate::policy) struct RawSupport {
    /// The newest so many majors are supported (R7).
    pub(in crate::policy) latest: At<Amount>,
    /// Long-term support (X4): a table, or `"never"`.
    pub(in crate::policy) lts: At<RawLts>,
}

/// Long-term support, or none.
pub(in crate::policy) type RawLts = WordOr<NeverWord, RawLtsTable>;

/// Switched off.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Never")]
pub(in crate::policy) enum NeverWord {
    /// Switched off.
    Never,
}

/// Every so many majors, for so many months.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(rename = "LongTermSupportTable")]
pub(in crate::policy) struct RawLtsTable {
    /// Every so-many-th major has it. Required.
    pub(in crate::policy) every: Option<At<Amount>>,
    /// The first that has it. Required.
    pub(in crate::policy) from: Option<At<RawVersion>>,
    /// For so many months from its release. Required.
    pub(in crate::policy) months: Option<At<Amount>>,
    /// No more than so many at once, newest first.
    pub(in crate::policy) at_most: Option<At<Amount>>,
}

impl OrWord for RawLtsTable {
    const EXPECTED: &str = "a table such as { every = 12, from = \"12.0.0\", months = 24 }, or \"never\"";
    const CHOICES: &[&str] = &["never", "{ every = 12, from = \"12.0.0\", months = 24 }"];
}

/// Which lines a change goes to, by its class: `"supported"`, `"never"` or `{ latest = 2 }`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
#[schemars(rename = "Backport")]
pub(in crate::policy) struct RawBackport {
    /// A vulnerability.
    pub(in crate::policy) security: At<RawBackportRule>,
    /// The code generator makes wrong code (R9).
    pub(in crate::policy) miscompilation: At<RawBackportRule>,
    /// A critical correctness fix of behavior that is on by default.
    pub(in crate::policy) correctness: At<RawBackportRule>,
    /// Something new, or behavior that is off by default.
    pub(in crate::policy) feature: At<RawBackportRule>,
    /// Anything else.
    pub(in crate::policy) other: At<RawBackportRule>,
    /// Globs over paths of what is off by default: a change that touches nothing else goes to no line (R6).
    #[serde(default)]
    pub(in crate::policy) off_by_default: Vec<At<String>>,
    /// Globs over paths of satellites that live in this repository: a change that touches nothing else goes to no line (R13).
    #[serde(default)]
    pub(in crate::policy) satellites: Vec<At<String>>,
}

/// What gives a change its class.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default, expecting = "a table")]
#[schemars(rename = "Class")]
pub(in crate::policy) struct RawClass {
    /// The class. Required.
    pub(in crate::policy) class: Option<At<ChangeClass>>,
    /// Its pull request has one of these labels.
    pub(in crate::policy) labels: Vec<At<String>>,
    /// It touches a file that one of these globs takes; with `!`, one that is refused again.
    pub(in crate::policy) paths: Vec<At<String>>,
}

/// The lines a change goes to.
pub(in crate::policy) type RawBackportRule = WordOr<BackportWord, LatestTable>;

/// All or none.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::policy) enum BackportWord {
    /// Every supported line.
    Supported,
    /// None (R6).
    Never,
}

/// The newest so many lines.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::policy) struct LatestTable {
    /// How many.
    pub(in crate::policy) latest: At<Amount>,
}

impl OrWord for LatestTable {
    const EXPECTED: &str = "\"supported\", \"never\" or { latest = 2 }";
    const CHOICES: &[&str] = &["supported", "never", "{ latest = 2 }"];
}

/// What must hold before a release.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
#[schemars(rename = "Gates")]
pub(in crate::policy) struct RawGates {
    /// Names of checks that must be green before a tag.
    pub(in crate::policy) checks: Vec<At<String>>,
    /// Approvals that a release pull request needs.
    pub(in crate::policy) approvals: At<Amount>,
    /// Major breaking changes need an accepted RFC (R4).
    pub(in crate::policy) rfc: At<bool>,
    /// A patch may not raise the minimum Rust version of its line (X7).
    pub(in crate::policy) keep_rust_version: At<bool>,
    /// Every supported line is tested so often, in days (X8). 0: not on a schedule. Does nothing yet.
    pub(in crate::policy) test_lines_every_days: At<Amount>,
    /// Binary formats that users keep stay loadable across a patch (X14). Does nothing yet.
    pub(in crate::policy) keep_formats: At<bool>,
}
