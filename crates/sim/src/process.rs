//! One run of the program, which may die.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use stationmaster_core::{
    model::{RepositoryId, RepositoryName},
    upload::tokens::Tokens,
};
use stationmaster_engine::{
    ports::{PortError, PortResult, RepositoryPorts, World},
    progress::Silent,
};

use crate::{
    event::{Actor, Event},
    gate::{EffectKind, Mishap},
    repository::Repository,
    tokens::TokenNumber,
    world::{SimWorld, State},
};

/// A process of ours. It has all ports; once it is dead, none of them does anything any more.
#[derive(Debug, Clone)]
pub struct Process {
    world: SimWorld,
    number: u64,
    name: String,
    dead: Arc<AtomicBool>,
    tokens: Arc<OnceLock<Mutex<Tokens<TokenNumber>>>>,
    /// The repository that its ports are of.
    here: RepositoryId,
    /// The same process, with the ports of other repositories.
    others: BTreeMap<RepositoryName, Process>,
}

impl Process {
    pub(crate) fn new(world: SimWorld, number: u64, others: impl Iterator<Item = RepositoryName>) -> Self {
        let mut process = Self {
            name: format!("process-{number}"),
            dead: Arc::default(),
            tokens: Arc::default(),
            here: RepositoryId::Own,
            others: BTreeMap::new(),
            world,
            number,
        };
        let at = |name: RepositoryName| {
            let here = RepositoryId::Other(name.clone());
            (name, Self { here, ..process.clone() })
        };
        process.others = others.map(at).collect();
        process
    }

    /// Its ports, for the engine.
    pub fn ports(&self) -> World<'_> {
        World {
            here: self.site(),
            own: self.site(),
            others: self.others.iter().map(|(name, process)| (name.clone(), process.site())).collect(),
            registry: self,
            notary: self,
            journal: self,
            clock: self,
            progress: &Silent,
            who: "stationmaster@sim",
        }
    }

    fn site(&self) -> RepositoryPorts<'_> {
        RepositoryPorts { objects: self, refs: self, forge: self, builder: self, workshops: self }
    }

    pub(crate) fn here(&self) -> &RepositoryId {
        &self.here
    }

    /// The pretend repository that its ports are of.
    pub(crate) fn repository<'s>(&self, state: &'s mut State) -> &'s mut Repository {
        &mut state.at(&self.here).repository
    }

    /// Whether it ran into a crash point.
    pub fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    /// Its number, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Its name, for the lease.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn world(&self) -> &SimWorld {
        &self.world
    }

    pub(crate) fn tokens(&self) -> &OnceLock<Mutex<Tokens<TokenNumber>>> {
        &self.tokens
    }

    pub(crate) fn actor(&self) -> Actor {
        Actor::Process(self.number)
    }

    /// Let another process have a turn, as real input and output would.
    pub(crate) async fn turn(&self) {
        tokio::task::yield_now().await;
    }

    /// Ask something that changes nothing anyone could see.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&mut State) -> PortResult<T>) -> PortResult<T> {
        if self.is_dead() {
            return Err(PortError::Crash);
        }
        question(&mut self.world.state())
    }

    /// Ask something over the network, which may give no answer.
    pub(crate) fn ask_outside<T>(
        &self,
        what: &str,
        question: impl FnOnce(&mut State) -> PortResult<T>,
    ) -> PortResult<T> {
        self.ask(|state| {
            if state.gate.silent() {
                return Err(failed(what, "no answer"));
            }
            question(state)
        })
    }

    /// Do something, through the gate. `change` says what happened, if anything did.
    pub(crate) fn effect<T>(
        &self,
        kind: EffectKind,
        change: impl FnOnce(&mut State) -> PortResult<(T, Vec<Event>)>,
    ) -> PortResult<T> {
        self.effect_or(kind, change, || Err(failed(&kind.to_string(), "the reply was lost")))
    }

    /// As [`Self::effect`], where a lost reply has an answer of its own.
    pub(crate) fn effect_or<T>(
        &self,
        kind: EffectKind,
        change: impl FnOnce(&mut State) -> PortResult<(T, Vec<Event>)>,
        lost: impl FnOnce() -> PortResult<T>,
    ) -> PortResult<T> {
        if self.is_dead() {
            return Err(PortError::Crash);
        }
        let mut state = self.world.state();
        let mishap = state.gate.pass(kind);
        match mishap {
            Some(Mishap::CrashBefore) => return self.die(&mut state, format!("crash before {kind}")),
            Some(Mishap::Failure) => {
                state.happened(&self.actor(), Event::Mishap { what: format!("{kind} fails") });
                return Err(failed(&kind.to_string(), "connection reset"));
            }
            _ => {}
        }
        let result = change(&mut state).map(|(value, events)| {
            events.into_iter().for_each(|event| state.happened(&self.actor(), event.at(&self.here)));
            value
        });
        match mishap {
            Some(Mishap::CrashAfter) => self.die(&mut state, format!("crash after {kind}")),
            Some(Mishap::LostReply) => {
                state.happened(&self.actor(), Event::Mishap { what: format!("reply to {kind} is lost") });
                lost()
            }
            _ => result,
        }
    }

    fn die<T>(&self, state: &mut State, what: String) -> PortResult<T> {
        self.dead.store(true, Ordering::SeqCst);
        state.registry.open.remove(&self.number);
        state.happened(&self.actor(), Event::Mishap { what });
        if state.lease.as_ref().is_some_and(|(holder, _)| *holder == self.number) {
            state.lease = None;
        }
        Err(PortError::Crash)
    }
}

pub(crate) fn failed(what: &str, why: &str) -> PortError {
    PortError::Failed { what: what.to_owned(), why: why.to_owned() }
}

pub(crate) fn missing(what: String) -> PortError {
    PortError::Missing { what }
}

pub(crate) fn moved(what: String, found: String) -> PortError {
    PortError::Moved { what, found }
}
