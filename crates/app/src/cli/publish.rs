//! `stationmaster publish`

use std::collections::BTreeMap;

use clap::Args;
use semver::Version;
use stationmaster_core::{
    bump,
    lint::registry_rules::{self, InIndex, RegistryLimits, ReleaseInIndex},
    model::{CommitId, CrateRelease, CrateVersions, Finding, Observed, Packaged, Rule, Severity},
    policy::Publish,
    report::{
        findings::Findings,
        published::{Published, PublishedCrate},
    },
    step::{self, Action, Step},
    workspace::Workspace,
};
use stationmaster_engine::{
    asked::{self as engine, AskedError},
    in_index,
    lease::Lease,
    observe::observe,
    ports::{PortError, World},
    ready::ready,
};

use super::{
    Scope,
    preflight::not_packaged,
    revision::{Of, Revision},
};
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    interrupt::{Stop, stopped},
    render::{self, findings},
    wiring::{Opened, RegistryChoice, block_on, give_up, rules_for},
};

/// Upload the crates of a commit that the registry does not have yet.
///
/// Packages each crate once, checks it against the registry's rules, and uploads in dependency order. The token comes from
/// CARGO_REGISTRY_TOKEN, CARGO_REGISTRIES_<NAME>_TOKEN or cargo's own storage. You can stop it at any point and run it again,
/// on any machine. Exit code 0: the index shows every crate. Exit code 3: there is no token, and nothing was packaged or sent.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    of: Of,
    /// The registry: its name in cargo's configuration, or the URL of its index [default: the policy's].
    #[arg(long, value_name = "NAME|INDEX-URL")]
    registry: Option<RegistryChoice>,
}

type Index = BTreeMap<String, Observed<CrateVersions>>;

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let Arguments { of, registry } = arguments;
    let progress = render::progress::for_terminal(of.json);
    block_on(async {
        let revision = Revision::look(scope, of).await?;
        enabled(&revision.rules.publish)?;
        let publish = rules_for(registry.as_ref(), &revision.rules.publish);
        let crates = revision.released(&publish)?;
        let version = revision.version().unwrap_or_else(|| crates[0].version.clone());
        let commit = revision.commit;
        let opened = Opened::assemble(scope, revision.repository, revision.policy, registry.clone())?;
        let world = opened.world(&*progress);
        let lease = Lease::take(&opened.lease).await?;
        let release =
            Asked { workspace: &revision.workspace, version, commit: &commit, crates: &crates, publish: &publish };
        let sending = send(&world, &lease, &opened, &release);
        let mut stop = Stop::listen();
        let sent = tokio::select! {
            sent = sending => sent?,
            () = stop.told() => {
                return Err(give_up(&world, stopped("the index shows every crate")).await);
            }
        };
        let published = match sent {
            Ok(published) => published,
            Err(found) => return refuse(of, found),
        };
        let registry = opened.registry_name();
        if of.json {
            super::print_json(&Published { commit, registry, crates: published })?;
        } else {
            render::published::print(&published, &registry);
        }
        Ok(Ending::Done)
    })
}

/// What is to be published.
struct Asked<'a> {
    workspace: &'a Workspace,
    version: Version,
    commit: &'a CommitId,
    /// In dependency order.
    crates: &'a [CrateRelease],
    publish: &'a Publish,
}

/// Package, judge and upload. The inner error: what the registry would refuse, and nothing was sent.
async fn send(
    world: &World<'_>,
    lease: &Lease,
    opened: &Opened,
    asked: &Asked<'_>,
) -> Result<Result<Vec<PublishedCrate>, Vec<Finding>>, Failure> {
    ready(world, asked.crates).await?;
    let packaged = match in_index::package(world, asked.commit, asked.crates).await {
        Ok(packaged) => packaged,
        Err(error) => return Ok(Err(vec![not_packaged(error)?])),
    };
    let mut seen = observe(world, opened.today()).await?;
    let files = world.here.objects.files(asked.commit, &bump::files(&opened.policy)).await?;
    seen.own.files.insert(asked.commit.clone(), Observed::Known(files));
    let mut looks = 0;
    loop {
        seen.index = in_index::index(world, &packaged).await?;
        let found = judge(asked, &packaged, &seen.index)?;
        if !found.is_empty() {
            return Ok(Err(found));
        }
        let published = published(&packaged, &seen.index);
        let missing = asked.crates.iter().zip(&published).filter(|(_, it)| !it.was_there);
        let missing: Vec<CrateRelease> = missing.map(|(it, _)| it.clone()).collect();
        if missing.is_empty() {
            return Ok(Ok(published));
        }
        match engine::asked(world, lease, (&opened.policy, &seen), step(asked, missing)).await {
            Ok(_) => return Ok(Ok(published)),
            // An index is slow to show what another process of ours sent: look again, but not for ever.
            Err(AskedError::Moved { .. }) if looks < asked.crates.len() => looks += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

/// What the registry would refuse of the release.
fn judge(asked: &Asked<'_>, packaged: &[Packaged], index: &Index) -> Result<Vec<Finding>, Failure> {
    let mut found = registry_rules::packages(packaged, RegistryLimits::of(asked.publish));
    let judged = ReleaseInIndex { crates: asked.crates, packaged, index }.judge();
    seen(&judged)?;
    found.extend(judged.known);
    let mut found = registry_rules::in_files(found, asked.workspace);
    found.retain(|finding| finding.severity == Severity::Finding);
    Ok(found)
}

/// The crates as they will be in the index, and which of them are there.
fn published(packaged: &[Packaged], index: &Index) -> Vec<PublishedCrate> {
    let crates = packaged.iter().map(|Packaged { facts, checksum }| {
        let versions = index.get(&facts.name).and_then(Observed::known);
        let was_there = versions.is_some_and(|all| all.keys().any(|version| version.to_string() == facts.version));
        let (name, version) = (facts.name.clone(), facts.version.clone());
        PublishedCrate { name, version, checksum: checksum.clone(), size: facts.size, was_there }
    });
    crates.collect()
}

fn step(asked: &Asked<'_>, missing: Vec<CrateRelease>) -> Step {
    let publish = step::Publish {
        tag: None,
        commit: asked.commit.clone(),
        crates: missing,
        pace: asked.publish.pace,
        expected_seconds: 0,
    };
    let reason = "`stationmaster publish` was run";
    Step::new(asked.version.clone(), Rule::R11, reason, Action::Publish(publish))
}

/// Whether the policy publishes at all.
fn enabled(publish: &Publish) -> Result<(), Failure> {
    if publish.enabled {
        return Ok(());
    }
    Err(Failure::new(Ending::Refused, "the policy publishes nothing: `[publish] enabled = false`")
        .hint("set it to true, or name another policy with `--policy FILE`"))
}

/// What is not known is never taken for good: nothing is uploaded before it is.
fn seen(judged: &InIndex) -> Result<(), PortError> {
    let Some(unknown) = judged.unknown.first() else { return Ok(()) };
    Err(PortError::Failed { what: format!("asking the index for {}", unknown.subject), why: unknown.detail.clone() })
}

/// Nothing is uploaded of a release that cannot be published whole (X12).
fn refuse(of: &Of, mut found: Vec<Finding>) -> CommandResult {
    findings::sort(&mut found);
    if of.json {
        super::print_json(&Findings { findings: &found })?;
    } else {
        findings::print(&found, "nothing was uploaded", "all as the registry wants it");
    }
    Ok(findings::ending(&found))
}
