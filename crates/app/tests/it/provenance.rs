//! `key`, `attest` and `verify` on the demo, and what others' tools say of it.
//!
//! Rules: X10.

pub(crate) mod sigstore;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Output,
};

use stationmaster_adapters::signing::read_public_key;
use stationmaster_core::model::FileDigest;

use super::{
    binary::{code, demo, errors, git, json, stationmaster},
    outside_tools::{minisign, script},
};

const CLI: &str = "abacist-v4.0.0-x86_64-linux.tar.xz";
const SOURCES: &str = "abacist-v4.0.0-src.tar.gz";
/// The demo with a tag, and a folder with the files of its release.
struct Yard {
    folder: tempfile::TempDir,
}

impl Yard {
    fn new() -> Self {
        let yard = Self { folder: tempfile::tempdir().expect("a folder") };
        demo(&yard.path("demo"));
        git(&yard.path("demo"), &["tag", "v4.0.0"]);
        fs::create_dir(yard.path("release")).expect("a folder");
        for name in [CLI, SOURCES, "RELEASES.md"] {
            fs::write(yard.file(name), format!("the bytes of {name}\n")).expect("a file");
        }
        yard
    }

    /// The same, with a key, and signed.
    fn signed() -> Self {
        let yard = Self::new();
        yard.generate("key");
        let output = yard.attest(&["--key", &yard.text("key.key")]);
        assert_eq!(code(&output), 0, "{}", errors(&output));
        yard
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().expect("a plain path").to_owned()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path("release").join(name)
    }

    fn add_to_policy(&self, text: &str) {
        let policy = self.path("demo/stationmaster.toml");
        let before = fs::read_to_string(&policy).expect("a policy");
        fs::write(&policy, before + text).expect("a policy");
        git(&self.path("demo"), &["commit", "--quiet", "--all", "--message", "Change the policy"]);
    }

    fn generate(&self, name: &str) {
        let output = self.run(&["key", "generate", "--unencrypted", "--out", &self.text(name)]);
        assert_eq!(code(&output), 0, "{}", errors(&output));
    }

    fn run(&self, arguments: &[&str]) -> Output {
        stationmaster(arguments).env_remove("STATIONMASTER_KEY_PASSWORD").output().expect("it runs")
    }

    fn attest(&self, more: &[&str]) -> Output {
        let (demo, release) = (self.text("demo"), self.text("release"));
        self.run(&[&["attest", &release, "--repo", &demo, "--json"], more].concat())
    }

    fn verify(&self, more: &[&str]) -> Output {
        self.run(&[&["verify", &self.text("release"), "--json"], more].concat())
    }

    /// Kind and subject of what is found with our key.
    fn findings(&self) -> Vec<(String, String)> {
        let output = self.verify(&["--key", &self.text("key.pub")]);
        let findings = json(&output)["findings"].as_array().expect("findings").clone();
        assert_eq!(code(&output), i32::from(!findings.is_empty()), "{}", errors(&output));
        let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
        findings.iter().map(|it| (text(&it["kind"]), text(&it["subject"]))).collect()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("release")).expect("a folder");
        let mut names: Vec<_> =
            entries.map(|it| it.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
        names.sort();
        names
    }

    fn bytes(&self) -> Vec<Vec<u8>> {
        self.names().iter().map(|name| fs::read(self.file(name)).expect("a file")).collect()
    }

    fn sboms(&self) -> Vec<PathBuf> {
        [CLI, SOURCES].map(|name| self.file(&format!("{name}.cdx.json"))).to_vec()
    }
}

fn found(kind: &str, subject: &str) -> (String, String) {
    (kind.to_owned(), subject.to_owned())
}

