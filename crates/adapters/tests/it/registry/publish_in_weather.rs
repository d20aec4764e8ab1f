//! A publish as the engine does it, where each request meets each fault once; then once more in fair weather.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use stationmaster_adapters::{
    forge::LocalForge,
    journal::SqliteJournal,
    registry::{CargoRegistry, RegistryTarget},
    signing::LocalNotary,
};
use stationmaster_core::{
    model::{CommitId, CrateFacts, CrateRelease, Pace},
    step::Publish,
};
use stationmaster_engine::{
    effect::publish::publish,
    ports::{Builder, PortError, PortResult, RepositoryPorts, StagedCrate, World},
    progress::Silent,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::{Hours, Yard, upload::staged};
use crate::{merging::Unused, scratch::Scratch};

/// For one try. No fault here is a silence.
const PATIENCE: Duration = Duration::from_secs(60);

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The connection ends before anything got through.
    Refused,
    /// It got through, and nobody says so.
    AnswerLost,
    /// It got through, and half of the answer comes.
    Truncated,
    /// It did not get through.
    Status(&'static str),
    /// A page of somebody on the way, who says that all is well.
    Page,
    /// All is well, and there is nothing.
    Empty,
}

const FAULTS: [Fault; 11] = [
    Fault::Refused,
    Fault::AnswerLost,
    Fault::Truncated,
    Fault::Status("408 Timeout"),
    Fault::Status("429 Slow Down\r\nretry-after: 1"),
    Fault::Status("500 Trouble"),
    Fault::Status("502 Trouble"),
    Fault::Status("503 Trouble\r\nretry-after: 2"),
    Fault::Status("504 Trouble"),
    Fault::Page,
    Fault::Empty,
];

/// Something between us and the registry.
struct Between {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// The request that meets the fault, counted from 0.
    plan: Option<(usize, Fault)>,
    seen: Vec<String>,
}

impl Between {
    async fn before(registry: String, plan: Option<(usize, Fault)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State { plan, seen: Vec::new() }));
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (registry, state) = (registry.clone(), Arc::clone(&shared));
                // Connections that break are what this is for.
                tokio::spawn(async move { serve(stream, &registry, address, &state).await.ok() });
            }
        });
        Self { address, state }
    }

    fn seen(&self) -> Vec<String> {
        self.state.lock().expect("lock").seen.clone()
    }
}

async fn serve(mut client: TcpStream, registry: &str, ours: SocketAddr, state: &Mutex<State>) -> io::Result<()> {
    let (head, body) = request(&mut client).await?;
    let fault = {
        let mut state = state.lock().expect("lock");
        let at = state.seen.len();
        state.seen.push(head.lines().next().unwrap_or_default().to_owned());
        state.plan.filter(|(planned, _)| *planned == at).map(|(_, fault)| fault)
    };
    let say = |status: &str, body: &str| {
        format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    };
    match fault {
        Some(Fault::Refused) => return Ok(()),
        Some(Fault::Status(status)) => return client.write_all(say(status, "weather").as_bytes()).await,
        Some(Fault::Page) => return client.write_all(say("200 OK", "<html>Back soon</html>").as_bytes()).await,
        Some(Fault::Empty) => return client.write_all(say("200 OK", "").as_bytes()).await,
        Some(Fault::AnswerLost | Fault::Truncated) | None => {}
    }
    let mut upstream = TcpStream::connect(registry).await?;
    upstream.write_all(head.replacen("\r\n", "\r\nconnection: close\r\n", 1).as_bytes()).await?;
    upstream.write_all(&body).await?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).await?;
    if head.contains("config.json") {
        let text = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").expect("an answer");
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        answer = say("200 OK", &body.replace(registry, &ours.to_string())).into_bytes();
    }
    match fault {
        Some(Fault::AnswerLost) => Ok(()),
        Some(Fault::Truncated) => client.write_all(&answer[..answer.len().saturating_sub(5)]).await,
        _ => client.write_all(&answer).await,
    }
}

/// Head and body.
async fn request(client: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = head.lines().filter_map(|line| line.split_once(':'));
    let mut length =
        length.filter(|(name, _)| name.eq_ignore_ascii_case("content-length")).map(|(_, length)| length.trim());
    let mut body = vec![0; length.next_back().map_or(0, |length| length.parse().expect("a length"))];
    client.read_exact(&mut body).await?;
    Ok((head, body))
}

