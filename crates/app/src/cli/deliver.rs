//! `stationmaster deliver`

use std::path::{Path, PathBuf};

use clap::Args;
use semver::Version;
use stationmaster_adapters::release_folder::{FolderContents, is_left_over};
use stationmaster_core::{
    model::{ForgeRelease, Rule},
    provenance::{PROVENANCE_BUNDLE, SUMS, Signed, Sums, delivery, expected_files, read_sums},
    report::delivered::Delivered,
    step::{Action, Deliver, DeliveredFile, Step},
};
use stationmaster_engine::{
    asked::asked,
    lease::Lease,
    observe::observe,
    ports::{PortError, World},
};

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    release_files,
    render::{delivered, progress},
    signatures::{self, SigstoreInstance},
    wiring::{Opened, block_on},
};

/// Upload finished files to the release on the forge.
///
/// The release must exist and still be hidden. `run` creates it once the tag and all crates are published, and shows it once
/// all files are there. The folder may hold only some of the files, for example those built on one machine. Files that are
/// already there are not sent again.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The version of the release.
    #[arg(value_name = "VERSION")]
    version: Version,
    /// The folder with the files: archives, and what `attest` wrote for them.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    #[command(flatten)]
    instance: SigstoreInstance,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let Arguments { version, dir, instance, json } = arguments;
    let opened = Opened::open(scope)?;
    let contents = release_files::read(dir, progress::reading(*json))?;
    let signed = signatures::signed(&opened.policy.on(opened.today()).provenance, instance, &contents)?;
    let progress = progress::for_terminal(*json);
    let found = (&contents, &*signed);
    let report = block_on(deliver(&opened, version, dir, found, &opened.world(&*progress)))?;
    drop(progress);
    if *json {
        super::print_json(&report)?;
    } else {
        delivered::print(&report);
    }
    Ok(Ending::Done)
}

async fn deliver(
    opened: &Opened,
    version: &Version,
    dir: &Path,
    (contents, signed): (&FolderContents, &[Signed]),
    world: &World<'_>,
) -> Result<Delivered, Failure> {
    let tag = opened.policy.project.tag.with(version);
    let lease = Lease::take(&opened.lease).await?;
    let seen = observe(world, opened.today()).await?;
    let release = seen.own.forge_releases.seen().map_err(unseen)?.get(&tag).cloned().ok_or_else(|| {
        Failure::new(Ending::Waiting, format!("the forge has no release {tag} yet"))
            .hint("`stationmaster run` prepares it once the tag and all crates are there")
    })?;
    let rules = opened.policy.on(opened.today());
    let names = order(opened, version, (contents, signed), &release)?;
    let file = |name: &String| {
        let size = std::fs::metadata(dir.join(name)).map_or(0, |data| data.len());
        DeliveredFile { name: name.clone(), digest: contents.files[name], size }
    };
    let files: Vec<DeliveredFile> = names.iter().map(file).collect();
    if !files.is_empty() {
        let deliver = Deliver { tag: tag.clone(), folder: dir.to_owned(), files, there: release.files };
        let reason = "`stationmaster deliver` was run";
        let step = Step::new(version.clone(), Rule::R11, reason, Action::Deliver(deliver));
        asked(world, &lease, (&opened.policy, &seen), step).await?;
    }
    // The list of sums may have been taken away with what it spoke of.
    let there = world.here.forge.releases().await?.remove(&tag).map(|release| release.files).unwrap_or_default();
    let is_there = |name: &String| there.contains_key(name);
    let wanted = expected_files(&opened.policy.project.name, rules, version);
    Ok(Delivered { tag, delivered: names, missing: wanted.into_iter().filter(|name| !is_there(name)).collect() })
}

fn unseen(why: &str) -> Failure {
    PortError::Failed { what: "looking at the releases on the forge".to_owned(), why: why.to_owned() }.into()
}

/// What is to be sent, and in which order.
fn order(
    opened: &Opened,
    version: &Version,
    (contents, signed): (&FolderContents, &[Signed]),
    release: &ForgeRelease,
) -> Result<Vec<String>, Failure> {
    let refused = |message: String, hint: &str| Err(Failure::new(Ending::Refused, message).hint(hint));
    if let Some(name) = contents.others.first() {
        return refused(format!("`{name}` is no plain file"), "a release is one folder of files: take it out");
    }
    let list: Option<Sums> = match contents.texts.get(SUMS).map(|text| read_sums(&String::from_utf8_lossy(text))) {
        None => None,
        Some(Ok(list)) => Some(list),
        Some(Err(error)) => return refused(format!("{SUMS}: {error}"), "run `stationmaster attest` again"),
    };
    let is_open = |signed: &&Signed| list.is_some() && !signed.holds();
    match signed.iter().find(is_open) {
        Some(Signed::ByKey { key, .. }) => {
            let message = format!("{SUMS} is not signed with key {key}, which the policy names");
            return refused(message, "sign it: `stationmaster attest DIR --key FILE`");
        }
        Some(Signed::ByIdentity { wanted, .. }) => {
            let message = format!("{PROVENANCE_BUNDLE} is not the word of {wanted}, whom the policy names");
            return refused(message, "sign it there: `stationmaster attest DIR --sigstore`");
        }
        None => {}
    }
    let rules = opened.policy.on(opened.today());
    let wanted = expected_files(&opened.policy.project.name, rules, version);
    let mut files = contents.files.clone();
    files.retain(|name, _| !is_left_over(name));
    let names = delivery(&release.files, &files, &wanted, list.as_ref());
    let names = names.or_else(|error| refused(error.to_string(), "nothing was delivered; fix the folder first"))?;
    if !names.is_empty() && !release.hidden {
        let message = format!("the release {} is shown, and `{}` is not as it has it", release.tag, names[0]);
        return refused(message, "what people have seen stays as it is: release another version");
    }
    Ok(names)
}
