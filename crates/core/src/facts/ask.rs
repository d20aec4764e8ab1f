//! Asking for facts, so that what is lacking is noted.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use super::{Facts, Question, Questions, RepositoryFacts};
use crate::model::{
    CommitId, CrateRelease, CrateVersions, FileSelection, Held, Histories, Job, LineBranch, LineName, Machine,
    Observed, Packages, PatchIds, Pick, Picked, PullRequest, RepositoryId, TreeFiles,
};

/// A fact is lacking, and its question is noted: whatever is decided without it is thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lacking;

/// Why a fact is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unseen<'f> {
    /// Nobody looked yet; its question is noted.
    Lacking,
    /// It could not be seen: the words say why, for people.
    Unknown(&'f str),
}

impl From<Lacking> for Unseen<'_> {
    fn from(Lacking: Lacking) -> Self {
        Self::Lacking
    }
}

/// What is known, and a note of what was asked for and is not. What is in a repository is asked of one of them at a time.
#[derive(Debug)]
pub struct Ask<'f> {
    facts: &'f Facts,
    repository: RepositoryId,
    here: &'f RepositoryFacts,
    noted: Rc<RefCell<Questions>>,
}

impl<'f> Ask<'f> {
    /// Ask for these facts, and of repositories for the project's own.
    pub fn of(facts: &'f Facts) -> Self {
        Self { facts, repository: RepositoryId::Own, here: &facts.own, noted: Rc::default() }
    }

    /// Ask the same of another repository.
    ///
    /// # Errors
    /// It could not be seen, and why.
    pub fn at(&self, repository: &RepositoryId) -> Result<Self, Unseen<'f>> {
        let here = self.facts.of(repository).map_err(Unseen::Unknown)?;
        Ok(Self { facts: self.facts, repository: repository.clone(), here, noted: Rc::clone(&self.noted) })
    }

    /// What is known of the repository that is asked.
    pub fn here(&self) -> &'f RepositoryFacts {
        self.here
    }

    /// What is known.
    pub fn facts(&self) -> &'f Facts {
        self.facts
    }

    /// What was decided, if nothing was lacking.
    ///
    /// # Errors
    /// The questions to answer first.
    pub fn end<T>(self, decided: T) -> Result<T, Questions> {
        let noted = self.noted.take();
        if noted.is_empty() { Ok(decided) } else { Err(noted) }
    }

    /// The selected files of a commit.
    ///
    /// # Errors
    /// They are not known.
    pub fn files(&self, commit: &CommitId, wanted: &FileSelection) -> Result<&'f TreeFiles, Unseen<'f>> {
        let question = || Question::Files { commit: commit.clone(), wanted: wanted.clone() };
        self.seen(self.here.files.get(commit), question)
    }

    /// What was committed on main and on these lines. Asked once a day: for other lines there is no second answer.
    ///
    /// # Errors
    /// It is not known.
    pub fn histories(
        &self,
        main: &CommitId,
        lines: BTreeMap<LineName, LineBranch>,
    ) -> Result<&'f Histories, Unseen<'f>> {
        self.seen(self.here.histories.as_ref(), || Question::Histories { main: main.clone(), lines })
    }

    /// What a commit does. None: nothing.
    ///
    /// # Errors
    /// Nobody looked yet.
    pub fn patch(&self, commit: &CommitId) -> Result<&'f Observed<Option<PatchIds>>, Lacking> {
        self.answer(self.here.deeds.patches.get(commit), || Question::Patch { commit: commit.clone() })
    }

    /// How much of a change is in the tree of a commit.
    ///
    /// # Errors
    /// Nobody looked yet.
    pub fn held(&self, change: &CommitId, at: &CommitId) -> Result<&'f Observed<Held>, Lacking> {
        let known = self.here.deeds.held.get(change).and_then(|places| places.get(at));
        self.answer(known, || Question::Held { place: (change.clone(), at.clone()) })
    }

    /// What a pick comes to.
    ///
    /// # Errors
    /// Nobody tried yet.
    pub fn pick(&self, pick: Pick) -> Result<&'f Observed<Picked>, Lacking> {
        let is_it = |known: &&(Pick, _)| known.0.onto == pick.onto && known.0.changes == pick.changes;
        let known = self.here.picks.iter().find(is_it).map(|(_, picked)| picked);
        self.answer(known, || Question::Pick { pick })
    }

    /// In which files an open pull request conflicts with its base; nothing: it merges. None: its base is gone.
    ///
    /// # Errors
    /// It is not known.
    pub fn conflicts(&self, pull: &PullRequest) -> Result<Option<&'f [String]>, Unseen<'f>> {
        let Some(base) = self.here.branch(&pull.base) else { return Ok(None) };
        let head = self.here.branch(&pull.head).unwrap_or(&pull.head_commit);
        let known = self.here.merges.get(base).and_then(|heads| heads.get(head));
        let question = || Question::Merge { base: base.clone(), head: head.clone() };
        Ok(Some(self.seen(known, question)?))
    }

    /// The packaged crates of a commit.
    ///
    /// # Errors
    /// They are not known.
    pub fn packages(&self, commit: &CommitId, crates: &[CrateRelease]) -> Result<&'f Packages, Unseen<'f>> {
        let question = || Question::Packages { commit: commit.clone(), crates: crates.to_vec() };
        self.seen(self.here.packages.get(commit), question)
    }

    /// What this machine can build of a commit.
    ///
    /// # Errors
    /// It is not known.
    pub fn machine(&self, commit: &CommitId, folder: &str, jobs: &[Job]) -> Result<&'f Machine, Unseen<'f>> {
        let question = || Question::Machine { commit: commit.clone(), folder: folder.to_owned(), jobs: jobs.to_vec() };
        self.seen(self.here.machines.get(commit), question)
    }

    /// What the index has of a crate. It is the same for all repositories.
    ///
    /// # Errors
    /// It is not known.
    pub fn index(&self, name: &str) -> Result<&'f CrateVersions, Unseen<'f>> {
        self.seen(self.facts.index.get(name), || Question::Index { name: name.to_owned() })
    }

    fn seen<T>(
        &self,
        answer: Option<&'f Observed<T>>,
        question: impl FnOnce() -> Question,
    ) -> Result<&'f T, Unseen<'f>> {
        self.answer(answer, question)?.seen().map_err(Unseen::Unknown)
    }

    fn answer<T>(&self, answer: Option<&'f T>, question: impl FnOnce() -> Question) -> Result<&'f T, Lacking> {
        answer.ok_or_else(|| {
            let question = question();
            // The index is one, whichever repository is at hand: it is asked once.
            let of = if matches!(question, Question::Index { .. }) { &RepositoryId::Own } else { &self.repository };
            self.noted.borrow_mut().entry(of.clone()).or_default().insert(question);
            Lacking
        })
    }
}
