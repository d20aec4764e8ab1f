//! Releases that an identity signs, by a Sigstore on loopback and by what the public one once signed.
//!
//! Rules: X10.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
};

use super::*;
use crate::outside_tools::module;

const WORKFLOW: &str = "https://github.com/example/abacus/.github/workflows/release.yml@refs/tags/v4.0.0";
pub(crate) const OF_TAGS: &str = "https://github.com/example/abacus/.github/workflows/release.yml@refs/tags/v*";
pub(crate) const OF_MAIN: &str = "https://github.com/example/abacus/.github/workflows/release.yml@refs/heads/main";

/// Sigstore, and the CI whose word it takes.
pub(crate) struct Instance {
    process: Child,
    folder: tempfile::TempDir,
    ci: String,
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Instance {
    /// None, with a word, where the test is skipped.
    pub(crate) fn start() -> Option<Self> {
        let mut command = script("sigstore_instance.py", "cryptography")?;
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = command.arg(folder.path()).stdout(Stdio::piped()).spawn().expect("it starts");
        let mut ci = String::new();
        BufReader::new(process.stdout.take().expect("its words")).read_line(&mut ci).expect("an address");
        Some(Self { process, folder, ci: ci.trim().to_owned() })
    }

    fn trust(&self) -> String {
        self.folder.path().join("trust_config.json").to_str().expect("a plain path").to_owned()
    }

    /// Run in a job of the CI, for which it gives its word to whoever knows the secret.
    pub(crate) fn in_job(&self, secret: &str, arguments: &[&str]) -> Output {
        let mut command = stationmaster(arguments);
        command.env("ACTIONS_ID_TOKEN_REQUEST_URL", &self.ci).env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", secret);
        command.env("STATIONMASTER_TRUST_CONFIG", self.trust()).output().expect("it runs")
    }

    /// Run outside of any CI, where this Sigstore is known.
    pub(crate) fn known(&self, arguments: &[&str]) -> Output {
        stationmaster(arguments).env("STATIONMASTER_TRUST_CONFIG", self.trust()).output().expect("it runs")
    }

    fn attest(&self, yard: &Yard, more: &[&str]) -> Output {
        let (release, demo) = (yard.text("release"), yard.text("demo"));
        self.in_job(SECRET, &[&["attest", &release, "--repo", &demo, "--json"], more].concat())
    }

    fn verify(&self, yard: &Yard, identity: &str) -> (Option<i32>, Vec<(String, String)>) {
        let output = self.known(&["verify", &yard.text("release"), "--json", "--identity", identity]);
        let found = json(&output)["findings"].as_array().expect("findings").clone();
        let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
        (output.status.code(), found.iter().map(|it| (text(&it["kind"]), text(&it["subject"]))).collect())
    }
}

/// What lets a job ask for the CI's word.
pub(crate) const SECRET: &str = "secret-of-the-job";

#[test]
fn an_identity_signs_a_release_and_signing_it_again_asks_nobody_and_changes_nothing() {
    let (yard, Some(instance)) = (Yard::new(), Instance::start()) else { return };
    yard.add_to_policy(&format!("\n[provenance]\nidentity = \"{OF_TAGS}\"\n"));
    let output = instance.attest(&yard, &["--sigstore"]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    assert_eq!(json(&output)["identity"], WORKFLOW);
    assert!(!yard.file("provenance.intoto.jsonl").exists(), "nobody signed an envelope");
    let before = yard.bytes();
    let again = instance.known(&["attest", &yard.text("release"), "--repo", &yard.text("demo"), "--json"]);
    assert_eq!((code(&again), json(&again)["written"].as_array().map(Vec::len)), (0, Some(0)), "{}", errors(&again));
    assert_eq!(yard.bytes(), before);
    let output = instance.known(&["verify", &yard.text("release"), "--repo", &yard.text("demo"), "--json"]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    let verdict = json(&output);
    let stated = &verdict["proves"][1];
    assert_eq!((&stated["claim"], &stated["identity"]), (&"of-commit".into(), &WORKFLOW.into()));
    assert_eq!(stated["run"], "https://github.com/example/abacus/actions/runs/17/attempts/1");
    assert_eq!(verdict["cannot-prove"][0], "who-acts");
}

#[test]
fn a_key_and_an_identity_may_both_sign() {
    let (yard, Some(instance)) = (Yard::new(), Instance::start()) else { return };
    yard.generate("key");
    let output = instance.attest(&yard, &["--sigstore", "--key", &yard.text("key.key")]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    assert_eq!(instance.verify(&yard, OF_TAGS), (Some(0), Vec::new()));
    assert_eq!(yard.findings(), []);
}

#[test]
fn the_word_of_another_identity_or_of_another_sigstore_does_not_pass() {
    let (yard, Some(instance)) = (Yard::new(), Instance::start()) else { return };
    assert_eq!(code(&instance.attest(&yard, &["--sigstore"])), 0);
    let wrong = vec![found("wrong-signature", "provenance.sigstore.json")];
    assert_eq!(instance.verify(&yard, OF_MAIN), (Some(1), wrong));
    let public =
        stationmaster(&["verify", &yard.text("release"), "--json", "--identity", OF_TAGS]).output().expect("it runs");
    assert_eq!(code(&public), 1);
    assert_eq!(json(&public)["findings"][0]["kind"], "wrong-signature");
    fs::write(yard.file("RELEASES.md"), "other bytes\n").expect("a file");
    let (_, found_there) = instance.verify(&yard, OF_TAGS);
    assert_eq!(found_there, [found("changed-file", "RELEASES.md"), found("other-digest", "RELEASES.md")]);
}

#[test]
fn a_bundle_with_one_changed_letter_in_what_it_proves_does_not_pass() {
    let (yard, Some(instance)) = (Yard::new(), Instance::start()) else { return };
    assert_eq!(code(&instance.attest(&yard, &["--sigstore"])), 0);
    let bundle = fs::read_to_string(yard.file("provenance.sigstore.json")).expect("a bundle");
    let list = fs::read_to_string(yard.file("SHA256SUMS")).expect("a list");
    let put = |changed: &str| {
        fs::write(yard.file("provenance.sigstore.json"), changed).expect("a bundle");
        // The list of sums is nobody's word here: whoever changes the bundle can change it too.
        let [before, after] = [&bundle, changed].map(|text| FileDigest::of(text.as_bytes()).to_string());
        fs::write(yard.file("SHA256SUMS"), list.replace(&before, &after)).expect("a list");
    };
    let fields =
        ["rawBytes", "keyId", "signedEntryTimestamp", "rootHash", "envelope", "canonicalizedBody", "payload", "sig"];
    for field in fields {
        let start = bundle.find(&format!("\"{field}\":\"")).expect("the field") + field.len() + 4;
        let length = bundle[start..].find('"').expect("its end");
        for at in [start + length / 3, start + length / 2, start + length * 2 / 3] {
            let letter = if bundle.as_bytes()[at] == b'A' { "B" } else { "A" };
            put(&format!("{}{letter}{}", &bundle[..at], &bundle[at + 1..]));
            let (ending, found_there) = instance.verify(&yard, OF_TAGS);
            assert!(ending == Some(1) && !found_there.is_empty(), "{field}, letter {}", at - start);
        }
    }
    put(&bundle);
    assert_eq!(instance.verify(&yard, OF_TAGS), (Some(0), Vec::new()));
}

#[test]
fn offline_a_bundle_that_says_something_else_is_not_replaced() {
    let (yard, Some(instance)) = (Yard::new(), Instance::start()) else { return };
    assert_eq!(code(&instance.attest(&yard, &["--sigstore"])), 0);
    fs::write(yard.file("more.txt"), "one more file\n").expect("a file");
    let before = yard.bytes();
    let output = instance.attest(&yard, &["--sigstore", "--offline"]);
    assert!(code(&output) == 2 && errors(&output).contains("`--offline` was given"), "{}", errors(&output));
    let output = instance.attest(&yard, &[]);
    assert!(code(&output) == 2 && errors(&output).contains("says something else"), "{}", errors(&output));
    assert_eq!(yard.bytes(), before);
}

#[test]
fn a_job_that_is_not_the_policys_signs_nothing_that_is_kept() {
    let (yard, Some(instance)) = (Yard::new(), Instance::start()) else { return };
    yard.add_to_policy(&format!("\n[provenance]\nidentity = \"{OF_MAIN}\"\n"));
    let before = yard.names();
    let output = instance.attest(&yard, &["--sigstore"]);
    assert_eq!(code(&output), 1, "what is signed stays in a public log: {}", errors(&output));
    assert!(errors(&output).contains(&format!("is not the word of {OF_MAIN}")), "{}", errors(&output));
    let output = instance.attest(&yard, &[]);
    assert!(code(&output) == 2 && errors(&output).contains("with `--sigstore`"), "{}", errors(&output));
    assert_eq!(yard.names(), before);
}

#[test]
fn what_sigstore_repeats_of_the_identity_token_is_not_shown() {
    let (yard, Some(instance)) = (Yard::new(), Instance::start()) else { return };
    let (release, demo) = (yard.text("release"), yard.text("demo"));
    let attest = ["attest", &*release, "--repo", &demo, "--sigstore"];
    for (secret, why) in
        [("wrong", "401 Unauthorized"), ("secret-of-the-job: for another", "the token is not of the CI")]
    {
        let output = instance.in_job(secret, &attest);
        assert_eq!(code(&output), 4, "{}", errors(&output));
        assert!(errors(&output).contains(why), "{}", errors(&output));
        // So begins every identity token.
        assert!(!errors(&output).contains("eyJ") && !errors(&output).contains(secret), "{}", errors(&output));
    }
    assert_eq!(yard.names().len(), 3);
}

#[test]
fn where_no_ci_gives_its_word_nothing_is_signed() {
    let yard = Yard::new();
    let (release, demo) = (yard.text("release"), yard.text("demo"));
    for (more, why) in [(None, "no CI gives its word"), (Some("--offline"), "`--offline` was given")] {
        let mut arguments = vec!["attest", &release, "--repo", &demo, "--sigstore"];
        arguments.extend(more);
        let output = stationmaster(&arguments).output().expect("it runs");
        assert!(code(&output) == 2 && errors(&output).contains(why), "{}", errors(&output));
    }
    // GitLab's token for crates.io: `{"aud":"crates.io"}`.
    let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhdWQiOiJjcmF0ZXMuaW8ifQ.c2lnbmVk";
    let output =
        stationmaster(&["attest", &release, "--repo", &demo, "--sigstore"]).env("SIGSTORE_ID_TOKEN", token).output();
    let output = output.expect("it runs");
    assert!(code(&output) == 2 && errors(&output).contains("`aud: sigstore`"), "{}", errors(&output));
    assert!(!errors(&output).contains(token), "{}", errors(&output));
    assert_eq!(yard.names().len(), 3);
}

#[test]
fn sigstores_own_tool_accepts_our_bundle_for_every_file_and_refuses_another_identity() {
    let (yard, Some(instance)) = (Yard::new(), Instance::start()) else { return };
    assert_eq!(code(&instance.attest(&yard, &["--sigstore"])), 0);
    let check = |file: &str, identity: &str| {
        let mut command = module("sigstore")?;
        command.args(["--trust-config", &instance.trust(), "verify", "identity", "--offline"]);
        command.args(["--bundle", &yard.text("release/provenance.sigstore.json"), "--cert-identity", identity]);
        command.args(["--cert-oidc-issuer", "https://token.actions.githubusercontent.com"]);
        Some(command.arg(yard.file(file)).output().expect("it runs"))
    };
    for file in [CLI, SOURCES, "RELEASES.md"] {
        let Some(output) = check(file, WORKFLOW) else { return };
        assert!(output.status.success(), "{file}: {}", errors(&output));
    }
    assert!(!check(CLI, OF_MAIN).expect("it was there").status.success());
    assert!(
        !check("SHA256SUMS", WORKFLOW).expect("it was there").status.success(),
        "the statement is not about the list"
    );
}
