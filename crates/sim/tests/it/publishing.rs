//! A publish in every kind of weather: whatever dies, gets lost or comes late, the index ends right.
//!
//! Rules: R11, X10.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan};
use semver::Version;
use stationmaster_core::{
    model::{CommitId, CrateRelease, IndexVersion, Pace, Rate},
    policy::Policy,
    step::Publish,
    workspace::Workspace,
};
use stationmaster_engine::{
    effect::publish::{PublishedCrate, publish},
    lease::Lease,
    ports::PortError,
};
use stationmaster_sim::{
    SimWorld,
    project::{Member, Project},
    random::Random,
    registry::{Accepted, RateLimit},
    tokens::Minting,
};

use crate::{play::block_on, policy::PolicyText};

/// Runs until a publish must have come through.
const RUNS: usize = 60;

/// What somebody else does while we publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meanwhile {
    Nothing,
    /// Publishes one of our versions, with bytes of their own.
    Publishes,
    /// Withdraws a version that is out.
    Yanks,
}

/// What uploads are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tokens {
    /// One that is kept, and does not end.
    Lasting,
    /// Kept ones that live for so many seconds; then a person has to bring another.
    Ending(i64),
    /// Minted as often as needed.
    Minted(i64),
    /// The same, but they live for a third of the time that we believe.
    ShorterThanBelieved(i64),
    /// Minted once a process; then the job has to be run again.
    MintedOnce(i64),
}

impl Tokens {
    fn seeded(seed: u64) -> Self {
        let mut random = Random::seeded(seed ^ 0x70_6b_65_6e);
        let mut seconds = |least: i64, more: u64| least + i64::try_from(random.below(more)).expect("small");
        match seed % 5 {
            0 => Self::Lasting,
            1 => Self::Ending(seconds(60, 200)),
            2 => Self::Minted(seconds(30, 300)),
            3 => Self::ShorterThanBelieved(seconds(10, 100)),
            _ => Self::MintedOnce(seconds(20, 150)),
        }
    }

    /// How the registry mints them, if it does.
    fn minting(self) -> Option<Minting> {
        match self {
            Self::Lasting | Self::Ending(_) => None,
            Self::Minted(life) => Some(Minting { renews: true, life, believed: life }),
            Self::ShorterThanBelieved(life) => Some(Minting { renews: true, life, believed: life * 3 }),
            Self::MintedOnce(life) => Some(Minting { renews: false, life, believed: life }),
        }
    }

    /// When one that a person brings now ends.
    fn end(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Ending(life) => Some(now + life.seconds()),
            _ => None,
        }
    }

    /// Without a person, a publish comes through.
    fn last(self) -> bool {
        matches!(self, Self::Lasting | Self::Minted(_) | Self::ShorterThanBelieved(_))
    }

    fn name(self) -> String {
        format!("{self:?}").split('(').next().unwrap_or_default().to_owned()
    }
}

/// A workspace of a size and shape that the seed decides, in a registry with limits that it decides too.
struct Weather {
    world: SimWorld,
    commit: CommitId,
    crates: Vec<CrateRelease>,
    pace: Pace,
    meanwhile: Meanwhile,
    tokens: Tokens,
    random: Random,
}

