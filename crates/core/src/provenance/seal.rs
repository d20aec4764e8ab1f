//! From what is said of a release to the files that say it, signed where there is a key.
//!
//! Rules: X10.

use std::collections::BTreeMap;

use super::{Attestation, SUMS, SUMS_SIGNATURE, delivery};
use crate::{
    model::{CommitId, FileDigest, PublicKey},
    provenance::Source,
    workspace::Workspace,
};

/// Whoever signs.
pub trait Signer: Send + Sync {
    /// The public half of the key.
    fn public(&self) -> PublicKey;
    /// A signature over these bytes.
    fn sign(&self, bytes: &[u8]) -> Vec<u8>;
    /// The text of a signature's file over these bytes, with a comment that is signed too, as minisign has it.
    fn sign_file(&self, bytes: &[u8], comment: &str) -> String;
}

/// Where a release comes from. `tag` is its tag, where the commit has it, `seconds` when it was committed, `policy` the digest of
/// the policy's text.
pub fn source_of(
    workspace: &Workspace,
    tag: Option<&str>,
    commit: &CommitId,
    seconds: i64,
    policy: Option<FileDigest>,
) -> Source {
    let named = workspace.packages.iter().filter_map(|package| package.metadata.repository.as_deref());
    Source {
        // Some packages name a folder of it.
        repository: named.min_by_key(|url| (url.len(), *url)).map(str::to_owned),
        reference: tag.map(|tag| format!("refs/tags/{tag}")),
        commit: commit.clone(),
        seconds,
        policy,
    }
}

/// All files that lie beside the others, in the order in which they go to the forge: the list of sums last. Times in them are the
/// commit's, so that they are the same whenever they are made.
pub fn sealed(attestation: Attestation, signer: Option<&dyn Signer>, seconds: i64) -> Vec<(String, String)> {
    let texts = match signer {
        None => attestation.texts(),
        Some(signer) => {
            let sig = signer.sign(&attestation.signed_bytes());
            let mut texts = attestation.signed(signer.public().id, sig).texts();
            let comment = format!("timestamp:{seconds}\tfile:{SUMS}\thashed");
            let minisig = texts.get(SUMS).map(|sums| signer.sign_file(sums.as_bytes(), &comment));
            texts.extend(minisig.map(|text| (SUMS_SIGNATURE.to_owned(), text)));
            texts
        }
    };
    in_order(texts)
}

fn in_order(texts: BTreeMap<String, String>) -> Vec<(String, String)> {
    let mut ordered: Vec<(String, String)> = texts.into_iter().collect();
    ordered.sort_by_key(|(name, _)| delivery::rank(name));
    ordered
}
