//! From the finished files of a release to what lies beside them.
//!
//! Rules: X10.

use std::collections::BTreeMap;

use thiserror::Error;

use super::{
    Envelope, EnvelopeSignature, PROVENANCE, PROVENANCE_BUNDLE, SBOM_ENDING, SUMS, SUMS_SIGNATURE, SbomError,
    Statement, Sums, sbom, sums::write_sums,
};
use crate::{
    artifact::is_archive,
    model::{CommitId, FileDigest, KeyId},
    policy::Artifact,
    workspace::Workspace,
};

/// The finished files of one release, and what its commit says.
#[derive(Debug, Clone, Copy)]
pub struct Release<'a> {
    /// All files but those that are made here ([`is_made_here`]).
    pub files: &'a Sums,
    /// What the project is called, as name patterns have it.
    pub project: &'a str,
    /// Which package is in which archive.
    pub artifacts: &'a [Artifact],
    /// The manifests of the commit.
    pub workspace: &'a Workspace,
    /// Its lock file. None: there is none, and no SBOM.
    pub lock: Option<&'a str>,
    /// Which commit it is.
    pub source: &'a Source,
    /// Our own version.
    pub tool: &'a str,
}

/// Where a release comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The address of the repository, as the manifests give it.
    pub repository: Option<String>,
    /// The full name of the release's tag, if the commit has it.
    pub reference: Option<String>,
    /// The commit.
    pub commit: CommitId,
    /// When it was committed, in seconds since 1970.
    pub seconds: i64,
    /// The policy's text.
    pub policy: Option<FileDigest>,
}

/// Why nothing can be said of a release.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AttestError {
    /// There is no file to speak of.
    #[error("there are no files of a release here")]
    NoFiles,
    /// What is in an archive cannot be said.
    #[error(transparent)]
    Sbom(#[from] SbomError),
}

/// What lies beside the files, but for signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    files: Sums,
    /// By the name of the file.
    sboms: BTreeMap<String, String>,
    envelope: Envelope,
    /// Sigstore's, as text.
    bundle: Option<String>,
}

/// Whether a file of this name is made from the others, which are all given.
pub fn is_made_here(name: &str, files: &Sums) -> bool {
    let archive = name.strip_suffix(SBOM_ENDING).filter(|name| is_archive(name));
    matches!(name, SUMS | SUMS_SIGNATURE | PROVENANCE | PROVENANCE_BUNDLE)
        || archive.is_some_and(|archive| files.contains_key(archive))
}

/// Whether a file of this name was made from an archive that is gone.
pub fn is_left_over(name: &str, files: &Sums) -> bool {
    name.strip_suffix(SBOM_ENDING).is_some_and(|archive| is_archive(archive) && !files.contains_key(archive))
}

/// Whether a file may say something of others: its bytes are looked into.
pub fn is_statement(name: &str) -> bool {
    matches!(name, SUMS | SUMS_SIGNATURE | PROVENANCE | PROVENANCE_BUNDLE) || name.ends_with(SBOM_ENDING)
}

/// Finished files that are not as an earlier list has them. They are not signed over without a word.
pub fn changed_since<'f>(files: &'f Sums, earlier: &Sums) -> Vec<&'f str> {
    let changed = files.iter().filter(|(name, digest)| earlier.get(*name).is_some_and(|before| before != *digest));
    changed.map(|(name, _)| name.as_str()).collect()
}

impl Attestation {
    /// Describe the archives, and state where all files come from.
    ///
    /// # Errors
    /// There are no files, or the lock file does not say what is in an archive.
    pub fn of(release: &Release<'_>) -> Result<Self, AttestError> {
        if release.files.is_empty() {
            return Err(AttestError::NoFiles);
        }
        let sboms = sbom::of_archives(release)?;
        let mut files = release.files.clone();
        files.extend(sboms.iter().map(|(name, text)| (name.clone(), FileDigest::of(text.as_bytes()))));
        let statement = Statement::new(&files, release.source, release.tool);
        Ok(Self { files, sboms, envelope: Envelope::unsigned(statement.to_payload()), bundle: None })
    }

    /// How many archives are described.
    pub fn described(&self) -> usize {
        self.sboms.len()
    }

    /// The statement itself, which an identity signs.
    pub fn statement(&self) -> &[u8] {
        &self.envelope.payload
    }

    /// Whether a bundle holds this very statement.
    pub fn is_in(&self, bundle: &str) -> bool {
        Envelope::of_bundle(bundle).is_ok_and(|envelope| envelope.payload == self.envelope.payload)
    }

    /// The bytes over which a key signs the statement.
    pub fn signed_bytes(&self) -> Vec<u8> {
        self.envelope.signed_bytes()
    }

    /// With a signature over [`Self::signed_bytes`].
    #[must_use]
    pub fn signed(mut self, key: KeyId, sig: Vec<u8>) -> Self {
        self.envelope.signatures = vec![EnvelopeSignature { keyid: key.to_string(), sig }];
        self
    }

    /// With the bundle in which an identity signed the statement.
    #[must_use]
    pub fn vouched(mut self, bundle: String) -> Self {
        self.bundle = Some(bundle);
        self
    }

    /// The texts of all files that lie beside, by name; only the list of sums is to be signed yet. The list holds all the others.
    pub fn texts(self) -> BTreeMap<String, String> {
        let mut texts = self.sboms;
        // An envelope that nobody signed says less than the bundle beside it.
        if self.bundle.is_none() || !self.envelope.signatures.is_empty() {
            texts.insert(PROVENANCE.to_owned(), self.envelope.to_line());
        }
        texts.extend(self.bundle.map(|bundle| (PROVENANCE_BUNDLE.to_owned(), bundle)));
        let mut sums = self.files;
        sums.extend(texts.iter().map(|(name, text)| (name.clone(), FileDigest::of(text.as_bytes()))));
        texts.insert(SUMS.to_owned(), write_sums(&sums));
        texts
    }
}
