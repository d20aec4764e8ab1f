//! `stationmaster rehearse`

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use clap::Args;
use jiff::civil::Date;
use stationmaster_adapters::{
    build::{ArchiveOptions, ArchiveWorkshops, BuildOptions, CargoBuilder},
    clock::{SimulatedClock, SimulatedClockError},
    forge::LocalForge,
    journal::SqliteJournal,
    lease::FileLease,
    registry::{
        CargoRegistry, RegistryTarget,
        embedded::{EmbeddedOptions, EmbeddedRegistry, Running, Upstream},
    },
};
use stationmaster_core::report::rehearsal::RehearsalReport;
use stationmaster_engine::{
    answer,
    lease::Lease,
    observe::observe,
    ports::{Clock as _, PortError, RepositoryPorts, World},
    progress::Progress,
    rehearsal::{self, RehearsalError},
    stopped::Changed,
};

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    policy_file,
    rehearse::{Claim, Parameters, PolicySource, Sandbox, Willing, report},
    render::{self, outcome::unended},
    scope::today,
    soundness, wiring,
};

/// Rehearse the coming releases in a sandbox: what would ship when, and what would fail.
///
/// Clones the repository, adds an embedded forge and registry, and lets months pass on a simulated clock. Crates are really
/// packaged and published, and tags are really created, all inside the sandbox. Nothing is compiled: releases consist of their
/// crates, without archives and lock files.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Any Cargo workspace in git, bare or not [default: the bundled demo].
    repository: Option<PathBuf>,
    /// Ignore the repository's policy and rehearse what `init` would infer with this preset.
    #[arg(long, value_name = "NAME", conflicts_with = "policy")]
    preset: Option<String>,
    /// How many months to rehearse.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=120))]
    months: u32,
    /// The first day (YYYY-MM-DD) [default: today; for the demo, shortly before its first train].
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// The folder to work in, empty or not yet there [default: a new temporary folder].
    #[arg(long, value_name = "DIR")]
    sandbox: Option<PathBuf>,
    /// Resume a stopped rehearsal in its sandbox.
    #[arg(long, requires = "sandbox")]
    resume: bool,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
    /// Write the report to a self-contained HTML page.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let claim = Claim::take(arguments.sandbox.as_deref(), arguments.resume)?;
    let progress = render::progress::for_terminal(arguments.json);
    let report = match report_of(scope, arguments, &claim.dir, &*progress) {
        Ok(report) => report,
        Err(failure) => {
            if failure.ending == Ending::Usage {
                claim.undo();
                return Err(failure);
            }
            return Err(resumable(failure, &claim.dir));
        }
    };
    drop(progress);
    if let Some(path) = &arguments.html {
        fs::write(path, render::rehearsal_page::page(&report)).map_err(|error| outside(path, &error))?;
    }
    if arguments.json {
        super::print_json(&report)?;
    } else {
        render::rehearsal::print(&report);
    }
    Ok(if report.has_findings() { Ending::Findings } else { Ending::Done })
}

fn report_of(
    scope: &Scope,
    arguments: &Arguments,
    dir: &Path,
    progress: &dyn Progress,
) -> Result<RehearsalReport, Failure> {
    let parameters = parameters(scope, arguments, dir)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(Ending::Outside, format!("no runtime: {error}")))?;
    runtime.block_on(rehearse(dir, &parameters, progress))
}

/// What to rehearse: what the sandbox was made for, else what the command line says.
fn parameters(scope: &Scope, arguments: &Arguments, dir: &Path) -> Result<Parameters, Failure> {
    if let Some(kept) = Parameters::load(dir)? {
        return Ok(kept);
    }
    let named = arguments.repository.clone().or_else(|| (scope.repo != Path::new(".")).then(|| scope.repo.clone()));
    let repository = match named {
        Some(path) => Some(path.canonicalize().map_err(|error| {
            Failure::new(Ending::Usage, format!("{}: {error}", path.display())).hint("name a folder that exists")
        })?),
        None => None,
    };
    let policy = match (&scope.policy, &arguments.preset) {
        (Some(path), _) => {
            let (name, text) = (path.display().to_string(), policy_file::read(path)?);
            policy_file::parse(&name, &text)?;
            PolicySource::Text { name, text }
        }
        (None, Some(preset)) => PolicySource::Preset(preset.clone()),
        (None, None) => PolicySource::Repository,
    };
    let demo = repository.is_none();
    let from = arguments.from.or(scope.at).or_else(|| (!demo).then(today));
    let parameters = Parameters { repository, policy, from, months: arguments.months, offline: scope.offline };
    parameters.save(dir)?;
    Ok(parameters)
}