/// What was packaged before.
struct Packaged(Vec<StagedCrate>);

#[async_trait]
impl Builder for Packaged {
    async fn stage(&self, _commit: &CommitId, _crates: &[CrateRelease]) -> PortResult<Vec<StagedCrate>> {
        Ok(self.0.clone())
    }
    async fn facts(&self, _staged: &[StagedCrate]) -> PortResult<Vec<CrateFacts>> {
        panic!("a publish judges nothing")
    }
}

/// A fresh process that publishes.
async fn attempt(scratch: &Scratch, packaged: &Packaged, between: &Between, yard: &Yard) -> PortResult<usize> {
    let hours = Hours::new();
    let index = format!("sparse+http://{}/index/", between.address);
    let registry = CargoRegistry::new(RegistryTarget::StandIn(index), Some(yard.folder.path()));
    let registry = registry.with_token(yard.token.clone()).with_patience(hours.patience().within(PATIENCE));
    let (git, state) = (scratch.open(), yard.path("state"));
    let forge = LocalForge::open(&state, &git);
    let own = RepositoryPorts { objects: &git, refs: &git, forge: &forge, builder: packaged, workshops: &Unused };
    let world = World {
        here: own,
        own,
        others: BTreeMap::new(),
        registry: &registry,
        notary: &LocalNotary { key: None, vouching: None, policy: None, tool: String::new(), store: state.clone() },
        journal: &SqliteJournal::open(&state),
        clock: hours.clock(),
        progress: &Silent,
        who: "ann@desk",
    };
    let crates: Vec<_> = packaged.0.iter().map(|it| it.release.clone()).collect();
    let commit = scratch.id("HEAD");
    let wanted = Publish { tag: None, commit, crates, pace: Pace::UNLIMITED, expected_seconds: 0 };
    Ok(publish(&world, &Publish::named("1.0.0"), &wanted).await?.len())
}

/// What came of it the first time; after a second time, if it is needed, all must be out once. With the requests of the first.
async fn in_weather(scratch: &Scratch, packaged: &Packaged, plan: Option<(usize, Fault)>) -> (bool, Vec<String>) {
    let yard = Yard::new().await;
    let registry = yard.registry.api_url.trim_start_matches("http://").to_owned();
    let between = Between::before(registry, plan).await;
    let first = attempt(scratch, packaged, &between, &yard).await;
    let seen = between.seen();
    if let Err(error) = &first {
        assert!(matches!(error, PortError::Failed { .. }), "{plan:?}: weather is nobody's fault: {error:?}");
        between.state.lock().expect("lock").plan = None;
        let second = attempt(scratch, packaged, &between, &yard).await;
        assert_eq!(second, Ok(packaged.0.len()), "{plan:?}: run again");
    }
    for it in &packaged.0 {
        let entry = yard.index_file(&format!("sm/-{}/{}", &it.release.name[3..4], it.release.name));
        assert_eq!(entry.lines().count(), 1, "{plan:?}: {entry}");
        assert!(entry.contains(&it.checksum), "{plan:?}: {entry}");
    }
    (first.is_ok(), seen)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_of_a_publish_may_meet_each_fault_and_what_is_gone_a_moment_later_stops_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (scratch, staged) = staged(folder.path(), "1.0.0").await;
    let world = Arc::new((scratch, Packaged(staged)));
    let (went_well, requests) = in_weather(&world.0, &world.1, None).await;
    let uploads = requests.iter().filter(|it| it.starts_with("PUT")).count();
    assert!(went_well && uploads == world.1.0.len(), "{requests:?}");
    for (at, request) in requests.iter().enumerate() {
        let mut rounds = JoinSet::new();
        for fault in FAULTS {
            let world = Arc::clone(&world);
            rounds.spawn(async move { (fault, in_weather(&world.0, &world.1, Some((at, fault))).await.0) });
        }
        for (fault, went_well) in rounds.join_all().await {
            let is_plain = !matches!(fault, Fault::Page | Fault::Empty);
            assert!(went_well || !is_plain, "{fault:?} at `{request}` was not asked again");
        }
    }
}
