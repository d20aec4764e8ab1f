//! What outlives a process.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use jiff::{
    Timestamp,
    civil::{Date, date},
    tz::TimeZone,
};
use stationmaster_core::model::{CommitId, JournalEntry, RepositoryId, RepositoryName};

use crate::{
    builder::Staging,
    event::{Actor, Event, Line},
    forge::ForgeState,
    gate::{CrashPlan, EffectKind, Gate, Mishap},
    invariants::{self, Breach},
    process::Process,
    random::Random,
    registry::RegistryState,
    repository::Repository,
    workshop::WorkshopState,
};

/// A repository with its forge.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// Commits, branches, tags.
    pub repository: Repository,
    /// Pull requests, checks, releases.
    pub forge: ForgeState,
}

/// Everything there is.
#[derive(Debug, Clone)]
pub struct State {
    /// Now.
    pub now: Timestamp,
    /// The project's own repository.
    pub own: Site,
    /// Others that take part, by name.
    pub others: BTreeMap<RepositoryName, Site>,
    /// Crates.
    pub registry: RegistryState,
    /// Packaged crates, on the disk of whoever packaged them.
    pub staging: Staging,
    /// Archives, on the disk of the machine that all processes run on.
    pub workshop: WorkshopState,
    /// The journal.
    pub journal: Vec<JournalEntry>,
    /// The process that holds the lease, and its name.
    pub lease: Option<(u64, String)>,
    /// What every effect passes.
    pub gate: Gate,
    /// What happened, and who did it.
    pub events: Vec<(Actor, Event)>,
    /// Invariants that were broken, as they were.
    pub breaches: Vec<Breach>,
    transcript: Vec<String>,
    names: BTreeMap<CommitId, usize>,
    processes: u64,
}

impl State {
    /// The day, at UTC.
    pub fn today(&self) -> Date {
        self.now.to_zoned(TimeZone::UTC).date()
    }

    /// A repository with its forge, to be changed. One that is new takes part from the next process on.
    pub(crate) fn at(&mut self, repository: &RepositoryId) -> &mut Site {
        match repository {
            RepositoryId::Own => &mut self.own,
            RepositoryId::Other(name) => self.others.entry(name.clone()).or_default(),
        }
    }

    pub(crate) fn seen_at(&self, repository: &RepositoryId) -> &Site {
        match repository {
            RepositoryId::Own => &self.own,
            RepositoryId::Other(name) => &self.others[name],
        }
    }

    /// Take note of a change that was just made: for the transcript, and to see whether it was right.
    pub fn happened(&mut self, actor: &Actor, event: Event) {
        if let (_, Event::CommitWritten { commit, .. }) = event.placed() {
            let next = self.names.len() + 1;
            self.names.entry(commit.clone()).or_insert(next);
        }
        let name = |id: &CommitId| self.names.get(id).map_or_else(|| id.short().to_owned(), |n| format!("c{n}"));
        let line = format!("{} {}", self.today(), Line { event: &event, actor, name: &name });
        self.transcript.push(line);
        let breaches = invariants::judge(self, actor, &event);
        self.breaches.extend(breaches);
        self.events.push((actor.clone(), event));
    }

    /// Move time forward to a moment; never back.
    pub fn advance(&mut self, until: Timestamp) {
        self.now = self.now.max(until);
    }
}

/// The pretend world: a handle to what all processes and people share.
#[derive(Debug, Clone)]
pub struct SimWorld {
    state: Arc<Mutex<State>>,
}

impl Default for SimWorld {
    fn default() -> Self {
        Self::new()
    }
}

impl SimWorld {
    /// An empty world in the morning of 2022-01-01.
    pub fn new() -> Self {
        let state = State {
            now: morning(date(2022, 1, 1)),
            own: Site::default(),
            others: BTreeMap::new(),
            registry: RegistryState::default(),
            staging: Staging::default(),
            workshop: WorkshopState::default(),
            journal: Vec::new(),
            lease: None,
            gate: Gate::default(),
            events: Vec::new(),
            breaches: Vec::new(),
            transcript: Vec::new(),
            names: BTreeMap::new(),
            processes: 0,
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// A world of its own that is like this one now.
    pub fn fork(&self) -> Self {
        Self { state: Arc::new(Mutex::new(self.state().clone())) }
    }

    /// Look at everything, or change it behind everyone's back.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Start the program.
    pub fn process(&self) -> Process {
        let mut state = self.state();
        state.processes += 1;
        Process::new(self.clone(), state.processes, state.others.keys().cloned())
    }

    /// A file at the head of a branch of the project's own repository.
    pub fn file(&self, branch: &str, path: &str) -> Option<String> {
        self.state().own.repository.file(branch, path).cloned()
    }

    /// Move on to the morning of a day, unless it has passed.
    pub fn day(&self, day: Date) {
        self.state().advance(morning(day));
    }

    /// The day, at UTC.
    pub fn today(&self) -> Date {
        self.state().today()
    }

    /// Something goes wrong at one effect, counted from the beginning of the world.
    pub fn plan_crash(&self, plan: CrashPlan) {
        self.state().gate.plan_crash(plan);
    }

    /// The next effect of this kind goes wrong.
    pub fn fault(&self, kind: EffectKind, mishap: Mishap) {
        self.state().gate.script(kind, mishap);
    }

    /// Random mishaps: so many effects in a thousand, `most` at most.
    pub fn storm(&self, seed: u64, per_mille: u16, most: u32) {
        self.state().gate.storm(Random::seeded(seed), per_mille, most);
    }

    /// No more random mishaps.
    pub fn calm(&self) {
        self.state().gate.calm();
    }

    /// How many effects there were.
    pub fn effects(&self) -> usize {
        self.state().gate.count
    }

    /// What happened, one line each.
    pub fn transcript(&self) -> Vec<String> {
        self.state().transcript.clone()
    }

    /// Every invariant that was broken on the way or is broken now.
    pub fn breaches(&self) -> Vec<Breach> {
        let state = self.state();
        let mut all = state.breaches.clone();
        all.extend(invariants::judge_whole(&state));
        all
    }
}

/// Eight o'clock, at UTC.
pub fn morning(day: Date) -> Timestamp {
    let zoned = day.at(8, 0, 0, 0).to_zoned(TimeZone::UTC);
    zoned.expect("UTC has no gaps, and the days of stories are far from the ends of time").timestamp()
}
