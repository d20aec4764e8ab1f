use serde_json::Value;

use super::*;
use crate::{
    model::TreeFiles,
    policy::Artifact,
    provenance::{AttestError, Attestation, Source},
};

const ARCHIVE: &str = "demo-v1.0.0-x86_64-linux.tar.xz";
const INDEX: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// A workspace of two packages: `tool` uses `base` and some of others, and one for its tests.
fn files() -> TreeFiles {
    let tool = "[package]\nname = \"tool\"\nversion = \"1.0.0\"\nlicense = \"MIT/Apache-2.0\"\n[dependencies]\nbase = { path = \"../base\" }\n\
        serde = \"1\"\nforked = \"1\"\nprivate = \"1\"\n[dev-dependencies]\nproptest = \"1\"\nserde = \"1\"\n";
    let base = "[package]\nname = \"base\"\nversion = \"1.0.0\"\n";
    let root = "[workspace]\nmembers = [\"tool\", \"base\"]\n";
    [("Cargo.toml", root), ("tool/Cargo.toml", tool), ("base/Cargo.toml", base)]
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .into_iter()
        .collect()
}

fn lock() -> String {
    let package = |name: &str, version: &str, source: &str, uses: &[&str]| {
        let source = if source.is_empty() { String::new() } else { format!("source = \"{source}\"\n") };
        let checksum =
            if source.contains("registry") { format!("checksum = \"{}\"\n", "a".repeat(64)) } else { String::new() };
        let uses: String = uses.iter().map(|it| format!(" \"{it}\",\n")).collect();
        let uses = if uses.is_empty() { uses } else { format!("dependencies = [\n{uses}]\n") };
        format!("\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n{source}{checksum}{uses}")
    };
    let forge = "git+https://example.org/forked?branch=main#0123456789012345678901234567890123456789";
    [
        "version = 4\n".to_owned(),
        package("base", "1.0.0", "", &[]),
        package("base", "1.0.0", INDEX, &[]),
        package("forked", "1.2.0", forge, &[]),
        package(
            "private",
            "1.0.0+build.7",
            "registry+https://example.org/index",
            &["base 1.0.0 (registry+https://github.com/rust-lang/crates.io-index)"],
        ),
        package("proptest", "1.0.0", INDEX, &["serde"]),
        package("serde", "1.0.200", INDEX, &[]),
        package("tool", "1.0.0", "", &["base 1.0.0", "forked", "private", "proptest", "serde"]),
    ]
    .concat()
}

fn artifact(package: &str) -> Artifact {
    let text = format!(
        "[project]\nname = \"demo\"\nmain = \"main\"\n[train]\nfirst = {{ version = \"5.0.0\", cut = 2026-12-05 }}\n[[artifact]]\n\
         name = \"{{project}}-v{{version}}-{{arch}}-{{os}}.tar.xz\"\nkind = \"cli\"\npackage = \"{package}\"\ntargets = [\"a-b-c\"]\n"
    );
    crate::policy::Policy::parse(&text).expect("a policy").epochs()[0].rules.artifacts[0].clone()
}

fn made(artifacts: &[Artifact], lock: &str) -> Result<Value, AttestError> {
    let files = files();
    let source = Source {
        repository: None,
        reference: None,
        commit: "1".repeat(40).parse().expect("an id"),
        seconds: 1_700_000_000,
        policy: None,
    };
    let release = Release {
        files: &[(ARCHIVE.to_owned(), FileDigest::of(b"an archive"))].into_iter().collect(),
        project: "demo",
        artifacts,
        workspace: &Workspace::read(&files).expect("a workspace"),
        lock: Some(lock),
        source: &source,
        tool: "0.1.0",
    };
    let texts = Attestation::of(&release)?.texts();
    Ok(serde_json::from_str(&texts[&format!("{ARCHIVE}{SBOM_ENDING}")]).expect("JSON"))
}

fn references(bom: &Value) -> Vec<&str> {
    bom["components"].as_array().expect("components").iter().filter_map(|it| it["bom-ref"].as_str()).collect()
}

#[test]
fn an_archive_holds_what_its_package_uses_but_for_tests() {
    let bom = made(&[artifact("tool")], &lock()).expect("an SBOM");
    assert_eq!(
        references(&bom),
        [
            "workspace:base@1.0.0",
            "pkg:cargo/base@1.0.0",
            "pkg:cargo/forked@1.2.0?vcs_url=git%2Bhttps://example.org/forked%400123456789012345678901234567890123456789",
            "pkg:cargo/private@1.0.0%2Bbuild.7?repository_url=https://example.org/index",
            "pkg:cargo/serde@1.0.200",
            "workspace:tool@1.0.0",
        ]
    );
    let depends = bom["dependencies"].as_array().expect("dependencies");
    assert_eq!(depends[0]["ref"], format!("file:{ARCHIVE}"));
    assert_eq!(depends[0]["dependsOn"], serde_json::json!(["workspace:tool@1.0.0"]));
    let component = &bom["metadata"]["component"];
    assert_eq!((&component["type"], &component["version"]), (&"application".into(), &"1.0.0".into()));
    assert_eq!(component["hashes"][0]["content"], FileDigest::of(b"an archive").to_string());
    assert_eq!(bom["metadata"]["timestamp"], "2023-11-14T22:13:20Z");
}

#[test]
fn checksums_and_licenses_are_given_where_they_are_known() {
    let bom = made(&[artifact("tool")], &lock()).expect("an SBOM");
    let component = |reference: &str| {
        let all = bom["components"].as_array().expect("components");
        all.iter().find(|it| it["bom-ref"] == reference).expect("it is there").clone()
    };
    let tool = component("workspace:tool@1.0.0");
    assert_eq!((&tool["licenses"][0]["expression"], &tool["hashes"]), (&"MIT OR Apache-2.0".into(), &Value::Null));
    let serde = component("pkg:cargo/serde@1.0.200");
    assert_eq!((&serde["licenses"], &serde["hashes"][0]["content"]), (&Value::Null, &"a".repeat(64).into()));
}

#[test]
fn an_archive_that_the_policy_does_not_name_has_the_whole_lock_file() {
    let bom = made(&[], &lock()).expect("an SBOM");
    assert_eq!(references(&bom).len(), 7);
    assert_eq!(bom["metadata"]["component"]["type"], "file");
}

#[test]
fn a_package_or_a_lock_file_that_is_not_there_is_said() {
    let error = made(&[artifact("other")], &lock()).expect_err("there is no such package");
    assert_eq!(
        error.to_string(),
        format!("`{ARCHIVE}` is built from package `other`, which the lock file does not have")
    );
    let error = made(&[], "nonsense").expect_err("it is no lock file");
    assert_eq!(error.to_string(), "`Cargo.lock` is not as cargo writes it");
}
