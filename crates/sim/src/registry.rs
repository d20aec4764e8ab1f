//! The registry, with the rules of the real one.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jiff::{Timestamp, ToSpan};
use semver::Version;
use stationmaster_core::model::{CrateVersions, Credential, IndexVersion, Observed, UploadKind};
use stationmaster_engine::ports::{PortError, PortResult, Registry, StagedCrate, UploadReply};

use crate::{
    event::Event,
    gate::EffectKind,
    process::{Process, missing},
    tokens::{TokenBook, TokenNumber},
    world::State,
};

/// What an accepted upload waits for until the index shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hidden {
    /// So many looks at the index do not show it yet.
    pub looks: u32,
    /// It shows from this moment on at the latest.
    pub until: Timestamp,
}

/// One accepted version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Checksum and whether it was withdrawn.
    pub entry: IndexVersion,
    /// Not in the index yet.
    pub hidden: Option<Hidden>,
}

/// A bucket of uploads: so many at once, then one every so often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// At once.
    pub burst: u32,
    /// Seconds until one more is allowed.
    pub every: i64,
    used: u32,
    since: Option<Timestamp>,
}

impl RateLimit {
    /// A full bucket.
    pub fn new(burst: u32, every: i64) -> Self {
        Self { burst, every, used: 0, since: None }
    }

    /// Take one, or say when there is one again.
    fn take(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        let since = *self.since.get_or_insert(now);
        let refilled = (now.as_second() - since.as_second()) / self.every;
        let back = u32::try_from(refilled).unwrap_or(u32::MAX).min(self.used);
        self.used -= back;
        self.since = Some(if self.used == 0 { now } else { since + (i64::from(back) * self.every).seconds() });
        if self.used < self.burst {
            self.used += 1;
            return Ok(());
        }
        Err(self.since.unwrap_or(now) + self.every.seconds())
    }
}

/// What the registry holds, and how it behaves.
#[derive(Debug, Clone)]
pub struct RegistryState {
    /// Accepted versions by crate.
    pub crates: BTreeMap<String, BTreeMap<Version, Accepted>>,
    /// For new versions of crates that exist.
    pub updates: RateLimit,
    /// For new crates.
    pub new_crates: RateLimit,
    /// Looks at the index that do not show a new version yet.
    pub index_looks: u32,
    /// Seconds after which the index shows a new version in any case.
    pub index_seconds: i64,
    /// Bytes that a crate may have.
    pub size_limit: u64,
    /// Nobody can reach it.
    pub offline: bool,
    /// Where the token for it is kept. None: nowhere.
    pub token: Option<String>,
    /// Which tokens are good.
    pub tokens: TokenBook,
    /// Processes that uploaded something and did not say since that it was all. What a dead one leaves ends by itself.
    pub open: BTreeSet<u64>,
}

impl Default for RegistryState {
    fn default() -> Self {
        Self {
            crates: BTreeMap::new(),
            updates: RateLimit::new(30, 60),
            new_crates: RateLimit::new(5, 600),
            index_looks: 0,
            index_seconds: 120,
            size_limit: 10 << 20,
            offline: false,
            token: Some("a drawer".to_owned()),
            tokens: TokenBook::default(),
            open: BTreeSet::new(),
        }
    }
}

impl RegistryState {
    /// A version that was there before the story began.
    pub fn had(&mut self, name: &str, version: Version) {
        let entry = IndexVersion { checksum: "0".repeat(64), yanked: false };
        self.crates.entry(name.to_owned()).or_default().insert(version, Accepted { entry, hidden: None });
    }

    fn look(&mut self, name: &str, now: Timestamp) -> CrateVersions {
        let mut shown = CrateVersions::new();
        for (version, accepted) in self.crates.get_mut(name).into_iter().flatten() {
            match &mut accepted.hidden {
                Some(hidden) if hidden.looks > 0 && now < hidden.until => hidden.looks -= 1,
                _ => {
                    accepted.hidden = None;
                    shown.insert(version.clone(), accepted.entry.clone());
                }
            }
        }
        shown
    }
}

#[async_trait]
impl Registry for Process {
    async fn index(&self, names: &[String]) -> BTreeMap<String, Observed<CrateVersions>> {
        self.turn().await;
        let ask = |name: &String| {
            let seen = self.ask_outside("index", |state| {
                if state.registry.offline {
                    return Err(PortError::Failed { what: "index".into(), why: "no network".into() });
                }
                let now = state.now;
                Ok(state.registry.look(name, now))
            });
            (name.clone(), seen.map_or_else(|error| Observed::Unknown(error.to_string()), Observed::Known))
        };
        names.iter().map(ask).collect()
    }

    async fn owners(&self, name: &str) -> PortResult<BTreeSet<String>> {
        self.ask_outside("owners", |state| {
            reachable(state)?;
            match state.registry.crates.contains_key(name) {
                true => Ok(BTreeSet::from(["stationmaster".to_owned()])),
                false => Err(missing(name.to_owned())),
            }
        })
    }

    async fn credential(&self, _kind: UploadKind) -> PortResult<Credential> {
        self.ask(|state| match &state.registry.token {
            Some(from) => Ok(Credential::Kept { from: from.clone() }),
            None => Err(PortError::NoToken {
                what: "publishing".to_owned(),
                why: "nobody keeps one".to_owned(),
                help: "give it one".to_owned(),
            }),
        })
    }

