//! Layers of rules: what is said later overrides what was said before, key by key.

use super::{
    At, Homeless, RawArtifact, RawBackport, RawClass, RawEpoch, RawGates, RawGroup, RawLts, RawLtsTable, RawNotes,
    RawNotesStyle, RawPolicy, RawProvenance, RawPublish, RawSatellite, RawSupport, RawTrain, RawVersionFile,
};

/// All rules of one epoch as they are written, layered.
#[derive(Debug, Clone, Default)]
pub(in crate::policy) struct RawRules {
    pub(in crate::policy) train: RawTrain,
    pub(in crate::policy) group: Option<Vec<At<RawGroup>>>,
    pub(in crate::policy) support: RawSupport,
    pub(in crate::policy) backport: RawBackport,
    pub(in crate::policy) class: Option<Vec<At<RawClass>>>,
    pub(in crate::policy) notes: RawNotes,
    pub(in crate::policy) version_file: Option<Vec<At<RawVersionFile>>>,
    pub(in crate::policy) publish: RawPublish,
    pub(in crate::policy) artifact: Option<Vec<At<RawArtifact>>>,
    pub(in crate::policy) provenance: RawProvenance,
    pub(in crate::policy) satellite: Option<Vec<At<RawSatellite>>>,
    pub(in crate::policy) gates: RawGates,
}

macro_rules! gather {
    ($source:expr) => {
        RawRules {
            train: $source.train.map(|train| train.value).unwrap_or_default(),
            group: $source.group,
            support: $source.support.unwrap_or_default(),
            backport: $source.backport.unwrap_or_default(),
            class: $source.class,
            notes: $source.notes.unwrap_or_default(),
            version_file: $source.version_file,
            publish: $source.publish.unwrap_or_default(),
            artifact: $source.artifact,
            provenance: $source.provenance.unwrap_or_default(),
            satellite: $source.satellite,
            gates: $source.gates.unwrap_or_default(),
        }
    };
}

impl From<RawPolicy> for RawRules {
    fn from(policy: RawPolicy) -> Self {
        gather!(policy)
    }
}

impl From<RawEpoch> for RawRules {
    fn from(epoch: RawEpoch) -> Self {
        gather!(epoch)
    }
}

/// Applies an action to every key that holds a value with a place.
macro_rules! each_key {
    ($action:ident, $under:expr, $over:expr) => {
        $action!($under.train, $over.train; cadence, release, weekend, holidays, first, development, candidates,
            patience_days, listed);
        $action!($under.support, $over.support; latest);
        $action!($under.backport, $over.backport; security, miscompilation, correctness, feature, other,
            off_by_default, satellites);
        $action!($under.notes, $over.notes; file, style, template, archive_link, fragments);
        $action!($under.publish, $over.publish; enabled, registry, skip, public, owner, trusted, at_once,
            update_rate, new_rate, yank_rate, lock_file);
        $action!($under.provenance, $over.provenance; key, identity, issuer);
        $action!($under.gates, $over.gates; checks, approvals, rfc, keep_rust_version, test_lines_every_days,
            keep_formats);
        $action!($under, $over; group, class, version_file, artifact, satellite);
    };
}

macro_rules! take_what_is_said {
    ($under:expr, $over:expr; $($key:ident),+) => {
        $(if $over.$key.is_some() {
            $under.$key = $over.$key;
        })+
    };
}

macro_rules! forget_places {
    ($under:expr, $over:expr; $($key:ident),+) => {
        $($under.$key = $over.$key.map(Homeless::homeless);)+
    };
}

impl RawRules {
    /// Puts a layer on top.
    pub(in crate::policy) fn overlay(&mut self, over: Self) {
        overlay_lts(&mut self.support.lts, over.support.lts.clone());
        each_key!(take_what_is_said, self, over);
    }

    /// The same rules without places in the text: a preset's.
    pub(in crate::policy) fn homeless(self) -> Self {
        let mut rules = self.clone();
        each_key!(forget_places, rules, self);
        rules.support.lts = self.support.lts.map(|lts| match lts.value {
            RawLts::Never(word) => At { value: RawLts::Never(word), span: None },
            RawLts::Table(table) => At {
                value: RawLts::Table(RawLtsTable {
                    every: table.every.map(Homeless::homeless),
                    from: table.from.map(Homeless::homeless),
                    months: table.months.map(Homeless::homeless),
                    at_most: table.at_most.map(Homeless::homeless),
                }),
                span: None,
            },
        });
        rules
    }

    /// Puts the process of a preset on top, but not what names the project's own things. Where the count of long-term lines
    /// starts is one of those, once it is said.
    pub(in crate::policy) fn overlay_process(&mut self, preset: Self) {
        let counts_from = match &self.support.lts {
            Some(At { value: RawLts::Table(table), .. }) => table.from.clone(),
            _ => None,
        };
        self.overlay(preset.process_only().homeless());
        if let (Some(from), Some(At { value: RawLts::Table(table), .. })) = (counts_from, &mut self.support.lts) {
            table.from = Some(from);
        }
    }

    fn process_only(self) -> Self {
        // A changelog is called so; notes in sections are called as the project likes.
        let is_changelog = self.notes.style.as_ref().is_some_and(|style| style.value == RawNotesStyle::KeepAChangelog);
        let file = self.notes.file.filter(|_| is_changelog);
        Self {
            train: RawTrain { first: None, holidays: None, listed: None, ..self.train },
            notes: RawNotes { style: self.notes.style, file, ..RawNotes::default() },
            support: self.support,
            // Paths are the project's own.
            backport: RawBackport { off_by_default: None, satellites: None, ..self.backport },
            gates: RawGates { checks: None, ..self.gates },
            ..Self::default()
        }
    }
}

fn overlay_lts(under: &mut Option<At<RawLts>>, over: Option<At<RawLts>>) {
    let Some(over) = over else { return };
    let merged = match (under.take().map(|at| at.value), over.value) {
        (Some(RawLts::Table(under)), RawLts::Table(over)) => RawLts::Table(RawLtsTable {
            every: over.every.or(under.every),
            from: over.from.or(under.from),
            months: over.months.or(under.months),
            at_most: over.at_most.or(under.at_most),
        }),
        (_, over) => over,
    };
    *under = Some(At { value: merged, span: over.span });
}
