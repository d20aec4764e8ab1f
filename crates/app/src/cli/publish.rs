//! `stationmaster publish`

use clap::Args;
use serde::Serialize;
use stationmaster_core::{
    lint::registry_rules::{self, InIndex, RegistryLimits, ReleaseInIndex},
    model::{CommitId, Finding, Severity, StepId},
    policy::Publish,
    workspace::Workspace,
};
use stationmaster_engine::{
    in_index,
    lease::Lease,
    ports::{PortError, World},
    publish::{Publication, PublishedCrate, publish_recorded},
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

/// Upload the crates of one commit that the registry does not have yet, and nothing else.
///
/// The crates are packaged once, judged by the registry's rules, and uploaded in order. The token is in
/// CARGO_REGISTRY_TOKEN or CARGO_REGISTRIES_<NAME>_TOKEN, or where cargo keeps it. It can be stopped anywhere and run again,
/// here or elsewhere: what the index shows with the right checksum is done. Exit code 0: the index shows every crate.
/// Exit code 3: there is no token for what is missing, and nothing was packaged or sent.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    of: Of,
    /// The registry, by its name in cargo's configuration or by the address of its index [default: the policy's].
    #[arg(long, value_name = "NAME|INDEX-URL")]
    registry: Option<RegistryChoice>,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report<'a> {
    commit: &'a CommitId,
    registry: String,
    crates: Vec<Line<'a>>,
}

#[derive(Debug, Serialize)]
struct Line<'a> {
    name: &'a str,
    version: String,
    checksum: &'a str,
    size: u64,
    /// It was in the index before.
    was_there: bool,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let Arguments { of, registry } = arguments;
    let progress = render::progress::for_terminal(of.json);
    block_on(async {
        let revision = Revision::look(scope, of).await?;
        enabled(&revision.rules.publish)?;
        let publish = rules_for(registry.as_ref(), &revision.rules.publish);
        let crates = revision.released(&publish)?;
        let commit = revision.commit;
        let opened = Opened::assemble(scope, revision.repository, revision.policy, registry.clone())?;
        let world = opened.world(&*progress);
        let lease = Lease::take(&opened.lease)?;
        let step = StepId(format!("publish {}", of.rev.as_deref().unwrap_or(commit.short())));
        let publication = Publication { step: &step, commit: &commit, crates: &crates, pace: publish.pace };
        let sending = send(&world, &lease, &revision.workspace, (&publish, publication));
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
            super::print_json(&report(&commit, registry, &published))?;
        } else {
            render::published::print(&published, &registry);
        }
        Ok(Ending::Done)
    })
}

/// Package, judge and upload. The inner error: what the registry would refuse, and nothing was sent.
async fn send(
    world: &World<'_>,
    lease: &Lease,
    workspace: &Workspace,
    (publish, publication): (&Publish, Publication<'_>),
) -> Result<Result<Vec<PublishedCrate>, Vec<Finding>>, Failure> {
    let ready = ready(world, publication.crates).await?;
    let packaged = match in_index::package(world, publication.commit, publication.crates).await {
        Ok(packaged) => packaged,
        Err(error) => return Ok(Err(vec![not_packaged(error)?])),
    };
    let index = in_index::index(world, &packaged).await?;
    let mut found = registry_rules::packages(&packaged, RegistryLimits::of(publish));
    let judged = ReleaseInIndex { crates: publication.crates, packaged: &packaged, index: &index }.judge();
    seen(&judged)?;
    found.extend(judged.known);
    let mut found = registry_rules::in_files(found, workspace);
    found.retain(|finding| finding.severity == Severity::Finding);
    if !found.is_empty() {
        return Ok(Err(found));
    }
    Ok(Ok(publish_recorded(world, lease, ready, publication, "`stationmaster publish` was run").await?))
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
        super::print_json(&findings::Report { findings: &found })?;
    } else {
        findings::print(&found, "nothing was uploaded", "all as the registry wants it");
    }
    Ok(findings::ending(&found))
}

fn report<'a>(commit: &'a CommitId, registry: String, published: &'a [PublishedCrate]) -> Report<'a> {
    let line = |it: &'a PublishedCrate| Line {
        name: &it.staged.release.name,
        version: it.staged.release.version.to_string(),
        checksum: &it.staged.checksum,
        size: it.staged.size,
        was_there: it.was_there,
    };
    Report { commit, registry, crates: published.iter().map(line).collect() }
}
