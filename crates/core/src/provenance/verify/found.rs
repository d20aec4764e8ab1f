//! The findings, in one place: what is wrong, with which file, and what to do.

use super::{SUMS, SUMS_SIGNATURE, SignatureState};
use crate::{
    model::{FileDigest, Finding, KeyId, Rule, Severity, SignerIdentity, Vouched},
    provenance::{PROVENANCE, PROVENANCE_BUNDLE, SumsError},
};

fn finding(kind: &str, subject: &str, detail: String, help: &str) -> Finding {
    Finding {
        kind: kind.to_owned(),
        severity: Severity::Finding,
        subject: subject.to_owned(),
        detail,
        help: help.to_owned(),
        rule: Rule::X10,
        date: None,
        evidence: None,
        file: Some(subject.to_owned()),
        line: None,
    }
}

const AGAIN: &str = "get it again from where the release was published; if it stays so, tell the project";

pub(super) fn no_sums() -> Finding {
    finding("no-sums", SUMS, "is not there, so nothing says which files belong to the release".to_owned(), AGAIN)
}

pub(super) fn sums_no_text() -> Finding {
    finding("bad-sums", SUMS, "is not UTF-8 text".to_owned(), AGAIN)
}

pub(super) fn bad_sums(error: &SumsError) -> Finding {
    Finding { line: Some(error.line), ..finding("bad-sums", SUMS, error.problem.to_string(), AGAIN) }
}

pub(super) fn changed(name: &str, listed: &FileDigest, there: &FileDigest) -> Finding {
    finding("changed-file", name, format!("is not what {SUMS} lists: {there}, not {listed}"), AGAIN)
}

pub(super) fn missing(name: &str) -> Finding {
    finding("missing-file", name, format!("is listed in {SUMS} and is not there"), AGAIN)
}

pub(super) fn unlisted(name: &str) -> Finding {
    let help = "do not use it: nothing says that it belongs to the release";
    finding("unlisted-file", name, format!("is there and is not listed in {SUMS}"), help)
}

pub(super) fn no_file(name: &str) -> Finding {
    finding(
        "not-a-file",
        name,
        "is no plain file; a release is one folder of files".to_owned(),
        "take it out of the folder",
    )
}

pub(super) fn no_provenance() -> Finding {
    finding(
        "no-provenance",
        PROVENANCE,
        "is not there, so nothing says which commit the files are of".to_owned(),
        AGAIN,
    )
}

pub(super) fn bad_provenance(home: &str, why: &str) -> Finding {
    finding("bad-provenance", home, format!("cannot be read: {why}"), AGAIN)
}

pub(super) fn two_statements() -> Finding {
    let detail = format!("says something else than {PROVENANCE}");
    finding("two-statements", PROVENANCE_BUNDLE, detail, AGAIN)
}

pub(super) fn other_digest(home: &str, name: &str, stated: &FileDigest, there: &FileDigest) -> Finding {
    finding("other-digest", name, format!("is not what {home} speaks of: {there}, not {stated}"), AGAIN)
}

pub(super) fn stated_but_missing(home: &str, name: &str) -> Finding {
    let detail = format!("is spoken of in {home}, and is neither there nor listed in {SUMS}");
    finding("missing-file", name, detail, AGAIN)
}

pub(super) fn not_stated(home: &str, name: &str) -> Finding {
    finding("not-stated", name, format!("is listed in {SUMS}, and {home} does not speak of it"), AGAIN)
}

pub(super) fn bad_sbom(sbom: &str, why: &str) -> Finding {
    finding("bad-sbom", sbom, format!("is no CycloneDX document with the SHA-256 of its archive: {why}"), AGAIN)
}

pub(super) fn sbom_of_other(sbom: &str, archive: &str, says: &FileDigest, there: &FileDigest) -> Finding {
    finding("sbom-of-other-file", sbom, format!("is about other bytes than {archive} has: {says}, not {there}"), AGAIN)
}

/// A signature by a key that does not hold.
pub(super) fn by_key(file: &str, home: &str, state: &SignatureState<()>, key: KeyId) -> Option<Finding> {
    let (kind, detail) = match state {
        SignatureState::Holds(()) => return None,
        SignatureState::Absent if home == SUMS_SIGNATURE => (
            "no-signature",
            format!("is missing, so nobody vouches for {file}; a signature with key {key} is expected"),
        ),
        SignatureState::Absent => ("no-signature", format!("is not signed; a signature with key {key} is expected")),
        SignatureState::Wrong(why) => {
            ("wrong-signature", format!("is not a signature of {file} with key {key}: {why}"))
        }
    };
    Some(finding(kind, home, detail, "do not use these files; ask the project which key it signs with"))
}

/// A bundle that does not hold, or is somebody else's.
pub(super) fn by_identity(state: &SignatureState<Vouched>, wanted: &SignerIdentity) -> Option<Finding> {
    let (kind, detail) = match state {
        SignatureState::Holds(_) => return None,
        SignatureState::Absent => ("no-signature", format!("is not there; the word of {wanted} is asked for")),
        SignatureState::Wrong(why) => ("wrong-signature", format!("is not the word of {wanted}: {why}")),
    };
    let help = "do not use these files; ask the project who signs its releases. If the bundle is newer than this program, give it a \
                newer Sigstore with `--trust-config FILE`";
    Some(finding(kind, PROVENANCE_BUNDLE, detail, help))
}
