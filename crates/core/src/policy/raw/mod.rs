//! The policy as it is written: every value with its place, nothing judged yet. What every preset says is there; what may be said
//! nowhere is optional.
//!
//! What the doc comments here say becomes the JSON Schema that editors complete from (`stationmaster schema`); the defaults
//! in it are those of the preset `2021-merge`.

mod artifact;
mod at;
mod process;
mod release;
mod scalar;
mod train;

pub(super) use artifact::{RawArtifact, RawCompletions};
pub(super) use at::{At, NOWHERE};
pub(super) use process::{BackportWord, RawBackport, RawBackportRule, RawClass, RawGates, RawLtsTable, RawSupport};
pub(super) use release::{
    RawGroup, RawNotes, RawNotesStyle, RawProvenance, RawPublish, RawRate, RawSatellite, RawVersionFile,
};
pub(super) use scalar::{Amount, OrWord, RawDate, RawVersion, WordOr};
pub(super) use train::{
    RawCadence, RawFirst, RawListed, RawRelease, RawReleaseTable, RawTrain, RawWeekday, ReleaseWord,
};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    error::{Fault, Problem},
    tree::Span,
};
use crate::model::Identity;

/// What the project is called and where things are. It does not change with time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
#[schemars(rename = "Project")]
pub(super) struct RawProject {
    /// For titles and messages. Required.
    pub(super) name: Option<At<String>>,
    /// The main branch.
    pub(super) main: At<String>,
    /// Release branch, with `{version}`, or with `{major}` and `{minor}`.
    pub(super) release_branch: At<String>,
    /// Tag of a release, with `{version}`.
    pub(super) tag: At<String>,
    /// Who the product's commits and tags are by.
    pub(super) identity: At<Identity>,
    /// Folder of the Cargo workspace, from the repository's root. Needed where there are several and none at the root.
    pub(super) workspace: Option<At<String>>,
}

/// All rules of one epoch, each layer over the one before.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "a table")]
pub(super) struct RawRules {
    /// When trains leave (R1, R2, X1, X11). In an epoch `first` starts a new count: trains from that cut on are counted from it.
    pub(super) train: At<RawTrain>,
    /// Packages that share a version (R1, R10). A package belongs to the first group that matches. The first group names releases
    /// and lines. Without any, all packages are one group.
    pub(super) group: Vec<At<RawGroup>>,
    /// How long a line is supported (R7, X4).
    pub(super) support: RawSupport,
    /// Which lines a change goes to, by its class (R6, R7, R9).
    pub(super) backport: RawBackport,
    /// How a change that does not say its class gets one: by the first of these that fits (R6, R9).
    #[serde(default)]
    pub(super) class: Vec<At<RawClass>>,
    /// Release notes (R3, R5, X3).
    pub(super) notes: RawNotes,
    /// Files other than manifests that hold a version.
    #[serde(default)]
    pub(super) version_file: Vec<At<RawVersionFile>>,
    /// Crates to the registry (R11, X10, X12).
    pub(super) publish: RawPublish,
    /// What else a release consists of (R11).
    #[serde(default)]
    pub(super) artifact: Vec<At<RawArtifact>>,
    /// What lies beside the files of a release, for those who check them (X10).
    #[serde(default)]
    pub(super) provenance: RawProvenance,
    /// Repositories that follow the core's version number (R12, R13). Does nothing yet.
    #[serde(default)]
    pub(super) satellite: Vec<At<RawSatellite>>,
    /// What must hold before a release (R4, X7, X8, X14).
    pub(super) gates: RawGates,
}

impl RawRules {
    /// Where the first train of the count is written.
    pub(super) fn first_span(&self) -> Option<Span> {
        self.train.value.first.as_ref().and_then(|first| first.span)
    }

    /// What is switched on and does nothing yet.
    pub(super) fn idle(&self) -> Vec<Fault> {
        let gates = &self.gates;
        let settings = [
            ("gates.keep-formats", gates.keep_formats.value, gates.keep_formats.span),
            ("gates.test-lines-every-days", gates.test_lines_every_days.value.0 != 0, gates.test_lines_every_days.span),
            ("satellite", !self.satellite.is_empty(), self.satellite.first().and_then(|first| first.span)),
        ];
        let on = settings.into_iter().filter(|(_, is_on, _)| *is_on);
        on.map(|(key, _, span)| Fault::new(span, Problem::DoesNothingYet { key })).collect()
    }
}
