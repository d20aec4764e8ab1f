//! What goes to the registry next, and when: as parallel as the order of dependencies and the registry's rates allow (R11, X12).
//!
//! A crate is uploaded when all that it needs are in the index. Where several may go, the one on which the longest chain of
//! others waits goes first, so that no allowance is ever left unused for want of a crate. Crates that the registry has never
//! seen have an allowance of their own, by far the slower one: what the first of them needs goes before all else.

mod bucket;
mod forecast;
pub mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

pub use bucket::Bucket;
pub use forecast::{Conditions, forecast};

use crate::model::{CrateRelease, Pace};

/// Tries of one crate to which no clear answer came, before a person must look.
const ATTEMPTS: u32 = 7;
/// How long to wait after the first unclear answer; twice as long after each further one.
const PATIENCE: SignedDuration = SignedDuration::from_secs(2);
/// What may be in the index and is not shown after this time is a case for a person.
const LONGEST: SignedDuration = SignedDuration::from_mins(15);
/// Times in a row that a registry may put us off, taking nothing.
const PUT_OFFS: u32 = 30;
/// The shortest pause after the first of them, twice as long after each further one, and never longer than that.
const PUT_OFF: [SignedDuration; 2] = [SignedDuration::from_secs(1), SignedDuration::from_secs(60)];

/// Crates on their way into a registry.
#[derive(Debug, Clone)]
pub struct Queue {
    entries: Vec<Entry>,
    at_once: usize,
    updates: Bucket,
    new_crates: Bucket,
    /// The registry asked for silence until then.
    silent_until: Option<Timestamp>,
    /// How often it did in a row, and has not taken anything since: one at a time.
    put_offs: u32,
}

/// Why an upload is not waited for any longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overdue {
    /// The registry took it.
    Accepted,
    /// The registry says that it has it.
    AlreadyThere,
    /// It may be in, and the index could not be asked.
    Unclear,
    /// It was tried so often, no clear answer came, and the index does not show it.
    Tried(u32),
    /// The registry took nothing, however often it was waited for.
    PutOff(u32),
}

/// One crate in it.
#[derive(Debug, Clone)]
struct Entry {
    name: String,
    /// Places of those that must be in the index before it.
    after: Vec<usize>,
    is_new: bool,
    /// Length of the longest chain of crates that wait for it.
    weight: usize,
    attempts: u32,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Not before this moment, if there is one.
    Waiting(Option<Timestamp>),
    Sent,
    /// It is in, by the registry's word; the index does not show it yet, and must by then. The moment is this upload's own.
    Taken {
        by: Timestamp,
        before: bool,
    },
    /// No clear answer: it may be in. If the index does not show it by `again`, it is sent again. The index must be asked `by` then.
    Unclear {
        again: Timestamp,
        by: Timestamp,
    },
    /// There is no more to be done for it.
    Lost(Overdue),
    Confirmed,
}

impl Queue {
    /// These crates, of which the registry has never seen those in `new`. Crates that are named in `after` and are not among
    /// them are in the index already.
    pub fn new(crates: &[CrateRelease], new: &BTreeSet<String>, pace: Pace) -> Self {
        let places: BTreeMap<&str, usize> = crates.iter().zip(0..).map(|(it, at)| (it.name.as_str(), at)).collect();
        let after = |it: &CrateRelease| -> Vec<usize> {
            it.after.iter().filter_map(|name| places.get(name.as_str()).copied()).collect()
        };
        let mut entries: Vec<Entry> = crates
            .iter()
            .map(|it| Entry {
                name: it.name.clone(),
                after: after(it),
                is_new: new.contains(&it.name),
                weight: 0,
                attempts: 0,
                state: State::Waiting(None),
            })
            .collect();
        weigh(&mut entries);
        Self {
            entries,
            at_once: usize::try_from(pace.at_once.max(1)).unwrap_or(1),
            updates: Bucket::full(pace.updates),
            new_crates: Bucket::full(pace.new_crates),
            silent_until: None,
            put_offs: 0,
        }
    }

