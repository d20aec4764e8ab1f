//! `[train]` as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Amount, At, OrWord, RawDate, RawVersion, WordOr};
use crate::policy::Shift;

/// When trains leave.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
#[schemars(rename = "Train")]
pub(in crate::policy) struct RawTrain {
    /// How often: `{ monthly = 5 }`, or `{ every-weeks = 6, weekday = "thursday" }`.
    pub(in crate::policy) cadence: At<RawCadence>,
    /// When, after the bump or cut, the release is made: `"on-merge"` (R2), `{ day = 20 }` of the same month (X1), or
    /// `{ after-days = 14 }`.
    pub(in crate::policy) release: At<RawRelease>,
    /// What becomes of a release day on a weekend or holiday.
    pub(in crate::policy) weekend: At<Shift>,
    /// Days on which nothing is released.
    pub(in crate::policy) holidays: Vec<At<RawDate>>,
    /// The train from which the others are counted: `{ version = "1.0.0", cut = 2026-01-05 }`. Required.
    pub(in crate::policy) first: Option<At<RawFirst>>,
    /// Suffix of the main branch's version, such as `dev` (X11). Empty: main carries a plain version.
    pub(in crate::policy) development: At<String>,
    /// Word of release candidates, such as `rc` (X11). Empty: no candidates.
    pub(in crate::policy) candidates: At<String>,
    /// Days after which an open release pull request is overdue (R2).
    pub(in crate::policy) patience_days: At<Amount>,
    /// Majors that left, or will leave, on days of their own. A number that the cadence gives too leaves on the day listed.
    #[serde(default)]
    pub(in crate::policy) listed: Vec<At<RawListed>>,
}

/// How often trains leave.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    default,
    expecting = "a table such as { monthly = 5 } or { every-weeks = 6, weekday = \"thursday\" }"
)]
#[schemars(rename = "Cadence")]
pub(in crate::policy) struct RawCadence {
    /// Once a month, on this day of it: 1 to 28.
    pub(in crate::policy) monthly: Option<At<Amount>>,
    /// Every so many weeks.
    pub(in crate::policy) every_weeks: Option<At<Amount>>,
    /// The weekday for `every-weeks`.
    pub(in crate::policy) weekday: Option<At<RawWeekday>>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Weekday")]
pub(in crate::policy) enum RawWeekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// When the release is made.
pub(in crate::policy) type RawRelease = WordOr<ReleaseWord, RawReleaseTable>;

/// The release is made by a merge.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::policy) enum ReleaseWord {
    /// Merging the bump makes the release (R2).
    OnMerge,
}

/// A day after the cut of a release branch.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(rename = "ReleaseTable")]
pub(in crate::policy) struct RawReleaseTable {
    /// On this day of the month of the cut: 2 to 28.
    pub(in crate::policy) day: Option<At<Amount>>,
    /// So many days after the cut.
    pub(in crate::policy) after_days: Option<At<Amount>>,
}

impl OrWord for RawReleaseTable {
    const EXPECTED: &str = "\"on-merge\", { day = 20 } or { after-days = 14 }";
    const CHOICES: &[&str] = &["on-merge", "{ day = 20 }", "{ after-days = 14 }"];
}

/// A train and the day of its bump or cut.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    default,
    expecting = "a table such as { version = \"1.0.0\", cut = 2026-01-05 }"
)]
#[schemars(rename = "FirstTrain")]
pub(in crate::policy) struct RawFirst {
    /// Its version: the start of a major, such as `1.0.0` or `0.32.0`. Required.
    pub(in crate::policy) version: Option<At<RawVersion>>,
    /// The day of its bump or cut, on the cadence. Required.
    pub(in crate::policy) cut: Option<At<RawDate>>,
}

/// A train on days of its own.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default, expecting = "a table")]
#[schemars(rename = "ListedTrain")]
pub(in crate::policy) struct RawListed {
    /// Its version: the start of a major. Required.
    pub(in crate::policy) version: Option<At<RawVersion>>,
    /// The day of its bump or cut, if it had one.
    pub(in crate::policy) cut: Option<At<RawDate>>,
    /// The day of its release. Required.
    pub(in crate::policy) release: Option<At<RawDate>>,
}
