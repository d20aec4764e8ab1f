//! Judging a folder: what holds, what does not, and what that proves.

mod claims;
mod found;
mod sbom;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use claims::{Claim, OpenQuestion};

use super::{Envelope, PROVENANCE, SUMS, SUMS_SIGNATURE, Statement, Sums, read_sums};
use crate::model::{Finding, KeyId};

/// What lies in the folder, and what became of the signatures.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The digest of every file.
    pub files: &'a Sums,
    /// What is no file: folders, links, and the like.
    pub others: &'a BTreeSet<String>,
    /// The bytes of files that say something of others, by name: [`super::is_statement`].
    pub texts: &'a BTreeMap<String, Vec<u8>>,
    /// The signatures, checked by a key that is trusted. None: there is no key, and nobody's word counts.
    pub signed: Option<&'a Signed>,
}

/// What became of the signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The key that is trusted.
    pub key: KeyId,
    /// The signature of the list of sums.
    pub sums: SignatureState,
    /// The signature of the envelope.
    pub provenance: SignatureState,
}

/// What became of one signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureState {
    /// It is the key's, over these very bytes.
    Holds,
    /// There is none.
    Absent,
    /// It is not the key's, or not over these bytes; why, for people.
    Wrong(String),
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Verdict {
    /// How many files the list of sums has.
    pub files: usize,
    /// What does not hold. Empty: all does.
    pub findings: Vec<Finding>,
    /// What the rest proves.
    pub proves: Vec<Claim>,
    /// What nothing of this can prove.
    pub cannot_prove: Vec<OpenQuestion>,
}

/// Judge a folder.
pub fn verify(seen: &Seen<'_>) -> Verdict {
    let mut findings = Vec::new();
    let sums = listed(seen, &mut findings);
    findings.extend(sums.iter().flat_map(|sums| against_list(seen, sums)));
    let is_complete = sums.is_some() && findings.is_empty();
    let listed = sums.unwrap_or_default();
    let before = findings.len();
    let statement = stated(seen, &listed, &mut findings);
    let is_stated = findings.len() == before;
    let (sboms, found) = sbom::judge(seen);
    findings.extend(found);
    findings.extend(seen.signed.iter().flat_map(|signed| unsigned(signed, seen)));
    let proven = claims::Proven {
        files: is_complete.then_some(listed.len()),
        signed: seen.signed,
        statement: statement.as_ref().filter(|_| is_stated && is_complete),
        sboms,
    };
    let (proves, cannot_prove) = proven.say();
    Verdict { files: listed.len(), findings, proves, cannot_prove }
}

/// The list of sums.
fn listed(seen: &Seen<'_>, findings: &mut Vec<Finding>) -> Option<Sums> {
    let Some(bytes) = seen.texts.get(SUMS) else {
        findings.push(found::no_sums());
        return None;
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        findings.push(found::sums_no_text());
        return None;
    };
    read_sums(text).map_err(|error| findings.push(found::bad_sums(&error))).ok()
}

/// Every file is as it is listed, and nothing else is there.
fn against_list(seen: &Seen<'_>, sums: &Sums) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, digest) in sums {
        match seen.files.get(name) {
            Some(there) if there == digest => {}
            Some(there) => findings.push(found::changed(name, digest, there)),
            None => findings.push(found::missing(name)),
        }
    }
    let unlisted = seen.files.keys().filter(|name| !matches!(name.as_str(), SUMS | SUMS_SIGNATURE));
    findings.extend(unlisted.filter(|name| !sums.contains_key(*name)).map(|name| found::unlisted(name)));
    findings.extend(seen.others.iter().filter(|name| !sums.contains_key(*name)).map(|name| found::no_file(name)));
    findings
}

/// The statement, and whether it is about these files.
fn stated(seen: &Seen<'_>, sums: &Sums, findings: &mut Vec<Finding>) -> Option<Statement> {
    let Some(bytes) = seen.texts.get(PROVENANCE) else {
        findings.push(found::no_provenance());
        return None;
    };
    let text = String::from_utf8_lossy(bytes);
    let read = Envelope::read(&text).map_err(|error| error.to_string()).and_then(|envelope| {
        let statement = Statement::read(&envelope.payload).map_err(|error| error.to_string())?;
        let files = statement.files().map_err(|error| error.to_string())?;
        Ok((statement, files))
    });
    let (statement, files) = match read {
        Ok(read) => read,
        Err(why) => {
            findings.push(found::bad_provenance(&why));
            return None;
        }
    };
    for (name, digest) in &files {
        match seen.files.get(name) {
            Some(there) if there == digest => {}
            Some(there) => findings.push(found::other_digest(name, digest, there)),
            // A listed file that is not there is named once.
            None if sums.contains_key(name) => {}
            None => findings.push(found::stated_but_missing(name)),
        }
    }
    let stated = |name: &&String| name.as_str() != PROVENANCE && !files.contains_key(*name);
    findings.extend(sums.keys().filter(stated).map(|name| found::not_stated(name)));
    Some(statement)
}

/// Signatures that do not hold.
fn unsigned(signed: &Signed, seen: &Seen<'_>) -> Vec<Finding> {
    let pairs = [(SUMS, SUMS_SIGNATURE, &signed.sums), (PROVENANCE, PROVENANCE, &signed.provenance)];
    // What is not there at all was said.
    let there = pairs.into_iter().filter(|(file, ..)| seen.texts.contains_key(*file));
    there.filter_map(|(file, home, state)| found::signature(file, home, state, signed.key)).collect()
}

#[cfg(test)]
mod tests;