    /// A crate to upload now; it counts as sent from here on. None: nothing may go at this moment.
    pub fn start(&mut self, now: Timestamp) -> Option<usize> {
        if self.sent() >= self.allowed() || self.silent_until.is_some_and(|until| now < until) {
            return None;
        }
        let urgent = self.urgent();
        let ready = |at: &usize| self.startable(*at, &urgent, now).is_some_and(|from| from <= now);
        let heaviest = |at: &usize| (urgent.contains(at), self.entries[*at].weight, usize::MAX - at);
        let at = (0..self.entries.len()).filter(ready).max_by_key(heaviest)?;
        self.bucket_mut(at).take(now);
        self.entries[at].state = State::Sent;
        Some(at)
    }

    /// When the next upload may start, if nothing but time passes. None: time alone changes nothing.
    pub fn next_start(&self, now: Timestamp) -> Option<Timestamp> {
        if self.sent() >= self.allowed() {
            return None;
        }
        let silent = self.silent_until.unwrap_or(now);
        let urgent = self.urgent();
        let starts = (0..self.entries.len()).filter_map(|at| self.startable(at, &urgent, now));
        starts.min().map(|start| start.max(silent).max(now))
    }

    /// The registry took it.
    pub fn accepted(&mut self, at: usize, now: Timestamp) {
        self.entries[at].state = State::Taken { by: later(now, LONGEST), before: false };
        self.put_offs = 0;
    }

    /// The registry has it already: from an upload of ours whose answer was lost, or from somebody else. It is not sent again.
    pub fn already_there(&mut self, at: usize, now: Timestamp) {
        self.entries[at].state = State::Taken { by: later(now, LONGEST), before: true };
        self.put_offs = 0;
    }

    /// The index shows it with our checksum.
    pub fn confirmed(&mut self, at: usize) {
        self.entries[at].state = State::Confirmed;
    }

    /// The registry did not take it, and wants to hear nothing before this moment. Says when it is asked next: never at once.
    pub fn put_off(&mut self, at: usize, until: Timestamp, now: Timestamp) -> Timestamp {
        // What was sent together is put off together.
        if self.put_offs == 0 || self.silent_until.is_none_or(|until| until <= now) {
            self.put_offs += 1;
        }
        let [first, longest] = PUT_OFF;
        let pause = first.checked_mul(1 << (self.put_offs - 1).min(16)).unwrap_or(longest).min(longest);
        let until = until.max(later(now, pause));
        self.entries[at].state = match self.put_offs {
            PUT_OFFS.. => State::Lost(Overdue::PutOff(self.put_offs)),
            _ => State::Waiting(None),
        };
        self.bucket_mut(at).empty_until(until);
        self.silent_until = self.silent_until.max(Some(until));
        until
    }

    /// No clear answer came: the index is asked for a while, before it is sent again.
    pub fn unclear(&mut self, at: usize, now: Timestamp) {
        let entry = &mut self.entries[at];
        let pause = PATIENCE.checked_mul(1 << entry.attempts.min(16)).unwrap_or(SignedDuration::MAX);
        entry.attempts += 1;
        entry.state = State::Unclear { again: later(now, pause), by: later(now, LONGEST) };
    }

    /// The index was asked and does not show it. One whose answer was unclear is sent again, once its time has come.
    pub fn absent(&mut self, at: usize, now: Timestamp) {
        let entry = &mut self.entries[at];
        match entry.state {
            State::Unclear { again, .. } if again <= now && entry.attempts >= ATTEMPTS => {
                entry.state = State::Lost(Overdue::Tried(entry.attempts));
            }
            State::Unclear { again, .. } if again <= now => entry.state = State::Waiting(Some(now)),
            _ => self.unseen(at, now),
        }
    }

    /// The index could not be asked for it.
    pub fn unseen(&mut self, at: usize, now: Timestamp) {
        let entry = &mut self.entries[at];
        match entry.state {
            State::Taken { by, before } if by <= now => {
                entry.state = State::Lost(if before { Overdue::AlreadyThere } else { Overdue::Accepted });
            }
            State::Unclear { by, .. } if by <= now => entry.state = State::Lost(Overdue::Unclear),
            _ => {}
        }
    }

