//! The maintainers of a story. They act on the world directly, as on a forge's page, and may do anything.

use std::sync::Arc;

use stationmaster_core::model::{
    CheckState, CommitId, FileDigest, FileEdit, FixDecision, Identity, JournalEntry, JournalEvent, PullRequest,
    PullRequestState, RepositoryId, TreeFiles,
};
use stationmaster_engine::ports::{MergeResult, MergeSpec, PortError};
use thiserror::Error;

use crate::{
    event::{Actor, Event},
    forge::seen,
    objects,
    repository::{Commit, Tag},
    world::{SimWorld, State, morning},
};

/// Why a person could not do it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PeopleError {
    /// No such pull request in that state.
    #[error("no {1} pull request has the head `{0}`")]
    NoPullRequest(String, &'static str),
    /// No such branch.
    #[error("no branch `{0}`")]
    NoBranch(String),
    /// The pull request does not merge.
    #[error("`{head}` conflicts in {}", .paths.join(", "))]
    Conflict {
        /// Its head.
        head: String,
        /// Where.
        paths: Vec<String>,
    },
    /// The repository said no.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// How a pull request is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeStyle {
    /// Forward if it can be, else a merge commit.
    Merge,
    /// One new commit on the base, of which the head is no ancestor.
    Squash,
}

/// A person of a story.
#[derive(Debug, Clone)]
pub struct Person<'w> {
    world: &'w SimWorld,
    name: String,
    here: RepositoryId,
}

impl SimWorld {
    /// Someone who acts in this world.
    pub fn person(&self, name: &str) -> Person<'_> {
        Person { world: self, name: name.to_owned(), here: RepositoryId::Own }
    }

    /// The first commit of the project's own repository, on a branch.
    pub fn plant(&self, branch: &str, files: TreeFiles) -> CommitId {
        self.plant_at(&RepositoryId::Own, branch, files)
    }

    /// The first commit of a repository, on a branch.
    pub fn plant_at(&self, repository: &RepositoryId, branch: &str, files: TreeFiles) -> CommitId {
        let person = self.person("a maintainer").at(repository);
        let mut state = self.state();
        let seconds = state.now.as_second();
        let identity = Identity { name: "a maintainer".into(), email: "maintainer@example.org".into() };
        let (tree, message) = (Arc::new(files), "Begin\n".to_owned());
        let id = person.store(&mut state, Commit { parents: Vec::new(), tree, message, identity, seconds });
        state.at(repository).repository.branches.insert(branch.to_owned(), id.clone());
        id
    }
}

