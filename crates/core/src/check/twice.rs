//! All steps of one plan are possible side by side, so no two of them change the same thing.

use std::collections::BTreeSet;

use super::{Breach, Invariant, breach};
use crate::{model::CrateRelease, step::Step};

/// What the steps before change.
#[derive(Debug, Default)]
pub(super) struct Changed(BTreeSet<String>);

impl Changed {
    /// What a step does again that one before it does; or it has that one's name.
    pub(super) fn again(&mut self, step: &Step, changes: Vec<String>) -> Vec<Breach> {
        let all = changes.into_iter().chain([format!("step `{}`", step.id)]);
        let twice = all.filter(|what| !self.0.insert(what.clone()));
        twice.map(|what| breach(Invariant::Twice, format!("{what} is in the plan twice"))).collect()
    }
}

pub(super) fn branch(step: &Step, branch: &str) -> String {
    format!("branch `{branch}`{}", step.repository)
}

pub(super) fn release(step: &Step, tag: &str) -> String {
    format!("the release of `{tag}`{}", step.repository)
}

pub(super) fn crates(crates: &[CrateRelease]) -> Vec<String> {
    crates.iter().map(|it| format!("{} {}", it.name, it.version)).collect()
}