    /// One that is not waited for any longer.
    pub fn overdue(&self) -> Option<(usize, Overdue)> {
        let mut entries = self.entries.iter().zip(0..);
        entries.find_map(|(entry, at)| match entry.state {
            State::Lost(why) => Some((at, why)),
            _ => None,
        })
    }

    /// Those that the index is to be asked for.
    pub fn unconfirmed(&self) -> Vec<usize> {
        let asked = |at: &usize| matches!(self.entries[*at].state, State::Taken { .. } | State::Unclear { .. });
        (0..self.entries.len()).filter(asked).collect()
    }

    /// Whether all are in the index.
    pub fn is_done(&self) -> bool {
        self.entries.iter().all(|entry| entry.state == State::Confirmed)
    }

    /// Crates that wait for each other, so that none can go first. None in an order that was made by the workspace.
    pub fn stuck(&self) -> Vec<&str> {
        let mut done = vec![false; self.entries.len()];
        while let Some(at) = (0..done.len()).find(|at| !done[*at] && self.entries[*at].after.iter().all(|it| done[*it]))
        {
            done[at] = true;
        }
        self.entries.iter().zip(done).filter(|(_, done)| !done).map(|(entry, _)| entry.name.as_str()).collect()
    }

    /// Where new crates have a rate: the new crate that has the fewest others before it, and these.
    fn urgent(&self) -> BTreeSet<usize> {
        if !self.new_crates.is_limited() {
            return BTreeSet::new();
        }
        let is_waiting = |at: &usize| matches!(self.entries[*at].state, State::Waiting(_));
        let new = (0..self.entries.len()).filter(|at| self.entries[*at].is_new && is_waiting(at));
        new.map(|at| self.waiting_before(at)).min_by_key(BTreeSet::len).unwrap_or_default()
    }

    /// A crate, and all that must go before it and have not gone.
    fn waiting_before(&self, at: usize) -> BTreeSet<usize> {
        let (mut reached, mut open) = (BTreeSet::from([at]), vec![at]);
        while let Some(at) = open.pop() {
            let needed = self.entries[at].after.iter().copied();
            let waiting = needed.filter(|it| matches!(self.entries[*it].state, State::Waiting(_)));
            open.extend(waiting.filter(|it| reached.insert(*it)));
        }
        reached
    }

    fn sent(&self) -> usize {
        self.entries.iter().filter(|entry| entry.state == State::Sent).count()
    }

    fn allowed(&self) -> usize {
        if self.put_offs > 0 { 1 } else { self.at_once }
    }

    /// From when on it may be sent, as far as it and the crates it needs are concerned.
    fn earliest(&self, at: usize) -> Option<Timestamp> {
        let State::Waiting(from) = self.entries[at].state else { return None };
        let is_in = |it: &usize| self.entries[*it].state == State::Confirmed;
        self.entries[at].after.iter().all(is_in).then(|| from.unwrap_or(Timestamp::MIN))
    }

    /// The same, as far as the rates are concerned as well. What is not urgent leaves to the urgent what they will take.
    fn startable(&self, at: usize, urgent: &BTreeSet<usize>, now: Timestamp) -> Option<Timestamp> {
        let is_new = self.entries[at].is_new;
        let kept = if urgent.contains(&at) || is_new {
            0
        } else {
            urgent.iter().filter(|it| !self.entries[**it].is_new).count()
        };
        Some(self.earliest(at)?.max(self.bucket(at).ready(now, kept)))
    }

    fn bucket(&self, at: usize) -> &Bucket {
        if self.entries[at].is_new { &self.new_crates } else { &self.updates }
    }

    fn bucket_mut(&mut self, at: usize) -> &mut Bucket {
        if self.entries[at].is_new { &mut self.new_crates } else { &mut self.updates }
    }
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// Give each crate the length of the longest chain that waits for it. Crates on a circle keep what they have.
fn weigh(entries: &mut [Entry]) {
    for _ in 0..entries.len() {
        let mut changed = false;
        for at in 0..entries.len() {
            for needed in entries[at].after.clone() {
                if entries[needed].weight <= entries[at].weight && entries[at].weight < entries.len() {
                    entries[needed].weight = entries[at].weight + 1;
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
}

#[cfg(test)]
mod tests;