impl Weather {
    fn seeded(seed: u64) -> Self {
        let mut random = Random::seeded(seed);
        let world = SimWorld::new();
        let project = project(&mut random);
        project.plant(&world, random.per_mille(500));
        let commit = world.state().own.repository.branches["main"].clone();
        world.person("a maintainer").tag("v5.0.0", &commit);
        let files = project.files();
        let policy: Policy = PolicyText::on_merge().parse();
        let publish = &policy.epochs()[0].rules.publish;
        let crates = Workspace::read(&files).expect("a workspace").release_order(publish).expect("an order");
        let mut rate = |most: u64| Rate {
            burst: u32::try_from(1 + random.below(most)).expect("small"),
            every_seconds: u32::try_from(1 + random.below(120)).expect("small"),
        };
        let (updates, new_crates) = (rate(10), rate(5));
        // Half of the time we know nothing of the limits, and the registry has to tell us.
        let known = random.per_mille(500).then_some(());
        {
            let registry = &mut world.state().registry;
            registry.updates = RateLimit::new(updates.burst, i64::from(updates.every_seconds));
            registry.new_crates = RateLimit::new(new_crates.burst, i64::from(new_crates.every_seconds));
            registry.index_looks = u32::try_from(random.below(6)).expect("small");
            registry.index_seconds = 600;
        }
        let meanwhile = match random.below(6) {
            0 => Meanwhile::Publishes,
            1 => Meanwhile::Yanks,
            _ => Meanwhile::Nothing,
        };
        let at_once = u32::try_from(1 + random.below(6)).expect("small");
        let pace =
            Pace { updates: known.map(|()| updates), new_crates: known.map(|()| new_crates), yanks: None, at_once };
        world.storm(seed, 120, 40);
        let tokens = Tokens::seeded(seed);
        world.state().registry.tokens.minting = tokens.minting();
        let weather = Self { world, commit, crates, pace, meanwhile, tokens, random };
        weather.bring_a_token();
        weather
    }

    /// A person does what they were told.
    fn bring_a_token(&self) {
        let mut state = self.world.state();
        let end = self.tokens.end(state.now);
        state.registry.tokens.keep(end);
    }

    fn wanted(&self, pace: Pace) -> Publish {
        Publish { tag: None, commit: self.commit.clone(), crates: self.crates.clone(), pace, expected_seconds: 0 }
    }

    /// One process, until it ends or dies.
    fn run(&self) -> Result<Vec<PublishedCrate>, PortError> {
        let process = self.world.process();
        let _lease = block_on(Lease::take(&process))?;
        let step = Publish::named("v5.0.0");
        Ok(block_on(publish(&process.ports(), &step, &self.wanted(self.pace)))?)
    }

    /// Somebody else acts. Says which version it was about, if there was one to be had.
    fn others(&mut self) -> Option<(String, Version)> {
        let chosen = usize::try_from(self.random.below(self.crates.len() as u64)).expect("small");
        let CrateRelease { name, version, .. } = self.crates[chosen].clone();
        let mut state = self.world.state();
        let versions = state.registry.crates.entry(name.clone()).or_default();
        match self.meanwhile {
            Meanwhile::Publishes if !versions.contains_key(&version) => {
                let entry = IndexVersion { checksum: "f".repeat(64), yanked: false };
                versions.insert(version.clone(), Accepted { entry, hidden: None });
            }
            Meanwhile::Yanks => versions.get_mut(&version)?.entry.yanked = true,
            _ => return None,
        }
        Some((name, version))
    }
}

fn project(random: &mut Random) -> Project {
    let count = 2 + usize::try_from(random.below(12)).expect("small");
    let member = |at: usize, random: &mut Random| {
        let mut needs: Vec<usize> = (0..at).filter(|_| random.per_mille(250)).collect();
        needs.dedup();
        Member { name: format!("part-{at}"), group: 0, needs, published: true }
    };
    let members = (0..count).map(|at| member(at, random)).collect();
    Project { versions: vec![Version::new(5, 0, 0)], noted: Version::new(5, 0, 0), members }
}

/// What the last run came to, the version that somebody else touched, and how often a run ended for want of a token.
struct Ended {
    result: Result<Vec<PublishedCrate>, PortError>,
    touched: Option<(String, Version)>,
    without_token: usize,
}

/// Run again and again, until it ends.
fn persist(weather: &mut Weather) -> Ended {
    let (mut touched, mut without_token) = (None, 0);
    for run in 0..RUNS {
        if run == RUNS / 2 {
            weather.world.calm();
        }
        if run > 0 && touched.is_none() {
            touched = weather.others();
        }
        match weather.run() {
            Err(PortError::Crash | PortError::Failed { .. }) => {}
            Err(PortError::TokenRefused { .. } | PortError::NoToken { .. }) => {
                without_token += 1;
                weather.bring_a_token();
            }
            result => return Ended { result, touched, without_token },
        }
    }
    panic!("it never ends:\n{}", weather.world.transcript().join("\n"));
}