impl Person<'_> {
    /// The same person, in a repository.
    #[must_use]
    pub fn at(mut self, repository: &RepositoryId) -> Self {
        self.here = repository.clone();
        self
    }

    fn happened(&self, state: &mut State, event: Event) {
        state.happened(&Actor::Person(self.name.clone()), event.at(&self.here));
    }

    fn store(&self, state: &mut State, commit: Commit) -> CommitId {
        let subject = commit.subject().to_owned();
        let (id, new) = state.at(&self.here).repository.store(commit);
        if new {
            self.happened(state, Event::CommitWritten { commit: id.clone(), subject, paths: Vec::new() });
        }
        id
    }

    fn identity(&self) -> Identity {
        Identity { name: self.name.clone(), email: format!("{}@example.org", self.name.to_lowercase()) }
    }

    /// Commit a file to a branch.
    pub fn commit(&self, branch: &str, edit: FileEdit, message: &str) -> Result<CommitId, PeopleError> {
        let mut state = self.world.state();
        let from = state.at(&self.here).repository.branches.get(branch).cloned();
        let from = from.ok_or_else(|| PeopleError::NoBranch(branch.to_owned()))?;
        let old =
            state.at(&self.here).repository.commit(&from).ok_or_else(|| PeopleError::NoBranch(branch.to_owned()))?;
        let mut tree = TreeFiles::clone(&old.tree);
        tree.insert(edit.path, edit.text);
        let commit = Commit {
            parents: vec![from.clone()],
            tree: Arc::new(tree),
            message: format!("{message}\n"),
            identity: self.identity(),
            seconds: morning(state.today()).as_second(),
        };
        let to = self.store(&mut state, commit);
        self.point(&mut state, branch, Some(from), &to);
        Ok(to)
    }

    /// Decide something about a fix or a patch.
    pub fn decide(&self, decision: FixDecision) {
        let mut state = self.world.state();
        let what = match &decision {
            FixDecision::Nominate { change, class, .. } => format!("nominate {} as {class}", change.short()),
            FixDecision::Withdraw { change, .. } => format!("withdraw {}", change.short()),
            FixDecision::Waive { change, line, .. } => format!("waive {} on {line}", change.short()),
            FixDecision::Patch { versions, forced, .. } => {
                let names: Vec<String> = versions.iter().map(ToString::to_string).collect();
                format!("ask for {}{}", names.join(", "), if *forced { ", whatever their age" } else { "" })
            }
        };
        let entry = JournalEntry::after(state.journal.last(), state.now, &self.name, JournalEvent::Fix(decision));
        state.journal.push(entry);
        self.happened(&mut state, Event::Decided { what });
    }

    /// Point a branch anywhere, also back.
    pub fn move_branch(&self, branch: &str, to: &CommitId) {
        let mut state = self.world.state();
        let from = state.at(&self.here).repository.branches.get(branch).cloned();
        self.point(&mut state, branch, from, to);
    }

    /// A push to a head branch is seen by its pull request.
    fn point(&self, state: &mut State, branch: &str, from: Option<CommitId>, to: &CommitId) {
        state.at(&self.here).repository.branches.insert(branch.to_owned(), to.clone());
        for pr in state.at(&self.here).forge.pull_requests.values_mut() {
            if pr.head == branch && pr.state == PullRequestState::Open && pr.head_commit != *to {
                pr.head_commit = to.clone();
                pr.approvals.clear();
            }
        }
        self.happened(state, Event::BranchMoved { branch: branch.to_owned(), from, to: to.clone() });
    }

    /// Tag a commit by hand.
    pub fn tag(&self, tag: &str, commit: &CommitId) {
        let mut state = self.world.state();
        let seconds = state.now.as_second();
        let made = Tag { commit: commit.clone(), message: format!("{tag}\n"), identity: self.identity(), seconds };
        state.at(&self.here).repository.tags.insert(tag.to_owned(), made);
        self.happened(&mut state, Event::TagCreated { tag: tag.to_owned(), commit: commit.clone() });
    }

    /// Merge the open pull request of a head branch.
    pub fn merge(&self, head: &str, style: MergeStyle) -> Result<CommitId, PeopleError> {
        let mut state = self.world.state();
        let pr = self.find(&mut state, head, "open", |state| *state == PullRequestState::Open)?;
        let message = format!("Merge {}\n\n{}\n", pr.head, pr.title);
        let seconds = morning(state.today()).as_second();
        let (identity, base, theirs) = (self.identity(), pr.base.clone(), pr.head_commit.clone());
        let ours = state.at(&self.here).repository.branches.get(&base).cloned();
        let ours = ours.ok_or_else(|| PeopleError::NoBranch(base.clone()))?;
        let commit = match style {
            MergeStyle::Merge => {
                let spec = MergeSpec { head: theirs.clone(), message, identity, seconds };
                let (result, events) = objects::merge(&mut state.at(&self.here).repository, &ours, &spec)?;
                events.into_iter().for_each(|event| self.happened(&mut state, event));
                match result {
                    MergeResult::Conflict(paths) => return Err(PeopleError::Conflict { head: head.to_owned(), paths }),
                    MergeResult::Present(commit) => commit,
                    MergeResult::Clean(commit) => {
                        self.point(&mut state, &base, Some(ours), &commit);
                        commit
                    }
                }
            }
            MergeStyle::Squash => {
                let tree = state.at(&self.here).repository.merged_tree(&ours, &theirs);
                let tree = tree.map_err(|paths| PeopleError::Conflict { head: head.to_owned(), paths })?;
                let parents = vec![ours.clone()];
                let squashed = Commit { parents, tree: Arc::new(tree), message, identity, seconds };
                let id = self.store(&mut state, squashed);
                self.point(&mut state, &base, Some(ours), &id);
                id
            }
        };
        let (number, at) = (pr.number, state.now);
        if let Some(stored) = state.at(&self.here).forge.pull_requests.get_mut(&number) {
            stored.head_commit = theirs;
        }
        self.settle(
            &mut state,
            number,
            PullRequestState::Merged { commit: commit.clone(), at, by: self.name.clone() },
            Event::PullRequestMerged { number, commit: commit.clone() },
        );
        Ok(commit)
    }

    /// Close without a merge.
    pub fn close(&self, head: &str) -> Result<(), PeopleError> {
        let mut state = self.world.state();
        let number = self.find(&mut state, head, "open", |state| *state == PullRequestState::Open)?.number;
        self.settle(&mut state, number, PullRequestState::Closed, Event::PullRequestClosed { number });
        Ok(())
    }

    /// Open a closed one again.
    pub fn reopen(&self, head: &str) -> Result<(), PeopleError> {
        let mut state = self.world.state();
        let number = self.find(&mut state, head, "closed", |state| *state == PullRequestState::Closed)?.number;
        self.settle(&mut state, number, PullRequestState::Open, Event::PullRequestReopened { number });
        Ok(())
    }

    fn settle(&self, state: &mut State, number: u64, to: PullRequestState, event: Event) {
        if let Some(pr) = state.at(&self.here).forge.pull_requests.get_mut(&number) {
            pr.state = to;
        }
        self.happened(state, event);
    }

    /// Approve.
    pub fn approve(&self, head: &str) -> Result<(), PeopleError> {
        let mut state = self.world.state();
        let mut pr = self.find(&mut state, head, "open", |state| *state == PullRequestState::Open)?;
        if !pr.approvals.contains(&self.name) {
            pr.approvals.push(self.name.clone());
        }
        let number = pr.number;
        state.at(&self.here).forge.pull_requests.insert(number, pr);
        self.happened(&mut state, Event::Approved { number });
        Ok(())
    }

    /// Put files beside a release on the forge that nobody sees yet, as a CI does that built them.
    pub fn deliver(&self, tag: &str, names: &[&str]) -> Result<(), PeopleError> {
        let mut state = self.world.state();
        for name in names {
            let missing = || PortError::Missing { what: format!("release {tag}") };
            let release = state
                .at(&self.here)
                .forge
                .releases
                .get_mut(tag)
                .filter(|release| release.hidden)
                .ok_or_else(missing)?;
            release.files.insert((*name).to_owned(), FileDigest::of(name.as_bytes()));
            self.happened(&mut state, Event::FilePut { tag: tag.to_owned(), name: (*name).to_owned() });
        }
        Ok(())
    }

    /// Report what the checks say: of the head, or once merged of the merged commit.
    pub fn checks(&self, head: &str, said: CheckState) -> Result<(), PeopleError> {
        let mut state = self.world.state();
        let pr = self.find(&mut state, head, "live", |state| *state != PullRequestState::Closed)?;
        let commit = match pr.state {
            PullRequestState::Merged { commit, .. } => commit,
            PullRequestState::Open | PullRequestState::Closed => pr.head_commit,
        };
        state.at(&self.here).forge.checks.insert(commit.clone(), said);
        self.happened(&mut state, Event::Checked { commit, state: said });
        Ok(())
    }

    fn find(
        &self,
        state: &mut State,
        head: &str,
        word: &'static str,
        wanted: impl Fn(&PullRequestState) -> bool,
    ) -> Result<PullRequest, PeopleError> {
        let site = state.at(&self.here);
        let found = site.forge.pull_requests.values().rfind(|pr| pr.head == head && wanted(&pr.state));
        found.map(|pr| seen(site, pr)).ok_or_else(|| PeopleError::NoPullRequest(head.to_owned(), word))
    }
}
