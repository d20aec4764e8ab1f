//! The people of a rehearsal: they read what they are asked, and merge it a few days later.

use async_trait::async_trait;
use stationmaster_adapters::forge::LocalForge;
use stationmaster_core::{
    model::{CheckOutcome, CommitId, PullRequest, PullRequestState},
    policy::Policy,
};
use stationmaster_engine::{
    merge::merge_pull_request,
    ports::{PortError, World},
    rehearsal::Maintainers,
};

/// Merges everything, after one to three days.
pub(crate) struct Willing<'a> {
    pub(crate) forge: &'a LocalForge,
}

#[async_trait]
impl Maintainers for Willing<'_> {
    /// Depends on the title alone, so that every run of a rehearsal is the same.
    fn patience(&self, pull: &PullRequest) -> i64 {
        1 + pull.title.bytes().map(i64::from).sum::<i64>() % 3
    }

    async fn check(&self, world: &World<'_>, policy: &Policy, pull: &PullRequest) -> Result<(), PortError> {
        let PullRequestState::Merged { commit, .. } = &pull.state else { return Ok(()) };
        self.report_checks(&policy.on(world.clock.today()).gates.checks, commit).await
    }

    async fn merge(&self, world: &World<'_>, policy: &Policy, pull: &PullRequest) -> Result<(), PortError> {
        let gates = &policy.on(world.clock.today()).gates;
        for number in 1..=gates.approvals {
            self.forge
                .approve(pull.number, &format!("maintainer {number} of the rehearsal"), world.clock.now())
                .await?;
        }
        self.report_checks(&gates.checks, &pull.head_commit).await?;
        let merged = merge_pull_request(world, self.forge, policy, pull.number, "the rehearsal").await?;
        self.report_checks(&gates.checks, &merged).await
    }
}

impl Willing<'_> {
    async fn report_checks(&self, checks: &[String], commit: &CommitId) -> Result<(), PortError> {
        for name in checks {
            self.forge.report_check(commit, name, CheckOutcome::Success).await?;
        }
        Ok(())
    }
}
