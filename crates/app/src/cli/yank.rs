//! `stationmaster yank`

use std::collections::BTreeMap;

use clap::Args;
use semver::Version;
use stationmaster_core::{
    model::{CrateRelease, CrateVersions, JournalEvent, LockFile, Observed, Rule},
    step::{Action, IndexedCrate, Step, Yank, Yanked},
};
use stationmaster_engine::{apply::record, asked::asked, lease::Lease, observe::observe, ports::PortError};

use super::{
    Scope,
    revision::{Of, Revision},
};
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    render::{self, style::counted},
    wiring::{Opened, RegistryChoice, block_on, rules_for},
};

/// Yank versions from the registry: the ones you name, or all crates of a commit.
///
/// New builds no longer select a yanked version; existing lock files keep working. The reason is recorded in the journal. `run`
/// yanks superseded release candidates itself.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Versions to yank, as NAME@VERSION.
    #[arg(value_name = "NAME@VERSION", required_unless_present = "rev", conflicts_with = "rev", value_parser = named)]
    versions: Vec<CrateRelease>,
    #[command(flatten)]
    of: Of,
    /// The reason. It is recorded in the journal.
    #[arg(long, value_name = "TEXT")]
    why: String,
    /// The registry: its name in cargo's configuration, or the URL of its index [default: the policy's].
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
        return Err(Failure::new(Ending::Usage, "`--why` is empty").hint("say why; the journal records it"));
    }
    let progress = render::progress::for_terminal(of.json);
    let yanked = block_on(async {
        let revision = Revision::look(scope, of).await?;
        let publish = rules_for(registry.as_ref(), &revision.rules.publish);
        let crates = if versions.is_empty() { revision.released(&publish)? } else { versions.clone() };
        let opened = Opened::assemble(scope, revision.repository, revision.policy, registry.clone())?;
        let world = opened.world(&*progress);
        let lease = Lease::take(&opened.lease).await?;
        let mut seen = observe(&world, opened.today()).await?;
        let names: Vec<String> = crates.iter().map(|it| it.name.clone()).collect();
        seen.index = world.registry.index(&names).await;
        let (crates, present) = in_the_index(crates, &seen.index)?;
        let listed: Vec<String> = crates.iter().map(|it| format!("{}@{}", it.name, it.version)).collect();
        let Some(first) = crates.first() else { return Ok(listed) };
        let what = format!("yank {}", listed.join(", "));
        record(&world, JournalEvent::Decision { what, why: why.clone() }).await?;
        let version = first.version.clone();
        let yank = Yank { crates, rate: publish.pace.yanks, why: Yanked::Asked, present };
        let step = Step::new(version, Rule::X11, why.clone(), Action::Yank(yank));
        asked(&world, &lease, (&opened.policy, &seen), step).await?;
        Ok(listed)
    })?;
    if of.json {
        super::print_json(&yanked)?;
    } else {
        crate::output::println!("{} yanked: {}", counted(yanked.len(), "version"), yanked.join(", "));
    }
    Ok(Ending::Done)
}

/// Those that are to be yanked, and as what the index has them. Yanked already: fine.
fn in_the_index(
    crates: Vec<CrateRelease>,
    index: &BTreeMap<String, Observed<CrateVersions>>,
) -> Result<(Vec<CrateRelease>, Vec<IndexedCrate>), Failure> {
    let (mut yanked, mut present) = (Vec::new(), Vec::new());
    for release in crates {
        let (name, version) = (release.name.clone(), release.version.clone());
        let entry = match index.get(&name) {
            Some(Observed::Known(versions)) => versions.get(&version),
            Some(Observed::Unknown(why)) => return Err(not_asked(&name, why)),
            None => return Err(not_asked(&name, "it was not answered")),
        };
        match entry {
            None => {
                return Err(Failure::new(
                    Ending::Refused,
                    format!("the index has no {name} {version}; nothing was yanked"),
                )
                .hint("is it the right registry? Name another with `--registry`"));
            }
            Some(entry) if entry.yanked => {}
            Some(entry) => {
                present.push(IndexedCrate { name, version, checksum: entry.checksum.clone() });
                yanked.push(release);
            }
        }
    }
    Ok((yanked, present))
}

fn not_asked(name: &str, why: &str) -> Failure {
    PortError::Failed { what: format!("asking the index for {name}"), why: why.to_owned() }.into()
}
