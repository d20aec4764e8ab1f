//! Bundles of Sigstore, checked without asking anyone. `public.sigstore.json` is one that the public instance made in December
//! 2024, and that anybody finds in its log: entry 155690850.
//!
//! Rules: X10.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use stationmaster_adapters::signing::sigstore::{BundleError, CheckedBundle, Trust, verify_bundle};

const PUBLIC: &str = include_str!("sigstore/public.sigstore.json");
const WORKFLOWS: &str =
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/";

fn refused(bundle: &str) -> String {
    let trust = Trust::public().expect("the public instance");
    verify_bundle(&trust, bundle).expect_err("it does not hold").to_string()
}

#[test]
fn a_bundle_of_the_public_instance_says_who_signed_when_and_where() {
    let trust = Trust::public().expect("the public instance");
    let CheckedBundle { vouched, statement } = verify_bundle(&trust, PUBLIC).expect("it holds");
    assert!(String::from_utf8(statement).expect("text").contains("\"name\":\"a.txt\""));
    assert_eq!(vouched.identity, format!("{WORKFLOWS}extremely-dangerous-oidc-beacon.yml@refs/heads/main"));
    assert_eq!(vouched.issuer, "https://token.actions.githubusercontent.com");
    assert_eq!(vouched.at.to_string(), "2024-12-16T18:42:56Z");
    assert_eq!(vouched.commit.as_deref(), Some("82a3bfe6dd50fe9c71d6315eae66da15307856cf"));
    assert!(vouched.run.expect("a run").ends_with("/actions/runs/12359147651/attempts/1"));
}

#[test]
fn a_bundle_about_another_file_does_not_hold() {
    let mut bundle: serde_json::Value = serde_json::from_str(PUBLIC).expect("JSON");
    let payload = bundle["dsseEnvelope"]["payload"].as_str().expect("a payload").to_owned();
    let text = String::from_utf8(STANDARD.decode(payload).expect("base64")).expect("text");
    let other = text.replace("a0cfc71271d6e278", "b0cfc71271d6e278");
    assert_ne!(text, other);
    bundle["dsseEnvelope"]["payload"] = STANDARD.encode(other).into();
    let words = refused(&bundle.to_string());
    assert!(words.contains("signature"), "{words}");
}

#[test]
fn a_bundle_without_the_word_of_the_log_does_not_hold() {
    let mut bundle: serde_json::Value = serde_json::from_str(PUBLIC).expect("JSON");
    let whole = bundle["verificationMaterial"]["tlogEntries"].take();
    bundle["verificationMaterial"]["tlogEntries"] = serde_json::json!([]);
    refused(&bundle.to_string());
    bundle["verificationMaterial"]["tlogEntries"] = whole;
    bundle["verificationMaterial"]["tlogEntries"][0]["inclusionProof"] = serde_json::Value::Null;
    refused(&bundle.to_string());
}

#[test]
fn a_bundle_of_another_instance_does_not_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("root.json");
    let empty = r#"{ "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1", "tlogs": [],
        "certificateAuthorities": [], "ctlogs": [], "timestampAuthorities": [] }"#;
    std::fs::write(&path, empty).expect("a file");
    let nobody = Trust::read(&path).expect("an instance");
    assert!(matches!(verify_bundle(&nobody, PUBLIC), Err(BundleError::Untrue(_))));
}

#[test]
fn what_is_no_bundle_and_what_is_no_instance_says_why() {
    let trust = Trust::public().expect("the public instance");
    assert!(matches!(verify_bundle(&trust, "{}"), Err(BundleError::Shape(_))));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("root.json");
    assert!(Trust::read(&path).expect_err("it is not there").to_string().contains("root.json"));
    std::fs::write(&path, "{}").expect("a file");
    assert!(Trust::read(&path).expect_err("it is none").to_string().contains("does not describe a Sigstore instance"));
}
