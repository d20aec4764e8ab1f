//! `stationmaster verify`
//!
//! Rules: X10.

use std::path::{Path, PathBuf};

use clap::Args;
use semver::Version;
use stationmaster_adapters::release_folder::FolderContents;
use stationmaster_core::{
    model::SignerIdentity,
    policy::Provenance,
    provenance::{self, Seen},
};
use tempfile::TempDir;

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    keys, policy_file, release_files,
    render::{findings, progress, verified},
    signatures::{self, SigstoreInstance},
    wiring::{Opened, block_on},
};

/// Verify the files of a release offline, and say what that proves.
///
/// Checks that every file matches SHA256SUMS and that there are no others, that the list and the provenance are signed by the
/// project's key or the provenance by its Sigstore identity, and that provenance and SBOMs describe these files. Exit code 0:
/// everything checks out.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The folder with the files of a release, or a version whose files are fetched from the forge.
    #[arg(value_name = "DIR|VERSION")]
    release: PathBuf,
    /// The project's public key: the line that starts with `RW`, or a file that holds it [default: the policy's]. A key shipped
    /// with the files proves nothing on its own.
    #[arg(long, value_name = "PUB")]
    key: Option<String>,
    /// The Sigstore identity that must have signed; a `*` at the end matches any branch or tag [default: the policy's].
    #[arg(long, value_name = "NAME")]
    identity: Option<String>,
    /// The issuer of that identity [default: GitHub Actions].
    #[arg(long, value_name = "URL", requires = "identity")]
    issuer: Option<String>,
    #[command(flatten)]
    instance: SigstoreInstance,
    /// Skip signatures; only check that the files match each other.
    #[arg(long, conflicts_with_all = ["key", "identity"])]
    unsigned: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let Arguments { release, instance, json, .. } = arguments;
    let wanted = wanted(scope, arguments)?;
    let fetched = fetched(scope, release)?;
    let dir = fetched.as_ref().map_or(release.as_path(), TempDir::path);
    let contents = release_files::read(dir, progress::reading(*json))?;
    let FolderContents { files, others, texts } = &contents;
    let signed = signatures::signed(&wanted, instance, &contents)?;
    let mut verdict = provenance::verify(&Seen { files, others, texts, signed: &signed });
    findings::sort(&mut verdict.findings);
    if *json {
        super::print_json(&verdict)?;
    } else {
        verified::print(&verdict);
    }
    Ok(findings::ending(&verdict.findings))
}

/// The files of a version, from the forge; none where a folder is meant.
fn fetched(scope: &Scope, release: &Path) -> Result<Option<TempDir>, Failure> {
    let version = release.to_str().and_then(|text| text.parse::<Version>().ok());
    let Some(version) = version.filter(|_| !release.is_dir()) else { return Ok(None) };
    let opened = Opened::open(scope)?;
    let tag = opened.policy.project.tag.with(&version);
    let folder = tempfile::tempdir().map_err(|error| Failure::new(Ending::Outside, format!("no folder: {error}")))?;
    block_on(async {
        let found = opened.forge.releases().await?.remove(&tag).filter(|release| !release.files.is_empty());
        let found = found.ok_or_else(|| {
            Failure::new(Ending::Usage, format!("the forge has no files of {tag}"))
                .hint("name the folder with the files of a release, or a version that was released with files")
        })?;
        for name in found.files.keys() {
            opened.forge.get_file(&tag, name, folder.path()).await?;
        }
        Ok(())
    })?;
    Ok(Some(folder))
}

/// Whose word is asked for: that of those who are named, else of those whom the policy names.
fn wanted(scope: &Scope, arguments: &Arguments) -> Result<Provenance, Failure> {
    let Arguments { key, identity, issuer, unsigned, .. } = arguments;
    let key = key.as_deref().map(keys::public).transpose()?;
    let named = |name: &String| signatures::identity(name, issuer.as_deref());
    let identity: Option<SignerIdentity> = identity.as_ref().map(named).transpose()?;
    let wanted = Provenance { key, identity };
    if *unsigned || wanted != Provenance::default() { Ok(wanted) } else { of_policy(scope) }
}

/// Those whom the policy names.
fn of_policy(scope: &Scope) -> Result<Provenance, Failure> {
    let hint = "name the project's public key with `--key PUB`, who signs with Sigstore with `--identity NAME`, or check no \
                signatures with `--unsigned`";
    let policy = policy_file::load(scope, None).map_err(|failure| {
        let message = format!("no public key is given, and there is no policy to take it from: {}", failure.message);
        Failure::new(failure.ending, message).hint(hint)
    })?;
    match policy.on(scope.day()).provenance.clone() {
        none if none == Provenance::default() => {
            Err(Failure::new(Ending::Usage, "no public key is given, and the policy names none").hint(hint))
        }
        wanted => Ok(wanted),
    }
}
