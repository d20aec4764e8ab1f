//! Bundles of Sigstore, checked without asking anyone. `public.sigstore.json` is one that the public instance made in December
//! 2024, and that anybody finds in its log: entry 155690850.

use stationmaster_adapters::signing::sigstore::{BundleError, Trust, verify_bundle};
use stationmaster_core::model::FileDigest;

const PUBLIC: &str = include_str!("sigstore/public.sigstore.json");
const WORKFLOWS: &str =
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/";

/// The file that its statement speaks of.
fn subject() -> FileDigest {
    "a0cfc71271d6e278e57cd332ff957c3f7043fdda354c4cbb190a30d56efa01bf".parse().expect("a digest")
}

fn refused(bundle: &str, subject: FileDigest) -> String {
    let trust = Trust::public().expect("the public instance");
    verify_bundle(&trust, bundle, subject).expect_err("it does not hold").to_string()
}

#[test]
fn a_bundle_of_the_public_instance_says_who_signed_when_and_where() {
    let trust = Trust::public().expect("the public instance");
    let vouched = verify_bundle(&trust, PUBLIC, subject()).expect("it holds");
    assert_eq!(vouched.identity, format!("{WORKFLOWS}extremely-dangerous-oidc-beacon.yml@refs/heads/main"));
    assert_eq!(vouched.issuer, "https://token.actions.githubusercontent.com");
    assert_eq!(vouched.at.to_string(), "2024-12-16T18:42:56Z");
    assert_eq!(vouched.commit.as_deref(), Some("82a3bfe6dd50fe9c71d6315eae66da15307856cf"));
    assert!(vouched.run.expect("a run").ends_with("/actions/runs/12359147651/attempts/1"));
}

#[test]
fn a_bundle_about_another_file_does_not_hold() {
    let words = refused(PUBLIC, FileDigest::of(b"another file"));
    assert!(words.contains("mismatch"), "{words}");
}

#[test]
fn a_bundle_without_the_word_of_the_log_does_not_hold() {
    let mut bundle: serde_json::Value = serde_json::from_str(PUBLIC).expect("JSON");
    let whole = bundle["verificationMaterial"]["tlogEntries"].take();
    bundle["verificationMaterial"]["tlogEntries"] = serde_json::json!([]);
    refused(&bundle.to_string(), subject());
    bundle["verificationMaterial"]["tlogEntries"] = whole;
    bundle["verificationMaterial"]["tlogEntries"][0]["inclusionProof"] = serde_json::Value::Null;
    refused(&bundle.to_string(), subject());
}

#[test]
fn a_bundle_of_another_instance_does_not_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("root.json");
    let empty = r#"{ "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1", "tlogs": [],
        "certificateAuthorities": [], "ctlogs": [], "timestampAuthorities": [] }"#;
    std::fs::write(&path, empty).expect("a file");
    let nobody = Trust::read(&path).expect("an instance");
    assert!(matches!(verify_bundle(&nobody, PUBLIC, subject()), Err(BundleError::Untrue(_))));
}

#[test]
fn what_is_no_bundle_and_what_is_no_instance_says_why() {
    let trust = Trust::public().expect("the public instance");
    assert!(matches!(verify_bundle(&trust, "{}", subject()), Err(BundleError::Shape(_))));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("root.json");
    assert!(Trust::read(&path).expect_err("it is not there").to_string().contains("root.json"));
    std::fs::write(&path, "{}").expect("a file");
    assert!(Trust::read(&path).expect_err("it is none").to_string().contains("describes no instance"));
}
