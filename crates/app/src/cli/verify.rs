//! `stationmaster verify`

use std::path::{Path, PathBuf};

use clap::Args;
use semver::Version;
use stationmaster_adapters::{
    release_folder::FolderContents,
    signing::{verify_bytes, verify_file},
};
use stationmaster_core::{
    model::PublicKey,
    provenance::{self, Envelope, PROVENANCE, SUMS, SUMS_SIGNATURE, Seen, SignatureState, Signed},
};

use stationmaster_engine::ports::Forge as _;
use tempfile::TempDir;

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    keys, policy_file, release_files,
    render::{findings, progress, verified},
    wiring::{Opened, block_on},
};

/// Check the files of a release offline, and say what that proves and what it cannot prove.
///
/// Every file is as SHA256SUMS lists it, nothing else is there, the list and the provenance are signed with the project's
/// key, and the provenance and the SBOMs are about these very files. Exit code 0: all of it holds.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The folder with the files of a release; or a version, whose files are then got from the forge.
    #[arg(value_name = "DIR|VERSION")]
    release: PathBuf,
    /// The project's public key: the line that begins with `RW`, or a file with it [default: the policy's]. One that lies
    /// beside the files proves nothing, unless you know it from elsewhere.
    #[arg(long, value_name = "PUB")]
    key: Option<String>,
    /// Check no signatures: only that the files fit each other.
    #[arg(long, conflicts_with = "key")]
    unsigned: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let Arguments { release, key, unsigned, json } = arguments;
    let key = match (key, unsigned) {
        (Some(text), _) => Some(keys::public(text)?),
        (None, true) => None,
        (None, false) => Some(of_policy(scope)?),
    };
    let fetched = fetched(scope, release)?;
    let dir = fetched.as_ref().map_or(release.as_path(), TempDir::path);
    let contents = release_files::read(dir, progress::reading(*json))?;
    let FolderContents { files, others, texts } = &contents;
    let signed = key.map(|key| signed(&key, &contents));
    let mut verdict = provenance::verify(&Seen { files, others, texts, signed: signed.as_ref() });
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

/// The key that the policy names.
fn of_policy(scope: &Scope) -> Result<PublicKey, Failure> {
    let hint = "name the project's public key with `--key PUB`, or check no signatures with `--unsigned`";
    let policy = policy_file::load(scope, None).map_err(|failure| {
        let message = format!("no public key is given, and there is no policy to take it from: {}", failure.message);
        Failure::new(failure.ending, message).hint(hint)
    })?;
    let key = policy.on(scope.at.unwrap_or_else(super::today)).provenance.key;
    key.ok_or_else(|| Failure::new(Ending::Usage, "no public key is given, and the policy names none").hint(hint))
}

/// What becomes of the signatures by a key.
pub(super) fn signed(key: &PublicKey, contents: &FolderContents) -> Signed {
    let text = |name: &str| contents.texts.get(name);
    let sums = match (text(SUMS), text(SUMS_SIGNATURE)) {
        (Some(sums), Some(minisig)) => match verify_file(key, sums, &String::from_utf8_lossy(minisig)) {
            Ok(_) => SignatureState::Holds,
            Err(error) => SignatureState::Wrong(error.to_string()),
        },
        _ => SignatureState::Absent,
    };
    let envelope = text(PROVENANCE).and_then(|bytes| Envelope::read(&String::from_utf8_lossy(bytes)).ok());
    let provenance = envelope.map_or(SignatureState::Absent, |envelope| of_envelope(key, &envelope));
    Signed { key: key.id, sums, provenance }
}

/// One signature of the key is enough; what others say besides is no matter.
fn of_envelope(key: &PublicKey, envelope: &Envelope) -> SignatureState {
    let bytes = envelope.signed_bytes();
    match &envelope.signatures[..] {
        [] => SignatureState::Absent,
        signatures if signatures.iter().any(|it| verify_bytes(key, &bytes, &it.sig)) => SignatureState::Holds,
        signatures => {
            let named: Vec<&str> = signatures.iter().map(|it| it.keyid.as_str()).collect();
            let id = key.id.to_string();
            SignatureState::Wrong(match named.contains(&id.as_str()) {
                true => "it is not over these bytes".to_owned(),
                false => format!("it was made with key {}", named.join(", ")),
            })
        }
    }
}
