//! `stationmaster yank`

use clap::Args;
use semver::Version;
use stationmaster_core::model::{CrateRelease, JournalEvent, LockFile, StepId};
use stationmaster_engine::{apply::record, lease::Lease, yank::yank};

use super::{
    Scope,
    revision::{Of, Revision},
};
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    render::{self, style::counted},
    wiring::{Opened, RegistryChoice, block_on, rules_for},
};

/// Withdraw versions from the registry: of the crates that are named, or of all crates of a commit.
///
/// Nobody gets a withdrawn version anew; who has it in a lock file keeps it. The reason goes to the journal. Superseded
/// candidates are withdrawn by `run`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Versions, as NAME@VERSION.
    #[arg(value_name = "NAME@VERSION", required_unless_present = "rev", conflicts_with = "rev", value_parser = named)]
    versions: Vec<CrateRelease>,
    #[command(flatten)]
    of: Of,
    /// Why, for the journal.
    #[arg(long, value_name = "TEXT")]
    why: String,
    /// The registry, by its name in cargo's configuration or by the address of its index [default: the policy's].
    #[arg(long, value_name = "NAME|INDEX-URL")]
    registry: Option<RegistryChoice>,
}

fn named(text: &str) -> Result<CrateRelease, String> {
    let (name, version) = text.split_once('@').ok_or("write it as NAME@VERSION, such as serde@1.0.0")?;
    let version: Version = version.parse().map_err(|error| format!("`{version}` is no version: {error}"))?;
    Ok(CrateRelease { name: name.to_owned(), version, after: Default::default(), lock_file: LockFile::Never })
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let Arguments { versions, of, why, registry } = arguments;
    if why.trim().is_empty() {
        return Err(Failure::new(Ending::Usage, "`--why` is empty").hint("say for the journal why these are withdrawn"));
    }
    let progress = render::progress::for_terminal(of.json);
    let yanked = block_on(async {
        let revision = Revision::look(scope, of).await?;
        let publish = rules_for(registry.as_ref(), &revision.rules.publish);
        let crates = if versions.is_empty() { revision.released(&publish)? } else { versions.clone() };
        let opened = Opened::assemble(scope, revision.repository, revision.policy, registry.clone())?;
        let world = opened.world(&*progress);
        let _lease = Lease::take(&opened.lease)?;
        let listed: Vec<String> = crates.iter().map(|it| format!("{}@{}", it.name, it.version)).collect();
        let what = format!("yank {}", listed.join(", "));
        record(&world, JournalEvent::Decision { what, why: why.clone() }).await?;
        yank(&world, &StepId("yank".to_owned()), &crates, publish.pace.yanks).await?;
        Ok(listed)
    })?;
    if of.json {
        super::print_json(&yanked)?;
    } else {
        crate::output::println!("{} withdrawn: {}", counted(yanked.len(), "version"), yanked.join(", "));
    }
    Ok(Ending::Done)
}
