//! Who owns the crates (X12), asked before the day.

use std::fs;

use super::{
    binary::{code, errors, json},
    job::{Job, serve},
};

#[test]
fn a_crate_that_the_right_account_does_not_own_is_found_before_the_day() {
    let job = Job::new("owner = \"stationmaster\"\n");
    let served = serve(&job, &[]);
    let preflight = |rev: &str, more: &[&str]| {
        let arguments = [&["preflight", "--json", "--rev", rev], more].concat();
        let output = job.command(&served.1, &arguments).output().expect("it runs");
        let found = json(&output)["findings"].as_array().unwrap_or_else(|| panic!("{}", errors(&output))).clone();
        (code(&output), found)
    };
    let kinds = |found: &[serde_json::Value]| found.iter().map(|it| it["kind"].clone()).collect::<Vec<_>>();
    let (code, found) = preflight("main", &[]);
    assert_eq!((code, kinds(&found)), (0, vec![]), "nobody owns what is not there yet");
    job.publish_first(&served.1, fs::read_to_string(job.path("token")).expect("a token").trim());
    assert_eq!(preflight("next", &[]), (0, vec![]));
    fs::write(job.path("registry/owners/abacist-cli.json"), "[\"a\", \"b\"]").expect("owners");
    let (code, found) = preflight("next", &[]);
    assert_eq!((code, kinds(&found)), (1, vec!["missing-owner".into()]));
    assert_eq!((found[0]["rule"].as_str(), found[0]["subject"].as_str()), (Some("X12"), Some("abacist-cli 5.0.0")));
    assert_eq!((found[0]["file"].as_str(), found[0]["line"].as_u64()), (Some("crates/cli/Cargo.toml"), Some(2)));
    let help = found[0]["help"].as_str().expect("a help");
    assert!(help.contains("`cargo owner --add stationmaster abacist-cli --registry station`"), "{help}");
    let (code, found) = preflight("next", &["--offline"]);
    assert_eq!(code, 0);
    let note = found.iter().find(|it| it["kind"] == "owners-unknown").expect("a note");
    assert!(note["detail"].as_str().expect("a detail").ends_with("5 of the crates is not known: offline"), "{note}");
    // Another registry than the policy's has accounts of its own.
    let (code, found) = preflight("next", &["--registry", &served.1]);
    assert_eq!((code, kinds(&found)), (0, vec![]));
}