async fn rehearse(dir: &Path, parameters: &Parameters, progress: &dyn Progress) -> Result<RehearsalReport, Failure> {
    let began = Instant::now();
    let sandbox = Sandbox::prepare(dir, parameters).await?;
    let clock = SimulatedClock::open(dir.join("clock"), sandbox.start())
        .map_err(|error| Failure::new(Ending::Outside, error.to_string()))?;
    let server = registry(dir, parameters, sandbox.own_crates().await?).await?;
    let registry = client(&server)?.alone(parameters.offline);
    let state = sandbox.repository.create_state_dir()?;
    let forge = LocalForge::open(&state, &sandbox.repository);
    let build =
        BuildOptions { staging: dir.join("staging"), cargo_home: Some(dir.join("cargo")), offline: parameters.offline };
    let builder = CargoBuilder::new(Arc::clone(&sandbox.repository), build);
    // Its policy declares no archives, and so none are made.
    let options =
        ArchiveOptions { store: dir.join("artifacts"), offline: true, tool: env!("CARGO_PKG_VERSION").to_owned() };
    let workshops = ArchiveWorkshops::new(Arc::clone(&sandbox.repository), options, "the rehearsal");
    let notary = wiring::notary(&state);
    let journal = SqliteJournal::open(&state);
    let own = RepositoryPorts {
        objects: &*sandbox.repository,
        refs: &*sandbox.repository,
        forge: &forge,
        builder: &builder,
        workshops: &workshops,
    };
    let world = World {
        here: own,
        own,
        others: BTreeMap::new(),
        registry: &registry,
        notary: &notary,
        journal: &journal,
        clock: &clock,
        progress,
        who: "the rehearsal",
    };
    let lease = Lease::take(&FileLease::new(&state, "the rehearsal")).await?;
    // The lease is ours, so whoever made these was killed.
    sandbox.repository.clear_ref_locks()?;
    let prepared = began.elapsed();
    let mut facts = observe(&world, sandbox.from).await?;
    let sound = answer::decide(&world, &mut facts, |ask| soundness::of_main(&sandbox.policy, ask)).await?;
    sound.map_err(|unsound| unsound.failure(&sandbox.repository, &sandbox.policy, &facts))?;
    let people = Willing { forge: &forge };
    let turn_to = |to| clock.advance_to(to).map_err(|error| unwritten(&error));
    let last = rehearsal::rehearse(&world, &sandbox.policy, &lease, &people, (sandbox.until, &turn_to)).await;
    let last = last.map_err(|error| stopped(error, clock.today()))?;
    let rehearsed = began.elapsed();
    let name = parameters.repository.as_ref().map_or("the bundled demo".to_owned(), |path| path.display().to_string());
    let mut report = report(&sandbox, name, &world, &last).await?;
    server.stop().await;
    let phases = [("prepare", prepared), ("trains", rehearsed - prepared), ("report", began.elapsed() - rehearsed)];
    report.timings = phases.into_iter().map(|(phase, time)| (phase.to_owned(), time.as_secs_f64())).collect();
    Ok(report)
}

/// A day that could not be ended. No later one was rehearsed.
fn stopped(error: RehearsalError, day: Date) -> Failure {
    let failure = match error {
        // Its sandbox is not as it was.
        RehearsalError::Round(error) => unended(error, Changed::Something),
        RehearsalError::World(what) => Failure::new(Ending::Outside, what),
    };
    Failure { message: format!("the rehearsal stopped on {day}: {}", failure.message), ..failure }
}

/// What the outside world stopped goes on in its sandbox.
fn resumable(failure: Failure, dir: &Path) -> Failure {
    if failure.ending != Ending::Outside {
        return failure;
    }
    let go_on = format!("go on with `stationmaster rehearse --resume --sandbox '{}'`", dir.display());
    failure.hint(format!("the rehearsal so far is kept: fix the cause, then {go_on}"))
}

fn unwritten(error: &SimulatedClockError) -> PortError {
    PortError::Failed { what: "turning the clock to the next day".to_owned(), why: error.to_string() }
}

/// The embedded registry, in front of the real one.
async fn registry(dir: &Path, parameters: &Parameters, own: BTreeSet<String>) -> Result<Running, Failure> {
    let (target, project) = (RegistryTarget::CratesIo, parameters.repository.clone());
    let upstream = if parameters.offline {
        Upstream::CargoCache { target, project }
    } else {
        Upstream::Online { target, project }
    };
    let options = EmbeddedOptions { upstream, own, ..EmbeddedOptions::new(dir.join("registry")) };
    EmbeddedRegistry::start(options).await.map_err(|error| Failure::new(Ending::Outside, error.to_string()))
}

fn client(server: &Running) -> Result<CargoRegistry, Failure> {
    let token = server
        .issue_token("rehearsal")
        .map_err(|error| Failure::new(Ending::Outside, format!("the embedded registry gave no token: {error}")))?;
    Ok(CargoRegistry::new(RegistryTarget::StandIn(server.index_url.clone()), None).with_token(token))
}

fn outside(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Ending::Outside, format!("{}: {error}", path.display()))
}
