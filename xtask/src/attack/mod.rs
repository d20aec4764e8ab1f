//! Attacks on the built program, as whole processes: what a person can do to it, and what the world can. Each draws what it does
//! from a seed, is bounded by a number of rounds, and gives findings: what was done, and what came of it that must not.

mod disk;
mod fuzz;
mod ground;
mod hostile;
mod kills;
mod proxy;
mod rehearsal;
mod weather;

pub(crate) use ground::Ground;

use crate::steps::ChoreResult;

/// One kind of attack.
pub(crate) struct Attack {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What is done, for people.
    pub(crate) about: &'static str,
    /// How many rounds there are, unless somebody says.
    pub(crate) rounds: u32,
    /// Do it.
    pub(crate) run: fn(&mut Round<'_>) -> ChoreResult,
}

/// All of them, in the order in which they are done.
pub(crate) const ALL: &[Attack] = &[
    Attack {
        name: "kill",
        about: "a rehearsal is killed at any moment, again and again, and resumed",
        rounds: 20,
        run: kills::run,
    },
    Attack {
        name: "disk",
        about: "a rehearsal runs on disks of every size that is too small, and is resumed on a larger one",
        rounds: 16,
        run: disk::run,
    },
    Attack {
        name: "weather",
        about: "each request of a publish meets each fault, and the publish is run again",
        rounds: 60,
        run: weather::run,
    },
    Attack {
        name: "hostile",
        about: "repositories that would have their programs run, or this machine's files published",
        rounds: 1,
        run: hostile::run,
    },
    Attack { name: "fuzz", about: "one file or name of a repository is garbled", rounds: 40, run: fuzz::run },
];

/// What one attack works with, and what it found.
pub(crate) struct Round<'a> {
    /// Where it is done.
    pub(crate) ground: &'a Ground,
    /// What it draws from.
    pub(crate) random: fastrand::Rng,
    /// How many rounds it may take.
    pub(crate) rounds: u32,
    /// How many it took.
    pub(crate) done: u32,
    /// What must not be, in words.
    pub(crate) findings: Vec<String>,
    /// Why it was not done, or not wholly.
    pub(crate) skipped: Option<String>,
}

impl Round<'_> {
    /// Note something that must not be.
    pub(crate) fn finding(&mut self, words: impl Into<String>) {
        let words = words.into();
        eprintln!("    finding: {words}");
        self.findings.push(words);
    }
}
