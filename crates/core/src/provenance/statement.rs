//! The statement of in-toto, with SLSA's provenance of a build as its predicate: these files belong to that commit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Source, Sums};
use crate::model::FileDigest;

const STATEMENT: &str = "https://in-toto.io/Statement/v1";
const PREDICATE: &str = "https://slsa.dev/provenance/v1";

/// What was done, for those who read the statement: the page says what its parameters mean.
pub const BUILD_TYPE: &str =
    "https://github.com/stationmaster-rs/stationmaster/blob/main/docs/provenance.md#build-type-release-v1";

/// Who says so: whoever signs, with this tool. No build service stands behind it.
pub const BUILDER: &str =
    "https://github.com/stationmaster-rs/stationmaster/blob/main/docs/provenance.md#builder-signer";

/// Files, and where they come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    #[serde(rename = "_type")]
    sort: String,
    subject: Vec<Subject>,
    predicate_type: String,
    predicate: Predicate,
}

/// Why a payload is no statement of ours.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StatementError {
    /// It has another shape.
    #[error("it is not an in-toto statement with SLSA provenance: {0}")]
    Shape(String),
    /// It is of another type or version.
    #[error("its type is `{found}`, not `{expected}`")]
    Sort {
        /// What it says.
        found: String,
        /// What we read.
        expected: &'static str,
    },
    /// A file has no SHA-256, or is named twice.
    #[error("it gives no unambiguous SHA-256 for `{0}`")]
    Subject(String),
    /// The commit it was asked for is not the one that was used.
    #[error("its parameters and its materials name different commits")]
    Commits,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Subject {
    name: String,
    digest: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Predicate {
    build_definition: BuildDefinition,
    run_details: RunDetails,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BuildDefinition {
    build_type: String,
    external_parameters: Parameters,
    resolved_dependencies: Vec<Material>,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Parameters {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repository: Option<String>,
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    commit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Material {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
    #[serde(default)]
    digest: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct RunDetails {
    builder: Builder,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Builder {
    id: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    version: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    invocation_id: Option<String>,
}

/// A digest under the name of its algorithm.
fn named(algorithm: &str, digest: impl ToString) -> BTreeMap<String, String> {
    BTreeMap::from([(algorithm.to_owned(), digest.to_string())])
}

impl Statement {
    /// The statement that these files belong to a commit. `tool` is our own version.
    pub(super) fn new(files: &Sums, source: &Source, tool: &str) -> Self {
        let uri = source.repository.as_ref().map(|repository| match &source.reference {
            Some(reference) => format!("git+{repository}@{reference}"),
            None => format!("git+{repository}"),
        });
        let build_definition = BuildDefinition {
            build_type: BUILD_TYPE.to_owned(),
            external_parameters: Parameters {
                repository: source.repository.clone(),
                reference: source.reference.clone(),
                commit: source.commit.to_string(),
                policy: source.policy.map(|digest| named("sha256", digest)),
            },
            resolved_dependencies: vec![Material { uri, digest: named("gitCommit", &source.commit) }],
        };
        let subject: Vec<Subject> = files
            .iter()
            .map(|(name, digest)| Subject { name: name.clone(), digest: named("sha256", digest) })
            .collect();
        // The same release is the same invocation, wherever and however often it is run.
        let inputs = serde_json::to_vec(&(&subject, &build_definition)).expect("plain data with text keys");
        let metadata = Metadata { invocation_id: Some(format!("sha256:{}", FileDigest::of(&inputs))) };
        let builder = Builder { id: BUILDER.to_owned(), version: named("stationmaster", tool) };
        Self {
            sort: STATEMENT.to_owned(),
            subject,
            predicate_type: PREDICATE.to_owned(),
            predicate: Predicate { build_definition, run_details: RunDetails { builder, metadata } },
        }
    }

    /// As the payload of an envelope.
    pub(super) fn to_payload(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a statement is plain data with text keys")
    }

    /// Read the payload of an envelope.
    ///
    /// # Errors
    /// It is not a statement of this sort.
    pub fn read(payload: &[u8]) -> Result<Self, StatementError> {
        let read: Self = serde_json::from_slice(payload).map_err(|error| StatementError::Shape(error.to_string()))?;
        for (found, expected) in [(&read.sort, STATEMENT), (&read.predicate_type, PREDICATE)] {
            if found != expected {
                return Err(StatementError::Sort { found: found.clone(), expected });
            }
        }
        let commit = Some(read.commit());
        let materials = &read.predicate.build_definition.resolved_dependencies;
        if !materials.iter().any(|it| it.digest.get("gitCommit").map(String::as_str) == commit) {
            return Err(StatementError::Commits);
        }
        Ok(read)
    }

    /// The files that it is about.
    ///
    /// # Errors
    /// One has no SHA-256, or is named twice.
    pub fn files(&self) -> Result<Sums, StatementError> {
        let mut files = Sums::new();
        for subject in &self.subject {
            let unclear = || StatementError::Subject(subject.name.clone());
            let digest = subject.digest.get("sha256").and_then(|digest| digest.parse().ok()).ok_or_else(unclear)?;
            if files.insert(subject.name.clone(), digest).is_some() {
                return Err(unclear());
            }
        }
        Ok(files)
    }

    /// The commit.
    pub fn commit(&self) -> &str {
        &self.predicate.build_definition.external_parameters.commit
    }

    /// Where the commit is, if it says so.
    pub fn repository(&self) -> Option<&str> {
        self.predicate.build_definition.external_parameters.repository.as_deref()
    }

    /// The tag of the commit, if it says so.
    pub fn reference(&self) -> Option<&str> {
        self.predicate.build_definition.external_parameters.reference.as_deref()
    }

    /// What the one who says so is called.
    pub fn builder(&self) -> &str {
        &self.predicate.run_details.builder.id
    }
}