    async fn upload(&self, staged: &StagedCrate, kind: UploadKind) -> PortResult<UploadReply> {
        self.mark_open(true)?;
        let mut held = self.token(kind)?;
        // On its way.
        self.turn().await;
        loop {
            let lost = || Ok(Some(UploadReply::Unclear("the connection was closed before a reply came".to_owned())));
            let arrive = |state: &mut State| arrive(state, held.token, staged);
            match self.effect_or(EffectKind::Upload, arrive, lost)? {
                Some(reply) => return Ok(reply),
                None => held = self.token_instead_of(held, &format!("upload of {}", staged.release.name))?,
            }
        }
    }

    async fn finish(&self) -> PortResult<()> {
        self.take_tokens_back()?;
        self.mark_open(false)
    }

    async fn yank(&self, name: &str, version: &Version) -> PortResult<UploadReply> {
        self.turn().await;
        self.effect(EffectKind::Yank, |state| {
            reachable(state)?;
            let accepted = state.registry.crates.get_mut(name).and_then(|versions| versions.get_mut(version));
            let entry = &mut accepted.ok_or_else(|| missing(format!("{name} {version}")))?.entry;
            if std::mem::replace(&mut entry.yanked, true) {
                return Ok((UploadReply::Accepted, Vec::new()));
            }
            Ok((UploadReply::Accepted, vec![Event::Yanked { name: name.to_owned(), version: version.clone() }]))
        })
    }
}

impl Process {
    fn mark_open(&self, open: bool) -> PortResult<()> {
        self.ask(|state| {
            match open {
                true => state.registry.open.insert(self.number()),
                false => state.registry.open.remove(&self.number()),
            };
            Ok(())
        })
    }
}

fn reachable(state: &State) -> PortResult<()> {
    if state.registry.offline {
        return Err(PortError::Failed { what: "registry".into(), why: "no network".into() });
    }
    Ok(())
}

/// An upload comes in. None: its token is not good.
fn arrive(
    state: &mut State,
    token: TokenNumber,
    staged: &StagedCrate,
) -> PortResult<(Option<UploadReply>, Vec<Event>)> {
    reachable(state)?;
    if !state.registry.tokens.is_good(token, state.now) {
        return Ok((None, vec![Event::TokenRefused { name: staged.release.name.clone(), token }]));
    }
    accept(state, staged).map(|(reply, events)| (Some(reply), events))
}

fn accept(state: &mut State, staged: &StagedCrate) -> PortResult<(UploadReply, Vec<Event>)> {
    let (name, version) = (staged.release.name.clone(), staged.release.version.clone());
    let refused = |why: String| PortError::Refused { what: format!("upload of {name} {version}"), why };
    if staged.size > state.registry.size_limit {
        return Err(refused(format!("max upload size is {}", state.registry.size_limit)));
    }
    let now = state.now;
    let registry = &mut state.registry;
    let known = registry.crates.get(&name);
    if known.is_some_and(|versions| versions.contains_key(&version)) {
        return Ok((UploadReply::AlreadyThere(format!("crate version `{version}` is already uploaded")), Vec::new()));
    }
    let limit = if known.is_some() { &mut registry.updates } else { &mut registry.new_crates };
    if let Err(until) = limit.take(now) {
        return Ok((UploadReply::RetryAt(until), vec![Event::PutOff { name, version, until }]));
    }
    let entry = IndexVersion { checksum: staged.checksum.clone(), yanked: false };
    let hidden = (registry.index_looks > 0)
        .then(|| Hidden { looks: registry.index_looks, until: now + registry.index_seconds.seconds() });
    registry.crates.entry(name.clone()).or_default().insert(version.clone(), Accepted { entry, hidden });
    let uploaded = Event::Uploaded { name, version, checksum: staged.checksum.clone() };
    Ok((UploadReply::Accepted, vec![uploaded]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_and_then_one_at_a_time() {
        let mut limit = RateLimit::new(3, 60);
        let start = Timestamp::UNIX_EPOCH;
        (0..3).for_each(|_| assert_eq!(limit.take(start), Ok(())));
        assert_eq!(limit.take(start), Err(start + 60.seconds()));
        assert_eq!(limit.take(start + 59.seconds()), Err(start + 60.seconds()));
        assert_eq!(limit.take(start + 60.seconds()), Ok(()));
        assert_eq!(limit.take(start + 61.seconds()), Err(start + 120.seconds()));
        (0..3).for_each(|_| assert_eq!(limit.take(start + 1000.seconds()), Ok(())));
        assert_eq!(limit.take(start + 1000.seconds()), Err(start + 1060.seconds()));
    }

    #[test]
    fn a_version_is_hidden_for_some_looks_or_some_time() {
        let mut registry = RegistryState { index_looks: 2, ..RegistryState::default() };
        let now = Timestamp::UNIX_EPOCH;
        registry.had("a", Version::new(1, 0, 0));
        let version = registry.crates.get_mut("a").and_then(|v| v.get_mut(&Version::new(1, 0, 0))).expect("there");
        version.hidden = Some(Hidden { looks: 2, until: now + 120.seconds() });
        let mut late = registry.clone();
        let shown: Vec<_> = (0..3).map(|_| registry.look("a", now).len()).collect();
        assert_eq!(shown, [0, 0, 1]);
        assert_eq!(late.look("a", now + 120.seconds()).len(), 1);
    }
}
