//! What a decision comes to.

use semver::Version;

use crate::{
    model::{TrainState, Wait},
    step::{Plan, Step},
};

/// What a decision comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub(super) enum Decision {
    /// Nothing is left to do here.
    Done,
    /// This is to be done.
    Do(Box<Step>),
    /// It waits.
    Wait(Box<Wait>),
    /// It is not come to, for want of a fact: its question is noted, or what could not be seen is named once for all.
    Lacking,
    /// All of these, in order.
    All(Vec<Decision>),
}

impl Decision {
    /// Put it into a plan, in order.
    pub(super) fn add_to(self, plan: &mut Plan) {
        match self {
            Self::Done | Self::Lacking => {}
            Self::Do(step) => plan.steps.push(*step),
            Self::Wait(wait) => plan.waits.push(*wait),
            Self::All(all) => all.into_iter().for_each(|decision| decision.add_to(plan)),
        }
    }
}

impl FromIterator<Decision> for Decision {
    /// Done, if all of them are.
    fn from_iter<I: IntoIterator<Item = Decision>>(decisions: I) -> Self {
        let open: Vec<Self> = decisions.into_iter().filter(|decision| *decision != Self::Done).collect();
        if open.is_empty() { Self::Done } else { Self::All(open) }
    }
}

/// What is decided on a train.
#[must_use]
pub(super) struct OnTrain {
    /// How far it is.
    pub(super) state: TrainState,
    pub(super) decision: Decision,
    /// The candidate of which the way out is decided as well.
    pub(super) candidate: Option<Version>,
}

impl OnTrain {
    pub(super) fn new(state: TrainState, decision: Decision) -> Self {
        Self { state, decision, candidate: None }
    }
}
