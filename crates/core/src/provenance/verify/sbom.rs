//! Whether each SBOM is about the archive beside it.

use serde::Deserialize;

use super::{Seen, found};
use crate::{
    model::{FileDigest, Finding},
    provenance::{SBOM_ENDING, is_made_here},
};

/// As much of a CycloneDX document as names its archive.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bom {
    bom_format: String,
    metadata: Metadata,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    component: Component,
}

#[derive(Debug, Deserialize)]
struct Component {
    #[serde(default)]
    hashes: Vec<Hash>,
}

#[derive(Debug, Deserialize)]
struct Hash {
    alg: String,
    content: String,
}

/// How many SBOMs are about their archives, and what is wrong with the others.
pub(super) fn judge(seen: &Seen<'_>) -> (usize, Vec<Finding>) {
    let mut right = 0;
    let mut findings = Vec::new();
    let sboms = seen.texts.keys().filter(|name| name.ends_with(SBOM_ENDING) && is_made_here(name, seen.files));
    for name in sboms {
        match judge_one(seen, name) {
            None => right += 1,
            Some(finding) => findings.push(finding),
        }
    }
    (right, findings)
}

fn judge_one(seen: &Seen<'_>, name: &str) -> Option<Finding> {
    let archive = name.strip_suffix(SBOM_ENDING)?;
    let there = seen.files.get(archive)?;
    let says = match says(seen.texts.get(name)?) {
        Ok(says) => says,
        Err(why) => return Some(found::bad_sbom(name, &why)),
    };
    (says != *there).then(|| found::sbom_of_other(name, archive, &says, there))
}

fn says(bytes: &[u8]) -> Result<FileDigest, String> {
    let bom: Bom = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if bom.bom_format != "CycloneDX" {
        return Err(format!("its format is `{}`", bom.bom_format));
    }
    let hash = bom.metadata.component.hashes.iter().find(|hash| hash.alg == "SHA-256");
    let hash = hash.ok_or("it has no SHA-256")?;
    hash.content.parse().map_err(|error: crate::model::InvalidDigest| error.to_string())
}
