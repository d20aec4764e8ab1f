//! The policy as it is written: every key optional, every value with its place, nothing judged yet.
//!
//! What the doc comments here say becomes the JSON Schema that editors complete from (`stationmaster schema`); the defaults
//! in it are those of the preset `2021-merge`.

mod artifact;
mod at;
mod layer;
mod process;
mod release;
mod scalar;
mod train;

pub(super) use artifact::{RawArtifact, RawCompletions};
pub(super) use at::{At, Homeless, Span};
pub(super) use layer::RawRules;
pub(super) use process::{
    BackportWord, RawBackport, RawBackportRule, RawClass, RawGates, RawLts, RawLtsTable, RawSupport,
};
pub(super) use release::{
    RawGroup, RawNotes, RawNotesStyle, RawProvenance, RawPublish, RawRate, RawSatellite, RawVersionFile,
};
pub(super) use scalar::{Amount, RawDate, RawVersion};
pub(super) use train::{
    RawCadence, RawFirst, RawListed, RawRelease, RawReleaseTable, RawTrain, RawWeekday, ReleaseWord,
};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::Identity;

/// The rules of a project's release trains.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default, expecting = "a table")]
#[schemars(title = "Stationmaster policy", rename = "Policy")]
pub(super) struct RawPolicy {
    /// The preset whose rules hold where this file says nothing.
    pub(super) preset: Option<At<String>>,
    /// What the project is called and where things are.
    pub(super) project: Option<At<RawProject>>,
    /// When trains leave (R1, R2, X1, X11).
    pub(super) train: Option<At<RawTrain>>,
    /// Packages that share a version (R1, R10). The first group names releases and lines. Without any, all packages are one
    /// group.
    pub(super) group: Option<Vec<At<RawGroup>>>,
    /// How long a line is supported (R7, X4).
    pub(super) support: Option<RawSupport>,
    /// Which lines a change goes to, by its class (R6, R7, R9).
    pub(super) backport: Option<RawBackport>,
    /// How a change that does not say its class gets one: by the first of these that fits (R6, R9).
    pub(super) class: Option<Vec<At<RawClass>>>,
    /// Release notes (R3, R5, X3).
    pub(super) notes: Option<RawNotes>,
    /// Files other than manifests that hold a version.
    pub(super) version_file: Option<Vec<At<RawVersionFile>>>,
    /// Crates to the registry (R11, X10, X12).
    pub(super) publish: Option<RawPublish>,
    /// What else a release consists of (R11).
    pub(super) artifact: Option<Vec<At<RawArtifact>>>,
    /// What lies beside the files of a release, for those who check them (X10).
    pub(super) provenance: Option<RawProvenance>,
    /// Repositories that follow the core's version number (R12, R13).
    pub(super) satellite: Option<Vec<At<RawSatellite>>>,
    /// What must hold before a release (R4, X7, X8, X14).
    pub(super) gates: Option<RawGates>,
    /// Rules that change on a day. Each overrides, key by key, what held before it.
    pub(super) epoch: Vec<At<RawEpoch>>,
}

/// What the project is called and where things are. It does not change with time.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default, expecting = "a table")]
#[schemars(rename = "Project")]
pub(super) struct RawProject {
    /// For titles and messages. Required.
    pub(super) name: Option<At<String>>,
    /// The main branch.
    pub(super) main: Option<At<String>>,
    /// Release branch, with `{version}`, or with `{major}` and `{minor}`.
    pub(super) release_branch: Option<At<String>>,
    /// Tag of a release, with `{version}`.
    pub(super) tag: Option<At<String>>,
    /// Who the product's commits and tags are by.
    pub(super) identity: Option<At<Identity>>,
    /// Folder of the Cargo workspace, from the repository's root. Needed where there are several and none at the root.
    pub(super) workspace: Option<At<String>>,
}

/// Rules from a day on. Tables override what held before key by key; lists (`group`, `class`, `version-file`,
/// `artifact`, `satellite`) as a whole.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default, expecting = "a table")]
#[schemars(rename = "Epoch")]
pub(super) struct RawEpoch {
    /// First day of these rules. Required.
    pub(super) from: Option<At<RawDate>>,
    /// A preset whose process (`train` without `first`, `support`, `backport`, the notes' `style`, `gates`) holds from this
    /// day on.
    pub(super) preset: Option<At<String>>,
    /// When trains leave; with `first`, the trains from that cut on are counted anew.
    pub(super) train: Option<At<RawTrain>>,
    /// Packages that share a version.
    pub(super) group: Option<Vec<At<RawGroup>>>,
    /// How long a line is supported.
    pub(super) support: Option<RawSupport>,
    /// Which lines a change goes to, by its class.
    pub(super) backport: Option<RawBackport>,
    /// How a change that does not say its class gets one.
    pub(super) class: Option<Vec<At<RawClass>>>,
    /// Release notes.
    pub(super) notes: Option<RawNotes>,
    /// Files other than manifests that hold a version.
    pub(super) version_file: Option<Vec<At<RawVersionFile>>>,
    /// Crates to the registry.
    pub(super) publish: Option<RawPublish>,
    /// What else a release consists of.
    pub(super) artifact: Option<Vec<At<RawArtifact>>>,
    /// What lies beside the files of a release.
    pub(super) provenance: Option<RawProvenance>,
    /// Repositories that follow the core's version number.
    pub(super) satellite: Option<Vec<At<RawSatellite>>>,
    /// What must hold before a release.
    pub(super) gates: Option<RawGates>,
}
