//! Judgments that can hold a train. One file per gate, and the list of them.
//!
//! Every gate is asked at the same three points: before a proposal, before a merge and before a tag. Commands that show a train and
//! commands that let it through use the same answer.

mod approvals;
mod checks;
mod hold;
pub(crate) mod index_rules;
pub(crate) mod packages;
mod registry_rules;
mod rust_version;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use semver::Version;

pub(crate) use hold::Hold;
use packages::waits;

use crate::{
    facts::Ask,
    model::{CommitId, PullRequest, Rule, WaitReason},
    policy::{Policy, Rules},
    workspace::Workspace,
};

/// Every gate, the cheap ones first.
const GATES: [&dyn Gate; 5] = [
    &checks::Checks,
    &approvals::Approvals,
    &rust_version::RustVersion,
    &registry_rules::RegistryRules,
    &index_rules::IndexRules,
];

/// One judgment.
trait Gate: Sync {
    /// The rule behind it.
    fn rule(&self) -> Rule;

    /// Why the train is held. Nothing: it may pass.
    fn holds(&self, asked: &Asked<'_>) -> Vec<Hold>;

    /// It takes crates packaged to tell: before a tag it is asked only once the others let the train pass.
    fn is_costly(&self) -> bool {
        false
    }
}

/// Where a train can be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// Before it is proposed.
    Proposal,
    /// Before a person merges the proposal. What is not known holds nothing yet: it does so at the tag.
    Merge,
    /// Before the tag, which cannot be taken back: what is not known holds as well.
    Tag,
}

/// What a gate is asked about.
pub(crate) struct Asked<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) ask: &'a Ask<'a>,
    pub(crate) door: Door,
    /// The release.
    pub(crate) version: &'a Version,
    /// The rules that it leaves by.
    pub(crate) rules: &'a Rules,
    /// The proposal, if there is one.
    pub(crate) pull: Option<&'a PullRequest>,
    /// What would be released.
    pub(crate) commit: &'a CommitId,
    /// The workspace at that commit.
    pub(crate) workspace: Result<&'a Workspace, &'a Hold>,
}

impl Asked<'_> {
    /// What a gate says that needs nothing but the record of the pull request.
    fn by_record(&self, gate: impl Fn(&Policy, &PullRequest, Date) -> Option<WaitReason>) -> Vec<Hold> {
        let hold = self.pull.and_then(|pull| gate(self.policy, pull, self.ask.facts().today));
        hold.map(Hold::For).into_iter().collect()
    }
}

/// Everything that holds a train at a door, with the rule behind it.
pub(crate) fn holds(asked: &Asked<'_>) -> Vec<(Rule, Hold)> {
    let mut holds = Vec::new();
    for gate in GATES {
        if asked.door == Door::Tag && gate.is_costly() && !holds.is_empty() {
            break;
        }
        holds.extend(gate.holds(asked).into_iter().map(|hold| (gate.rule(), hold)));
    }
    holds
}

/// What holds a pull request by its own record alone: its checks and its approvals, as the policy of the day wants them.
pub fn of_record(policy: &Policy, pull: &PullRequest, today: Date) -> Vec<WaitReason> {
    checks::hold(policy, pull, today).into_iter().chain(approvals::hold(policy, pull, today)).collect()
}
