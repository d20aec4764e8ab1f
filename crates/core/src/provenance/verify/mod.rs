//! Judging a folder: what holds, what does not, and what that proves.
//!
//! Rules: X10.

mod claims;
mod found;
mod sbom;
mod signed;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use claims::{Claim, OpenQuestion, Word};
pub use signed::{SignatureState, Signed};

use super::{Envelope, PROVENANCE, PROVENANCE_BUNDLE, SUMS, SUMS_SIGNATURE, Statement, Sums, read_sums};
use crate::model::Finding;

/// What lies in the folder, and what became of the signatures.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The digest of every file.
    pub files: &'a Sums,
    /// What is no file: folders, links, and the like.
    pub others: &'a BTreeSet<String>,
    /// The bytes of files that say something of others, by name: [`super::is_statement`].
    pub texts: &'a BTreeMap<String, Vec<u8>>,
    /// The signatures of those who are trusted. Empty: nobody's word counts.
    pub signed: &'a [Signed],
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
    findings.extend(seen.signed.iter().flat_map(|signed| not_signed(signed, seen)));
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
    let home = [PROVENANCE, PROVENANCE_BUNDLE].into_iter().find(|name| seen.texts.contains_key(*name));
    let Some(home) = home else {
        findings.push(found::no_provenance());
        return None;
    };
    let payload = payload_of(seen, home, findings)?;
    // One of them would be signed, and the other read.
    let is_twice = home == PROVENANCE && seen.texts.contains_key(PROVENANCE_BUNDLE);
    if is_twice && payload_of(seen, PROVENANCE_BUNDLE, findings)? != payload {
        findings.push(found::two_statements());
    }
    let read = Statement::read(&payload).and_then(|statement| statement.files().map(|files| (statement, files)));
    let (statement, files) =
        read.map_err(|error| findings.push(found::bad_provenance(home, &error.to_string()))).ok()?;
    for (name, digest) in &files {
        match seen.files.get(name) {
            Some(there) if there == digest => {}
            Some(there) => findings.push(found::other_digest(home, name, digest, there)),
            // A listed file that is not there is named once.
            None if sums.contains_key(name) => {}
            None => findings.push(found::stated_but_missing(home, name)),
        }
    }
    let of_statement = |name: &&String| matches!(name.as_str(), PROVENANCE | PROVENANCE_BUNDLE);
    let stated = |name: &&String| !of_statement(name) && !files.contains_key(*name);
    findings.extend(sums.keys().filter(stated).map(|name| found::not_stated(home, name)));
    Some(statement)
}

/// The statement in one of the files that may hold it.
fn payload_of(seen: &Seen<'_>, home: &str, findings: &mut Vec<Finding>) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(seen.texts.get(home)?);
    let read = if home == PROVENANCE { Envelope::read(&text) } else { Envelope::of_bundle(&text) };
    read.map(|envelope| envelope.payload)
        .map_err(|error| findings.push(found::bad_provenance(home, &error.to_string())))
        .ok()
}

/// Signatures that do not hold. What is not there at all was said.
fn not_signed(signed: &Signed, seen: &Seen<'_>) -> Vec<Finding> {
    let is_there = |file: &str| seen.texts.contains_key(file);
    let is_stated = is_there(PROVENANCE) || is_there(PROVENANCE_BUNDLE);
    match signed {
        Signed::ByKey { key, sums, provenance } => {
            let list = is_there(SUMS).then(|| found::by_key(SUMS, SUMS_SIGNATURE, sums, *key));
            let statement = is_stated.then(|| found::by_key(PROVENANCE, PROVENANCE, provenance, *key));
            [list, statement].into_iter().flatten().flatten().collect()
        }
        Signed::ByIdentity { wanted, provenance } if is_stated => {
            found::by_identity(provenance, wanted).into_iter().collect()
        }
        Signed::ByIdentity { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
