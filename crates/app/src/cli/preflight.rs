//! `stationmaster preflight`

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use stationmaster_core::{
    lint::registry_rules::{self, Forecast, Preflight},
    model::{CrateFacts, CrateRelease, Credentials, FileSelection, Finding, Observed, Rule, Severity, UploadKind},
    policy::Publish,
    report::findings::PreflightView,
    workspace::Workspace,
};
use stationmaster_engine::{
    in_index,
    owners::owners,
    ports::{Objects, PortError, World},
};

use super::{
    Scope,
    revision::{Of, Revision},
};
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    render::{
        self, findings,
        style::{counted, duration},
    },
    wiring::{Opened, RegistryChoice, block_on, rules_for},
};

/// Check a commit for anything that would make publishing fail.
///
/// Packages the crates without building them, and checks the registry's rules: sizes, names, categories, licenses, readmes,
/// requirements and taken versions. Also estimates how long publishing will take. Uploads nothing.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    of: Of,
    /// The registry: its name in cargo's configuration, or the URL of its index [default: the policy's].
    #[arg(long, value_name = "NAME|INDEX-URL")]
    registry: Option<RegistryChoice>,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let Arguments { of, registry } = arguments;
    let progress = render::progress::for_terminal(of.json);
    let mut unseen = false;
    let (mut found, crates, forecast) = block_on(async {
        let revision = Revision::look(scope, of).await?;
        let publish = rules_for(registry.as_ref(), &revision.rules.publish);
        let Revision { repository, commit, policy, workspace, .. } = revision;
        let crates = match workspace.release_order(&publish) {
            Ok(crates) => crates,
            Err(error) => return Ok((vec![cycle(&error.to_string())], Vec::new(), None)),
        };
        let readmes = registry_rules::readme_paths(&workspace, &crates);
        let wanted = FileSelection { paths: readmes, ..FileSelection::default() };
        let texts = repository.files(&commit, &wanted).await?;
        let present: BTreeSet<String> = texts.reached().map(str::to_owned).collect();
        let absent = registry_rules::absent_readmes(&workspace, &crates, &present);
        let opened = Opened::assemble(scope, repository, policy, registry.clone())?;
        let world = opened.world(&*progress);
        let packaged = match in_index::package(&world, &commit, &crates).await {
            Ok(packaged) => packaged,
            Err(error) => {
                let mut found = by_manifests_alone(&workspace, &publish);
                found.extend(absent);
                found.push(not_packaged(error)?);
                return Ok((found, crates, None));
            }
        };
        may_read(&world).await?;
        let index = in_index::index(&world, &packaged).await?;
        let owners = if publish.owner.is_some() { owners(&world, &crates, &index).await } else { BTreeMap::new() };
        let credentials = if publish.trusted { Some(credentials(&world).await) } else { None };
        let looked = Preflight {
            workspace: &workspace,
            publish: &publish,
            crates: &crates,
            packaged: &packaged,
            index: &index,
            owners: &owners,
            credentials: credentials.as_ref(),
        };
        let mut found = looked.findings();
        // How another registry shows a readme is not known.
        if publish.registry.is_none() {
            let facts: Vec<CrateFacts> = packaged.iter().map(|it| it.facts.clone()).collect();
            found.extend(registry_rules::readme_links(&workspace, &facts, &texts));
        }
        let forecast = looked.forecast();
        unseen = !scope.offline && (has_unknown(&index) || has_unknown(&owners));
        Ok((found, crates, Some(forecast)))
    })?;
    findings::sort(&mut found);
    if of.json {
        super::print_json(&PreflightView { findings: &found, forecast })?;
    } else {
        findings::print(&found, &summary(&crates, forecast), "all as the registry wants it");
    }
    Ok(match findings::ending(&found) {
        Ending::Done if unseen => Ending::Outside,
        ending => ending,
    })
}

/// What the manifests show without packages: one round of fixing, not two.
fn by_manifests_alone(workspace: &Workspace, publish: &Publish) -> Vec<Finding> {
    let mut found = registry_rules::workspace(workspace, publish);
    found.retain(|finding| finding.severity == Severity::Finding);
    found
}

/// That an index wants a token, which a person must bring first, is not a finding of the release. One that does not answer is seen
/// where its entries are asked.
async fn may_read(world: &World<'_>) -> Result<(), PortError> {
    match world.registry.may_read().await {
        Err(PortError::Failed { .. }) => Ok(()),
        other => other,
    }
}

/// What was asked over the network and not answered.
fn has_unknown<T>(answers: &BTreeMap<String, Observed<T>>) -> bool {
    answers.values().any(|answer| answer.known().is_none())
}

/// With what uploads would be made from here.
async fn credentials(world: &World<'_>) -> Credentials {
    let ask = |kind| async move { world.registry.credential(kind).await.map_err(|error| error.to_string()) };
    Credentials { updates: ask(UploadKind::Update).await, new_crates: ask(UploadKind::NewCrate).await }
}

fn summary(crates: &[CrateRelease], forecast: Option<Forecast>) -> String {
    let all = counted(crates.len(), "crate");
    match forecast {
        Some(Forecast { new_crates, updates, .. }) if new_crates + updates == 0 => format!("{all}, all in the index"),
        Some(Forecast { new_crates, updates, seconds }) => {
            let new =
                if new_crates > 0 { format!(", {new_crates} of them new to the registry") } else { String::new() };
            format!("{all}, {} to upload{new}, about {}", new_crates + updates, duration(seconds))
        }
        None => all,
    }
}

fn cycle(detail: &str) -> Finding {
    let help = "break the circle: move what both need into a crate of its own";
    of_release("dependency-cycle", detail, help)
}

/// Why the crates of a commit could not be packaged, if the commit is to blame.
pub(super) fn not_packaged(error: PortError) -> Result<Finding, Failure> {
    let PortError::Refused { what, why } = error else { return Err(error.into()) };
    Ok(of_release("not-packaged", &format!("{what}: {why}"), "fix what is named, and commit the fix"))
}

fn of_release(kind: &str, detail: &str, help: &str) -> Finding {
    Finding {
        kind: kind.to_owned(),
        severity: Severity::Finding,
        subject: "the release".to_owned(),
        detail: detail.to_owned(),
        help: help.to_owned(),
        rule: Rule::X12,
        date: None,
        evidence: None,
        file: None,
        line: None,
    }
}