/// Says with which tokens, how many of them were refused, and how often a person was needed for one.
fn one(seed: u64) -> (String, usize, usize) {
    let mut weather = Weather::seeded(seed);
    let Ended { result, touched, without_token } = persist(&mut weather);
    let told = || {
        let (others, tokens) = (weather.meanwhile, weather.tokens);
        format!("seed {seed}, {others:?}, {tokens:?}:\n{}", weather.world.transcript().join("\n"))
    };
    assert!(without_token == 0 || !weather.tokens.last(), "it can be had without a person: {}", told());
    assert_eq!(weather.world.breaches(), [], "{}", told());
    assert!(weather.world.state().registry.open.is_empty(), "a token is left: {}", told());
    let foreign = touched.filter(|_| weather.meanwhile == Meanwhile::Publishes);
    let state = weather.world.state().clone();
    let held = |it: &CrateRelease| state.registry.crates.get(&it.name).and_then(|versions| versions.get(&it.version));
    match (result, &foreign) {
        (Ok(published), None) => {
            assert_eq!(published.len(), weather.crates.len(), "{}", told());
            for it in &published {
                let held = held(&it.staged.release)
                    .unwrap_or_else(|| panic!("{} is missing: {}", it.staged.release.name, told()));
                assert_eq!(held.entry.checksum, it.staged.checksum, "{}", told());
            }
        }
        (Err(PortError::Refused { why, .. }), Some((name, version))) => {
            assert!(why.contains("somebody else published"), "{why}: {}", told());
            assert_eq!(state.registry.crates[name][version].entry.checksum, "f".repeat(64), "{}", told());
            let needs_it: BTreeSet<_> = weather.crates.iter().filter(|it| it.after.contains(name)).collect();
            assert!(needs_it.into_iter().all(|it| held(it).is_none()), "what needs it went out: {}", told());
        }
        (result, _) => panic!("{result:?}: {}", told()),
    }
    (weather.tokens.name(), state.registry.tokens.refusals(), without_token)
}

#[test]
fn without_a_token_nothing_is_sent_and_none_is_needed_where_nothing_is_missing() {
    let weather = Weather::seeded(1);
    weather.world.calm();
    weather.world.state().registry.token = None;
    let refused = weather.run();
    assert!(matches!(refused, Err(PortError::NoToken { .. })), "{refused:?}");
    assert!(weather.world.state().staging.is_empty(), "nothing is packaged for nothing");
    assert!(
        weather.world.state().registry.crates.values().all(|versions| !versions.contains_key(&Version::new(5, 0, 0)))
    );
    weather.world.state().registry.token = Some("a pocket".to_owned());
    weather.run().expect("published");
    weather.world.state().registry.token = None;
    let again = weather.run().expect("found");
    assert!(again.iter().all(|it| it.was_there));
}

#[test]
fn a_thousand_publishes_in_bad_weather_end_with_the_right_index() {
    let mut ended: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (tokens, refused, without) in (0..1000).map(one) {
        let (all_refused, all_without) = ended.entry(tokens).or_default();
        *all_refused += usize::from(refused > 0);
        *all_without += usize::from(without > 0);
    }
    let runs = |name: &str| ended[name];
    assert_eq!((runs("Lasting"), runs("Minted")), ((0, 0), (0, 0)), "what is renewed in time is never refused");
    // Of 200 publishes each; the weather is the same in every run.
    assert!(runs("ShorterThanBelieved").0 >= 20, "{ended:?}");
    assert!(runs("Ending").1 >= 50 && runs("MintedOnce").1 >= 30, "{ended:?}");
}
