//! The one gate that every effect passes: it counts, and it is where processes die and replies get lost.

use std::{collections::VecDeque, fmt, str::FromStr};

use thiserror::Error;

use crate::random::Random;

/// Kinds of effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "named after the verbs of the ports")]
pub enum EffectKind {
    WriteCommit,
    SetBranch,
    CreateTag,
    UpdateRefs,
    OpenPullRequest,
    RefreshPullRequest,
    CreateRelease,
    PutFile,
    RemoveFile,
    MarkLatest,
    Stage,
    Build,
    Upload,
    Mint,
    Yank,
    Journal,
}

impl EffectKind {
    const NAMES: [(Self, &str); 16] = [
        (Self::WriteCommit, "write-commit"),
        (Self::SetBranch, "set-branch"),
        (Self::CreateTag, "create-tag"),
        (Self::UpdateRefs, "update-refs"),
        (Self::OpenPullRequest, "open-pull-request"),
        (Self::RefreshPullRequest, "refresh-pull-request"),
        (Self::CreateRelease, "create-release"),
        (Self::PutFile, "put-file"),
        (Self::RemoveFile, "remove-file"),
        (Self::MarkLatest, "mark-latest"),
        (Self::Stage, "stage"),
        (Self::Build, "build"),
        (Self::Upload, "upload"),
        (Self::Mint, "mint"),
        (Self::Yank, "yank"),
        (Self::Journal, "journal"),
    ];
}

impl fmt::Display for EffectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::NAMES.iter().find(|(kind, _)| kind == self).map_or("", |(_, name)| name);
        f.write_str(name)
    }
}

/// A word that names no effect.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` names no effect")]
pub struct UnknownEffect(String);

impl FromStr for EffectKind {
    type Err = UnknownEffect;

    fn from_str(text: &str) -> Result<Self, UnknownEffect> {
        let found = Self::NAMES.iter().find(|(_, name)| *name == text);
        found.map(|(kind, _)| *kind).ok_or_else(|| UnknownEffect(text.to_owned()))
    }
}

/// What goes wrong at an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// The process dies; nothing was changed.
    CrashBefore,
    /// The process dies; the change was made.
    CrashAfter,
    /// The call fails; nothing was changed.
    Failure,
    /// The call seems to fail; the change was made.
    LostReply,
}

/// The effect, counted from 0, at which something goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrashPlan {
    /// Which effect.
    pub at: usize,
    /// What goes wrong.
    pub when: Mishap,
}

/// Random mishaps.
#[derive(Debug, Clone)]
pub struct Weather {
    random: Random,
    /// So many effects in a thousand go wrong.
    per_mille: u16,
    /// How many more may go wrong, so that every storm ends.
    left: u32,
}

/// Counts effects and says what goes wrong with each.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    /// Effects so far.
    pub count: usize,
    crash: Option<CrashPlan>,
    scripted: VecDeque<(EffectKind, Mishap)>,
    weather: Option<Weather>,
}

impl Gate {
    /// Something goes wrong at one effect, counted from the beginning of the world.
    pub fn plan_crash(&mut self, plan: CrashPlan) {
        self.crash = Some(plan);
    }

    /// The next effect of this kind that has no fault yet gets one.
    pub fn script(&mut self, kind: EffectKind, mishap: Mishap) {
        self.scripted.push_back((kind, mishap));
    }

    /// Random mishaps from now on, `most` of them at most.
    pub fn storm(&mut self, random: Random, per_mille: u16, most: u32) {
        self.weather = Some(Weather { random, per_mille, left: most });
    }

    /// No more random mishaps.
    pub fn calm(&mut self) {
        self.weather = None;
    }

    /// Count one effect, and say what goes wrong with it.
    pub fn pass(&mut self, kind: EffectKind) -> Option<Mishap> {
        let number = self.count;
        self.count += 1;
        if let Some(plan) = self.crash.take_if(|plan| plan.at == number) {
            return Some(plan.when);
        }
        if let Some(at) = self.scripted.iter().position(|(of, _)| *of == kind) {
            return self.scripted.remove(at).map(|(_, mishap)| mishap);
        }
        let weather = self.weather.as_mut()?;
        if weather.left == 0 || !weather.random.per_mille(weather.per_mille) {
            return None;
        }
        weather.left -= 1;
        Some(match weather.random.below(4) {
            0 => Mishap::CrashBefore,
            1 => Mishap::CrashAfter,
            2 => Mishap::Failure,
            _ => Mishap::LostReply,
        })
    }

    /// Whether a question, which changes nothing, gets no answer.
    pub fn silent(&mut self) -> bool {
        let Some(weather) = self.weather.as_mut() else { return false };
        let silent = weather.left > 0 && weather.random.per_mille(weather.per_mille);
        weather.left -= u32::from(silent);
        silent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_comes_once_at_its_effect() {
        let mut gate = Gate::default();
        gate.plan_crash(CrashPlan { at: 1, when: Mishap::CrashAfter });
        let seen: Vec<_> = (0..4).map(|_| gate.pass(EffectKind::SetBranch)).collect();
        assert_eq!(seen, [None, Some(Mishap::CrashAfter), None, None]);
    }

    #[test]
    fn a_scripted_fault_waits_for_its_kind() {
        let mut gate = Gate::default();
        gate.script(EffectKind::Upload, Mishap::LostReply);
        assert_eq!(gate.pass(EffectKind::Journal), None);
        assert_eq!(gate.pass(EffectKind::Upload), Some(Mishap::LostReply));
        assert_eq!(gate.pass(EffectKind::Upload), None);
    }

    #[test]
    fn every_storm_ends() {
        let mut gate = Gate::default();
        gate.storm(Random::seeded(3), 1000, 5);
        let mishaps = (0..100).filter_map(|_| gate.pass(EffectKind::Upload)).count();
        assert_eq!(mishaps, 5);
    }

    #[test]
    fn every_kind_of_effect_reads_back() {
        for (kind, _) in EffectKind::NAMES {
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
    }
}