#[test]
fn a_signed_release_is_verified_and_signing_it_again_changes_nothing() {
    let yard = Yard::signed();
    let before = yard.bytes();
    assert_eq!(before.len(), 3 + 2 + 3, "files, SBOMs, and list, signature and provenance: {:?}", yard.names());
    let again = yard.attest(&["--key", &yard.text("key.key")]);
    assert_eq!((code(&again), json(&again)["written"].as_array().map(Vec::len)), (0, Some(0)));
    assert_eq!(yard.bytes(), before);
    let output = yard.verify(&["--key", &yard.text("key.pub")]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    let verdict = json(&output);
    let claims: Vec<&str> =
        verdict["proves"].as_array().expect("claims").iter().filter_map(|it| it["claim"].as_str()).collect();
    assert_eq!(claims, ["complete", "list-signed", "of-commit", "described"]);
    let stated = &verdict["proves"][2];
    assert_eq!(stated["commit"], git(&yard.path("demo"), &["rev-parse", "v4.0.0"]));
    assert_eq!(stated["reference"], "refs/tags/v4.0.0");
    assert_eq!(verdict["cannot-prove"][0], "whose-key");
}

#[test]
fn what_is_proven_and_what_is_not_is_said_in_words() {
    let yard = Yard::signed();
    let key = fs::read_to_string(yard.path("key.pub")).expect("a key");
    let line = key.lines().nth(1).expect("the key itself");
    let output = yard.run(&["verify", &yard.text("release"), "--key", line]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    let (id, commit) = (key.lines().next().expect("a comment"), git(&yard.path("demo"), &["rev-parse", "v4.0.0"]));
    let id = id.rsplit(' ').next().expect("its number");
    let shown = String::from_utf8(output.stdout).expect("text").replace(id, "[key]").replace(&commit, "[commit]");
    insta::assert_snapshot!(shown);
}

#[test]
fn a_file_that_is_changed_gone_or_put_in_is_found() {
    let yard = Yard::signed();
    fs::write(yard.file("RELEASES.md"), "other bytes\n").expect("a file");
    assert_eq!(yard.findings(), [found("changed-file", "RELEASES.md"), found("other-digest", "RELEASES.md")]);
    fs::remove_file(yard.file("RELEASES.md")).expect("a file");
    assert_eq!(yard.findings(), [found("missing-file", "RELEASES.md")]);
    fs::create_dir(yard.file("RELEASES.md")).expect("a folder");
    fs::write(yard.file("extra"), "").expect("a file");
    assert_eq!(yard.findings(), [found("missing-file", "RELEASES.md"), found("unlisted-file", "extra")]);
}

#[test]
fn every_file_with_one_changed_byte_and_every_line_that_is_gone_is_found() {
    let yard = Yard::signed();
    for name in yard.names() {
        let path = yard.file(&name);
        let bytes = fs::read(&path).expect("a file");
        for at in [0, bytes.len() / 2, bytes.len() - 2] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            fs::write(&path, changed).expect("a file");
            // What stands in the untrusted comment of a signature is nobody's word.
            let is_comment = name == "SHA256SUMS.minisig" && at == 0;
            assert!(!yard.findings().is_empty() || is_comment, "byte {at} of {name}");
        }
        fs::write(&path, bytes).expect("a file");
    }
    let list = fs::read_to_string(yard.file("SHA256SUMS")).expect("a list");
    for line in list.lines() {
        fs::write(yard.file("SHA256SUMS"), list.replace(&format!("{line}\n"), "")).expect("a list");
        let name = line.rsplit("  ").next().expect("a name");
        let found_there = yard.findings();
        assert!(found_there.contains(&found("unlisted-file", name)), "{found_there:?}");
        assert!(found_there.contains(&found("wrong-signature", "SHA256SUMS.minisig")), "{found_there:?}");
    }
    fs::write(yard.file("SHA256SUMS"), list).expect("a list");
    assert_eq!(yard.findings(), []);
}

#[test]
fn what_somebody_else_signed_does_not_pass_whatever_key_lies_beside_it() {
    let yard = Yard::signed();
    let ours = fs::read(yard.path("key.pub")).expect("a key");
    fs::write(yard.file(CLI), "other bytes\n").expect("a file");
    fs::remove_file(yard.file("SHA256SUMS")).expect("a list");
    yard.generate("other");
    let output = yard.attest(&["--key", &yard.text("other.key")]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    assert_eq!(
        yard.findings(),
        [found("wrong-signature", "SHA256SUMS.minisig"), found("wrong-signature", "provenance.intoto.jsonl")]
    );
    // A key beside the files is a file like any other, and is not looked into.
    fs::copy(yard.path("other.pub"), yard.file("release.pub")).expect("a file");
    assert_eq!(code(&yard.verify(&[])), 2);
    assert_eq!(fs::read(yard.path("key.pub")).expect("a key"), ours);
}

#[test]
fn the_key_is_the_policys_and_without_one_nothing_is_judged() {
    let yard = Yard::signed();
    let repo = yard.text("demo");
    let output = yard.verify(&["--repo", &repo]);
    assert_eq!(code(&output), 2);
    assert!(errors(&output).contains("--key PUB"), "{}", errors(&output));
    let key = fs::read_to_string(yard.path("key.pub")).expect("a key");
    let key = key.lines().nth(1).expect("the key itself");
    yard.add_to_policy(&format!("\n[provenance]\nkey = \"{key}\"\n"));
    assert_eq!(code(&yard.verify(&["--repo", &repo])), 0);
    yard.generate("other");
    for (more, expected, why) in
        [(vec!["--key".to_owned(), yard.text("other.key")], 5, "and the policy names"), (vec![], 2, "no key was named")]
    {
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        let output = yard.attest(&more);
        assert_eq!(code(&output), expected, "{}", errors(&output));
        assert!(errors(&output).contains(why), "{}", errors(&output));
    }
    assert_eq!(yard.findings(), [], "nothing was changed");
}

#[test]
fn without_a_key_the_files_fit_each_other_and_nobody_stands_behind_them() {
    let yard = Yard::new();
    assert_eq!(code(&yard.attest(&[])), 0);
    let output = yard.verify(&["--unsigned"]);
    assert_eq!((code(&output), &json(&output)["cannot-prove"][0]), (0, &"who".into()));
    yard.generate("key");
    assert_eq!(
        yard.findings(),
        [found("no-signature", "SHA256SUMS.minisig"), found("no-signature", "provenance.intoto.jsonl")]
    );
}

#[test]
fn what_cannot_be_vouched_for_is_refused_and_nothing_is_written() {
    let yard = Yard::signed();
    let key = yard.text("key.key");
    let refused = |why: &str, expected: i32, more: &[&str]| {
        let before = yard.names();
        let output = yard.attest(more);
        assert_eq!(code(&output), expected, "{}", errors(&output));
        assert!(errors(&output).contains(why), "{}", errors(&output));
        assert_eq!(yard.names(), before);
    };
    refused("the files here are signed", 2, &[]);
    fs::set_permissions(yard.path("key.key"), fs::Permissions::from_mode(0o640)).expect("a file");
    refused("can be read by others", 5, &["--key", &key]);
    fs::set_permissions(yard.path("key.key"), fs::Permissions::from_mode(0o600)).expect("a file");
    let bytes = fs::read(yard.file(CLI)).expect("a file");
    fs::write(yard.file(CLI), "other bytes\n").expect("a file");
    refused("is not what it was when SHA256SUMS was written", 5, &["--key", &key]);
    fs::remove_file(yard.file(CLI)).expect("a file");
    refused("is about an archive that is not there", 5, &["--key", &key]);
    fs::write(yard.file(CLI), bytes).expect("a file");
    fs::create_dir(yard.file("folder")).expect("a folder");
    refused("is no plain file", 5, &["--key", &key]);
}

#[test]
fn a_key_is_made_for_its_owner_alone_and_never_over_another() {
    let yard = Yard::new();
    let out = yard.text("key");
    assert_eq!(code(&yard.run(&["key", "generate", "--out", &out])), 2, "a password is asked for");
    assert!(!yard.path("key.key").exists());
    yard.generate("key");
    assert_eq!(yard.path("key.key").metadata().expect("a file").permissions().mode() & 0o777, 0o600);
    let before = fs::read(yard.path("key.key")).expect("a key");
    assert_eq!(code(&yard.run(&["key", "generate", "--unencrypted", "--out", &out])), 5);
    fs::remove_file(yard.path("key.pub")).expect("a file");
    assert_eq!(code(&yard.run(&["key", "generate", "--unencrypted", "--out", &out])), 5);
    assert_eq!(fs::read(yard.path("key.key")).expect("a key"), before);
}

#[test]
fn a_password_opens_the_key_and_is_never_shown() {
    let yard = Yard::new();
    let with = |password: &str, arguments: &[&str]| {
        stationmaster(arguments).env("STATIONMASTER_KEY_PASSWORD", password).output().expect("it runs")
    };
    let (out, key) = (yard.text("key"), yard.text("key.key"));
    let made = with("swordfish", &["key", "generate", "--out", &out]);
    assert_eq!(code(&made), 0, "{}", errors(&made));
    let (release, demo) = (yard.text("release"), yard.text("demo"));
    let attest = ["attest", &*release, "--repo", &demo, "--key", &key];
    for (password, expected, why) in
        [("", 2, "none was given"), ("haddock", 2, "the password is wrong"), ("swordfish", 0, "")]
    {
        let output = with(password, &attest);
        assert_eq!(code(&output), expected, "{}", errors(&output));
        assert!(errors(&output).contains(why), "{}", errors(&output));
        let shown = [&made, &output].map(|it| String::from_utf8_lossy(&it.stdout).into_owned() + &errors(it)).concat();
        assert!(!shown.contains("swordfish") && !shown.contains("haddock"), "{shown}");
    }
    assert_eq!(yard.findings(), []);
}

#[test]
fn coreutils_and_minisign_verify_what_we_signed() {
    let yard = Yard::signed();
    let sums = std::process::Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
        .current_dir(yard.path("release"))
        .output();
    match sums {
        Ok(output) => assert!(output.status.success(), "{}", errors(&output)),
        Err(error) => eprintln!("skipped: no sha256sum: {error}"),
    }
    let Some(mut minisign) = minisign() else { return };
    let output =
        minisign.args(["-V", "-H", "-m", "SHA256SUMS", "-p", "../key.pub"]).current_dir(yard.path("release")).output();
    let output = output.expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &errors(&output);
    assert!(output.status.success() && said.contains("file:SHA256SUMS"), "{said}");
}

#[test]
fn a_signature_that_minisign_made_with_our_key_verifies() {
    let yard = Yard::signed();
    let Some(mut minisign) = minisign() else { return };
    fs::remove_file(yard.file("SHA256SUMS.minisig")).expect("a file");
    let output =
        minisign.args(["-S", "-m", "SHA256SUMS", "-s", "../key.key"]).current_dir(yard.path("release")).output();
    let output = output.expect("it runs");
    assert!(output.status.success(), "{}", errors(&output));
    assert_eq!(yard.findings(), []);
}

#[test]
fn a_cyclonedx_validator_accepts_our_sboms_and_refuses_a_spoiled_one() {
    let yard = Yard::signed();
    let check = |paths: &[PathBuf]| {
        let mut command = script("check_sbom.py", "cyclonedx")?;
        Some(command.args(paths).output().expect("it runs"))
    };
    let Some(output) = check(&yard.sboms()) else { return };
    assert!(output.status.success(), "{}", errors(&output));
    let spoiled = yard.path("spoiled.cdx.json");
    let text = fs::read_to_string(&yard.sboms()[0]).expect("an SBOM");
    fs::write(&spoiled, text.replace("\"SHA-256\"", "\"SHA-257\"")).expect("a file");
    assert!(!check(&[spoiled]).expect("it was there").status.success());
}

#[test]
fn an_sbom_lists_what_the_package_of_its_archive_uses_and_nothing_else() {
    let yard = Yard::signed();
    let names = |path: &Path| -> Vec<String> {
        let text = fs::read_to_string(path).expect("an SBOM");
        let bom: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let components = bom["components"].as_array().expect("components").clone();
        components.iter().map(|it| it["name"].as_str().expect("a name").to_owned()).collect()
    };
    let [cli, sources] = [0, 1].map(|at| names(&yard.sboms()[at]));
    assert_eq!(cli, ["abacist", "abacist-cli", "abacist-codegen", "abacist-ir", "abacist-machine"]);
    assert!(sources.contains(&"abacist-c-api".to_owned()) && sources.len() > cli.len(), "{sources:?}");
}

#[test]
fn tools_of_in_toto_accept_our_statement_and_its_signature_and_refuse_another_key() {
    let yard = Yard::signed();
    yard.generate("other");
    let check = |name: &str| {
        let key = read_public_key(&yard.path(name)).expect("a key");
        let point: String = key.point.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut command = script("check_statement.py", "securesystemslib, in_toto_attestation")?;
        command.arg(yard.file("provenance.intoto.jsonl")).args([key.id.to_string(), point]);
        Some(command.output().expect("it runs"))
    };
    let Some(output) = check("key.pub") else { return };
    assert!(output.status.success(), "{}", errors(&output));
    assert_eq!(check("other.pub").expect("it was there").status.code(), Some(1));
}
