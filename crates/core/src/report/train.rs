//! One train: what is done now, and what it waits for.

use semver::Version;

use crate::{
    facts::Facts,
    model::{LineName, PullRequest, PullRequestState, TrainReport, TrainState, Wait},
    step::{Plan, Step},
};

/// Which train is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// The one that leaves next.
    Next,
    /// That of a version; a candidate or development version stands for the release it leads to.
    Version(Version),
    /// That of a release line.
    Line(LineName),
}

/// Why a train stands where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainView<'a> {
    /// The version asked about.
    pub version: Version,
    /// Where it stands; none: no train of the calendar has this version.
    pub train: Option<&'a TrainReport>,
    /// What would be done for it now, in order.
    pub due: Vec<&'a Step>,
    /// What it waits for; those first that only a person can end.
    pub waits: Vec<&'a Wait>,
    /// Its pull requests that are open.
    pub open: Vec<&'a PullRequest>,
}

impl<'a> TrainView<'a> {
    /// Find the train. None: nothing is on the way (asked for the next), or nothing is known of the version.
    pub fn find(asked: &Asked, seen: &'a Facts, plan: &'a Plan) -> Option<Self> {
        let version = match asked {
            Asked::Version(version) => crate::model::strip_pre(version),
            Asked::Line(line) => plan
                .trains
                .iter()
                .map(|train| &train.version)
                .find(|version| LineName::of(version) == *line)
                .cloned()
                .unwrap_or_else(|| line.first_version()),
            Asked::Next => next(plan)?.clone(),
        };
        let ours = |other: &Version| crate::model::strip_pre(other) == version;
        let mut waits: Vec<&Wait> = plan.waits.iter().filter(|wait| ours(&wait.version)).collect();
        waits.sort_by_key(|wait| !wait.reason.needs_person());
        let view = Self {
            train: plan.trains.iter().find(|train| train.version == version),
            due: plan.steps.iter().filter(|step| ours(&step.version)).collect(),
            open: open_for(&waits, seen),
            waits,
            version,
        };
        let known = view.train.is_some() || !view.due.is_empty() || !view.waits.is_empty();
        known.then_some(view)
    }
}

/// The train that leaves next: the oldest that has not left.
fn next(plan: &Plan) -> Option<&Version> {
    plan.trains.iter().find(|train| train.state != TrainState::Released).map(|train| &train.version)
}

/// The open pull requests that some of these waits are about.
fn open_for<'a>(waits: &[&Wait], seen: &'a Facts) -> Vec<&'a PullRequest> {
    let about = |pull: &&PullRequest| waits.iter().any(|wait| wait.reason.pull_request() == Some(pull.number));
    let pulls = seen.own.pulls();
    pulls.filter(|pull| pull.state == PullRequestState::Open).filter(about).collect()
}
