//! `[support]`, `[backport]` and `[gates]` as they are written.

use std::fmt;

use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{Amount, At, RawVersion};
use crate::model::ChangeClass;

/// How long a line is supported.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default, expecting = "a table")]
#[schemars(rename = "Support")]
pub(in crate::policy) struct RawSupport {
    /// The newest so many majors are supported (R7).
    pub(in crate::policy) latest: Option<At<Amount>>,
    /// Long-term support (X4): a table, or `"never"`.
    pub(in crate::policy) lts: Option<At<RawLts>>,
}

/// Long-term support, or none.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename = "LongTermSupport", untagged)]
pub(in crate::policy) enum RawLts {
    /// No release has it.
    Never(NeverWord),
    /// Some have.
    Table(RawLtsTable),
}

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

impl<'de> Deserialize<'de> for RawLts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LtsVisitor;
        impl<'de> Visitor<'de> for LtsVisitor {
            type Value = RawLts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table such as { every = 12, from = \"12.0.0\", months = 24 }, or \"never\"")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<RawLts, E> {
                match text {
                    "never" => Ok(RawLts::Never(NeverWord::Never)),
                    other => {
                        Err(E::unknown_variant(other, &["never", "{ every = 12, from = \"12.0.0\", months = 24 }"]))
                    }
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawLts, A::Error> {
                RawLtsTable::deserialize(MapAccessDeserializer::new(map)).map(RawLts::Table)
            }
        }
        deserializer.deserialize_any(LtsVisitor)
    }
}

/// Which lines a change goes to, by its class: `"supported"`, `"never"` or `{ latest = 2 }`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default, expecting = "a table")]
#[schemars(rename = "Backport")]
pub(in crate::policy) struct RawBackport {
    /// A vulnerability.
    pub(in crate::policy) security: Option<At<RawBackportRule>>,
    /// The code generator makes wrong code (R9).
    pub(in crate::policy) miscompilation: Option<At<RawBackportRule>>,
    /// A critical correctness fix of behavior that is on by default.
    pub(in crate::policy) correctness: Option<At<RawBackportRule>>,
    /// Something new, or behavior that is off by default.
    pub(in crate::policy) feature: Option<At<RawBackportRule>>,
    /// Anything else.
    pub(in crate::policy) other: Option<At<RawBackportRule>>,
    /// Globs over paths of what is off by default: a change that touches nothing else goes to no line (R6).
    pub(in crate::policy) off_by_default: Option<Vec<At<String>>>,
    /// Globs over paths of satellites that live in this repository: a change that touches nothing else goes to no line (R13).
    pub(in crate::policy) satellites: Option<Vec<At<String>>>,
}

/// What gives a change its class.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default, expecting = "a table")]
#[schemars(rename = "Class")]
pub(in crate::policy) struct RawClass {
    /// The class. Required.
    pub(in crate::policy) class: Option<At<ChangeClass>>,
    /// Its pull request has one of these labels.
    pub(in crate::policy) labels: Option<Vec<At<String>>>,
    /// It touches a file that one of these globs takes; with `!`, one that is refused again.
    pub(in crate::policy) paths: Option<Vec<At<String>>>,
}

/// The lines a change goes to.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename = "BackportRule", untagged)]
pub(in crate::policy) enum RawBackportRule {
    /// All supported lines, or none.
    Word(BackportWord),
    /// The newest so many.
    Latest(LatestTable),
}

/// All or none.
#[derive(Debug, Clone, Copy, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
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

impl<'de> Deserialize<'de> for RawBackportRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RuleVisitor;
        impl<'de> Visitor<'de> for RuleVisitor {
            type Value = RawBackportRule;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"supported\", \"never\" or { latest = 2 }")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<RawBackportRule, E> {
                match text {
                    "supported" => Ok(RawBackportRule::Word(BackportWord::Supported)),
                    "never" => Ok(RawBackportRule::Word(BackportWord::Never)),
                    other => Err(E::unknown_variant(other, &["supported", "never", "{ latest = 2 }"])),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawBackportRule, A::Error> {
                LatestTable::deserialize(MapAccessDeserializer::new(map)).map(RawBackportRule::Latest)
            }
        }
        deserializer.deserialize_any(RuleVisitor)
    }
}

/// What must hold before a release.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default, expecting = "a table")]
#[schemars(rename = "Gates")]
pub(in crate::policy) struct RawGates {
    /// Names of checks that must be green before a tag.
    pub(in crate::policy) checks: Option<Vec<At<String>>>,
    /// Approvals that a release pull request needs.
    pub(in crate::policy) approvals: Option<At<Amount>>,
    /// Major breaking changes need an accepted RFC (R4).
    pub(in crate::policy) rfc: Option<At<bool>>,
    /// A patch may not raise the minimum Rust version of its line (X7).
    pub(in crate::policy) keep_rust_version: Option<At<bool>>,
    /// Every supported line is tested so often, in days (X8). 0: not on a schedule.
    pub(in crate::policy) test_lines_every_days: Option<At<Amount>>,
    /// Binary formats that users keep stay loadable across a patch (X14).
    pub(in crate::policy) keep_formats: Option<At<bool>>,
}
