//! What the backport commands look at: refs, pull requests, decisions, and what was committed on main and on the lines.

use std::collections::BTreeMap;

use stationmaster_core::{
    backport::{self, Evidence, LineState, Maintenance, Matrix},
    facts::{Ask, Facts, Lacking, Unseen},
    model::{ChangeClass, CommitId, FixDecision, Histories, JournalEvent, LineName, LoggedCommit, Observed},
    pick::pull_request_of,
};
use stationmaster_engine::{answer, observe::observe, ports::Journal, progress::Silent};

use crate::{
    checkout,
    diagnostics::{Ending, Failure},
    repository,
    scope::Scope,
    wiring::Opened,
};

/// A repository with its policy, as it is seen on a day.
pub(in crate::cli) struct Scene {
    pub(in crate::cli) opened: Opened,
    pub(in crate::cli) seen: Facts,
    pub(in crate::cli) lines: BTreeMap<LineName, LineState>,
}

impl Scene {
    /// Look at refs, and at what the forge holds.
    pub(in crate::cli) async fn open(scope: &Scope) -> Result<Self, Failure> {
        let opened = Opened::open(scope)?;
        let seen = observe(&opened.world(&Silent), opened.today()).await?;
        if !seen.own.branches.contains_key(&opened.policy.project.main) {
            let main = &opened.policy.project.main;
            return Err(checkout::no_branch(&opened.repository, main, seen.own.branches.keys()));
        }
        checkout::is_whole(&opened.repository, seen.own.tags.len())?;
        let lines = backport::line_states(&opened.policy, &seen);
        Ok(Self { opened, seen, lines })
    }

    /// Where every fix stands, and every change that is asked about: `also` chooses these from what was committed.
    pub(super) async fn matrix(&mut self, also: impl Fn(&Histories) -> Vec<CommitId>) -> Result<Matrix, Failure> {
        let (world, policy) = (self.opened.world(&Silent), &self.opened.policy);
        let look = |ask: &Ask<'_>| match Maintenance::of(policy, ask, &also) {
            Ok(known) => backport::matrix(policy, ask, &known).map_err(|Lacking| String::new()),
            Err(Unseen::Unknown(why)) => Err(why.to_owned()),
            // It is asked for, and this is thrown away.
            Err(Unseen::Lacking) => Err(String::new()),
        };
        let made = answer::decide(&world, &mut self.seen, look).await?;
        made.map_err(|why| Failure::new(Ending::Outside, why))
    }

    /// What was committed on main, newest first, as far as the lines go back.
    pub(super) fn main(&self) -> &[LoggedCommit] {
        let histories = self.seen.own.histories.as_ref().and_then(Observed::known);
        histories.map_or(&[], |histories| &histories.main)
    }

    /// The commit that a revision names, which must be on main (X2).
    pub(super) fn on_main(&self, revision: &str) -> Result<CommitId, Failure> {
        let repository = &self.opened.repository;
        let change = repository::resolve(repository, revision)?;
        let main = &self.opened.policy.project.main;
        if repository.reaches(&self.seen.own.branches[main].commit, &change)? {
            return Ok(change);
        }
        let message = format!("{revision} ({}) is not on `{main}`", change.short());
        let hint = "changes land on main first; `stationmaster backport predict` tells where one will conflict, and \
                    `stationmaster pick` makes any change on any commit";
        Err(Failure::new(Ending::Usage, message).hint(hint))
    }

    /// A line that has a branch and a train.
    pub(in crate::cli) fn line(&self, line: LineName) -> Result<LineState, Failure> {
        self.lines.get(&line).copied().ok_or_else(|| {
            let all: Vec<String> = self.lines.keys().rev().take(12).map(ToString::to_string).collect();
            let branch = self.branch(line);
            let message =
                format!("there is no line {line}: no branch `{branch}`, or no train of the policy that opens it");
            Failure::new(Ending::Usage, message).hint(format!("the newest lines are {}", all.join(", ")))
        })
    }

    /// The branch of a line.
    pub(in crate::cli) fn branch(&self, line: LineName) -> String {
        self.opened.policy.project.release_branch.with(&line.first_version())
    }

    /// What the repository and the forge say of a change, and its class by that; or the one that a person says.
    pub(super) async fn classify(
        &self,
        change: &CommitId,
        said: Option<ChangeClass>,
    ) -> Result<backport::Classified, Failure> {
        let repository = &self.opened.repository;
        let message = repository.message(change)?;
        let labels = match pull_request_of(&message) {
            Some(number) => self.opened.forge.labels(number).await?,
            None => Default::default(),
        };
        let paths = self.paths(change)?;
        let rules = self.opened.policy.on(self.opened.today());
        Ok(backport::classify(rules, &Evidence { message: &message, labels: &labels, paths: &paths }, said))
    }

    /// The files that a change touches, relative to its first parent.
    pub(super) fn paths(&self, change: &CommitId) -> Result<Vec<String>, Failure> {
        let repository = &self.opened.repository;
        Ok(match repository.first_parent(change)? {
            Some(parent) => repository.changed_paths(&parent, change)?,
            None => Vec::new(),
        })
    }

    /// Put a decision into the journal.
    pub(in crate::cli) async fn decide(&self, decision: FixDecision, by: Option<&str>) -> Result<(), Failure> {
        let opened = &self.opened;
        let who = by.unwrap_or_else(|| opened.who());
        opened.journal.append(opened.now(), who, JournalEvent::Fix(decision)).await.map(drop).map_err(Failure::from)
    }
}

/// How many commits of main came after a change. None: it is older than all lines.
pub(super) fn age(main: &[LoggedCommit], change: &CommitId) -> Option<usize> {
    main.iter().position(|commit| commit.is_or_brought(change))
}
