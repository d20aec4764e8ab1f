//! Bad weather for tests: what goes wrong between an uploader and a registry, drawn from a seed. The same seed gives the same
//! weather to the same uploads, in whatever order they come.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use super::{super::checksum, accounts};

/// Uploads of one version that may meet a fault. The ones after that go through.
const MOST: u32 = 2;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Faults {
    /// Which weather.
    pub seed: u64,
    /// Of a hundred uploads, those that are answered 500 and not taken.
    pub failed: u8,
    /// Of a hundred uploads, those that are taken and whose answer gets lost.
    pub lost: u8,
    /// Most looks at the index that do not show a new version yet.
    pub stale_looks: u8,
    /// Of a hundred uploads, those after which their token is no longer good, whatever came of them.
    pub ended: u8,
}

/// What happens to one upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Fair,
    Failed,
    Lost,
}

/// The faults, and what they did so far.
#[derive(Debug)]
pub(super) struct Weather {
    faults: Option<Faults>,
    so_far: Mutex<SoFar>,
}

#[derive(Debug, Default)]
struct SoFar {
    uploads: BTreeMap<String, u32>,
    /// Looks still to come that do not show this version: by crate, then version.
    hidden: BTreeMap<String, BTreeMap<String, u8>>,
    /// Hashes of tokens that have ended.
    ended: BTreeSet<String>,
}

impl Faults {
    /// A stormy day: every sixth upload fails, every sixth answer is lost, the index is up to three looks late, and with every
    /// sixth upload a token ends.
    pub fn seeded(seed: u64) -> Self {
        Self { seed, failed: 16, lost: 16, stale_looks: 3, ended: 16 }
    }

    /// A number below `below`, always the same for the same words.
    fn draw(&self, words: &str, below: u8) -> u8 {
        let hash = checksum(format!("{} {words}", self.seed).as_bytes());
        let number = u32::from_str_radix(&hash[..8], 16).unwrap_or_default();
        u8::try_from(number % u32::from(below.max(1))).unwrap_or_default()
    }
}

impl Weather {
    pub(super) fn new(faults: Option<Faults>) -> Self {
        Self { faults, so_far: Mutex::default() }
    }

    /// Whether a token has ended before its time.
    pub(super) fn has_ended(&self, secret: &str) -> bool {
        let so_far = self.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        !so_far.ended.is_empty() && so_far.ended.contains(&accounts::hash(secret))
    }

    /// What happens to the upload that just came with this token, which may be its last.
    pub(super) fn fate(&self, name: &str, version: &str, secret: &str) -> Fate {
        let Some(faults) = self.faults else { return Fate::Fair };
        let mut so_far = self.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        let what = format!("{name} {version}");
        let uploads = so_far.uploads.entry(what.clone()).or_default();
        *uploads += 1;
        if *uploads > MOST {
            return Fate::Fair;
        }
        let uploads = *uploads;
        if faults.draw(&format!("token of {what}, {uploads}"), 100) < faults.ended {
            so_far.ended.insert(accounts::hash(secret));
        }
        match faults.draw(&format!("fate of {what}, {uploads}"), 100) {
            drawn if drawn < faults.failed => Fate::Failed,
            drawn if drawn < faults.failed.saturating_add(faults.lost) => Fate::Lost,
            _ => Fate::Fair,
        }
    }

    /// A version was taken: from now on the index may be behind.
    pub(super) fn taken(&self, name: &str, version: &str) {
        let Some(faults) = self.faults else { return };
        let looks = faults.draw(&format!("looks for {name} {version}"), faults.stale_looks.saturating_add(1));
        let mut so_far = self.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        so_far.hidden.entry(name.to_owned()).or_default().insert(version.to_owned(), looks);
    }

    /// What a look at an entry is shown of it.
    pub(super) fn shown(&self, name: &str, mut lines: Vec<super::line::Line>) -> Vec<super::line::Line> {
        let mut so_far = self.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(hidden) = so_far.hidden.get_mut(name) else { return lines };
        hidden.retain(|_, looks| *looks > 0);
        lines.retain(|line| !hidden.contains_key(&line.vers));
        hidden.values_mut().for_each(|looks| *looks -= 1);
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_weather_in_any_order_and_it_clears_up() {
        let names: Vec<String> = (0..60).map(|n| format!("sm-{n}")).collect();
        let fates = |names: &[String], seed| {
            let weather = Weather::new(Some(Faults::seeded(seed)));
            let of = |name: &String| (name.clone(), [(); 3].map(|()| weather.fate(name, "1.0.0", "a token")));
            names.iter().map(of).collect::<BTreeMap<_, _>>()
        };
        let backwards: Vec<String> = names.iter().rev().cloned().collect();
        let found = fates(&names, 7);
        assert_eq!(found, fates(&backwards, 7));
        assert_ne!(found, fates(&names, 8));
        assert!(found.values().all(|fates| fates[2] == Fate::Fair));
        for fate in [Fate::Fair, Fate::Failed, Fate::Lost] {
            assert!(found.values().any(|fates| fates[0] == fate), "{fate:?}");
        }
    }
}
