//! Manifests as odd as people write them (`tests/corpus/manifests`), whole and mutated: no edit panics, and nothing but versions changes.

use std::{fs, path::Path};

use proptest::{
    prelude::*,
    sample::Index,
    test_runner::{Config, RngSeed},
};
use regex_lite::Regex;
use stationmaster_core::{edit::set_versions, model::TreeFiles, workspace::Workspace};

use super::{to, tree};

/// Name and text, by name.
fn corpus() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/manifests");
    let entries = fs::read_dir(folder).expect("the corpus is here").map(|entry| entry.expect("an entry"));
    let mut manifests: Vec<(String, String)> = entries
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().trim_end_matches(".toml").to_owned();
            (name, fs::read_to_string(entry.path()).expect("a text"))
        })
        .collect();
    manifests.sort();
    manifests
}

/// The manifest as a member, as a root, and outside of the workspace.
fn placed(text: &str) -> [TreeFiles; 3] {
    const ROOT: &str = "[workspace]\nmembers = [\"subject\", \"lib-*\"]\n[workspace.package]\nversion = \"1.2.3\"\nedition = \"2021\"\n\
        [workspace.dependencies]\nlib-a = { path = \"lib-a\", version = \"1.2.3\" }\nlib-b = { path = \"lib-b\", version = \"=0.7.1\" }\n";
    const A: &str = "[package]\nname = \"lib-a\"\nversion = \"1.2.3\"\n";
    const B: &str = "[package]\nname = \"lib-b\"\nversion = \"0.7.1\"\n";
    let libs = [("lib-a/Cargo.toml", A), ("lib-b/Cargo.toml", B)];
    let with = |more: &[(&str, &str)]| tree(&[&libs[..], more].concat());
    [
        with(&[("Cargo.toml", ROOT), ("subject/Cargo.toml", text)]),
        tree(&[("Cargo.toml", &text.replace("../lib-", "lib-")), libs[0], libs[1]]),
        with(&[("Cargo.toml", &ROOT.replace("\"subject\", ", "")), ("subject/Cargo.toml", text)]),
    ]
}

/// A text with a `#` for everything that may be part of a version or a requirement.
fn without_versions(text: &str) -> String {
    let version = Regex::new(r"[<>=~^]*[ \t]*(\*|\b[0-9]+(\.([0-9]+|[*xX]))*(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?)")
        .expect("an expression");
    let plain = text.replace("\\u002e", ".").replace("\\u003d", "=");
    version.replace_all(&plain, "#").into_owned()
}

/// What becomes of the files, or why nothing does. Whatever is changed holds its new version and keeps all else.
fn check(files: &TreeFiles, version: &str) -> Result<String, String> {
    let workspace = Workspace::read(files).map_err(|error| error.to_string())?;
    let moves: Vec<(&str, &str)> = workspace.packages.iter().map(|package| (package.name.as_str(), version)).collect();
    let edits = set_versions(files, &workspace, &to(&moves), &[]).map_err(|error| error.to_string())?;
    let mut after = files.clone();
    for edit in edits {
        assert_eq!(without_versions(&files[&edit.path]), without_versions(&edit.text), "{}", files[&edit.path]);
        after.insert(edit.path, edit.text);
    }
    let again = Workspace::read(&after).expect("it still is a workspace");
    for package in &again.packages {
        // A package without a version has none to set.
        let had = workspace.package(&package.name).expect("the same packages");
        let is_literal = had.version.to_string() != "0.0.0" || had.publish;
        assert!(!is_literal || package.version.to_string() == version, "{} {}", package.name, package.version);
        for dependency in &package.dependencies {
            let member = dependency.member.as_ref().and_then(|name| again.package(name));
            if let (Some(member), Some(requirement)) = (member, &dependency.requirement) {
                let fits = semver::VersionReq::parse(requirement).is_ok_and(|it| it.matches(&member.version));
                assert!(fits || dependency.path.is_none(), "{requirement} in {}", package.manifest);
            }
        }
    }
    let twice = set_versions(&after, &again, &to(&moves), &[]).map_err(|error| error.to_string())?;
    assert_eq!(twice, [], "what is set stays set");
    Ok(after.get("subject/Cargo.toml").or(after.get("Cargo.toml")).expect("the subject").clone())
}

#[test]
fn every_manifest_of_the_corpus_keeps_all_but_its_versions() {
    let corpus = corpus();
    assert!(corpus.len() >= 30, "{} manifests", corpus.len());
    let mut answers = String::new();
    for (name, text) in &corpus {
        let [member, root, outside] = placed(text).map(|files| check(&files, "9.0.0"));
        for candidate in placed(text) {
            let _ = check(&candidate, "9.0.0-rc.1");
        }
        answers += &format!("=== {name}\n");
        for (role, answer, before) in [
            ("member", member, text.clone()),
            ("root", root, text.replace("../lib-", "lib-")),
            ("outside", outside, text.clone()),
        ] {
            answers += &match answer {
                Ok(after) => format!("{role}: {}\n", changes(&before, &after)),
                Err(why) => format!("{role}: refused: {why}\n"),
            };
        }
    }
    insta::assert_snapshot!(answers);
}

/// `line: new text` of every line that differs.
fn changes(before: &str, after: &str) -> String {
    let lines = before.split('\n').zip(after.split('\n')).enumerate().filter(|(_, (old, new))| old != new);
    let words: Vec<String> = lines.map(|(at, (_, new))| format!("\n  {}: {}", at + 1, new.trim_end())).collect();
    if words.is_empty() { "unchanged".to_owned() } else { words.concat() }
}

/// One thing done to a text.
#[derive(Debug, Clone)]
enum Mutation {
    Cut(Index, Index),
    Repeat(Index),
    Swap(Index, Index),
    Insert(Index, &'static str),
    CrLf,
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let words = [
        "\"",
        "'",
        "=",
        "{",
        "}",
        "[",
        "]",
        "[[",
        "\n",
        "\r",
        ".",
        ",",
        "#",
        "\\",
        "\u{feff}",
        "🚂",
        "\"\"\"",
        " = \"1.2.3\"\n",
        "version",
        "workspace = true\n",
        "[package]\n",
        "[dependencies]\n",
        "[workspace]\n",
        "[patch.crates-io]\n",
        "path",
        "1.2.3",
        "[replace]\n\"lib-a:1.2.3\" = { path = \"../lib-a\" }\n",
        "lib-b = { path = \"../lib-b\", version = \"0.7.1\" }\n",
        "*",
    ];
    let at = any::<Index>;
    prop_oneof![
        (at(), at()).prop_map(|(from, to)| Mutation::Cut(from, to)),
        at().prop_map(Mutation::Repeat),
        (at(), at()).prop_map(|(one, other)| Mutation::Swap(one, other)),
        (at(), prop::sample::select(words.to_vec())).prop_map(|(place, word)| Mutation::Insert(place, word)),
        (at(), prop::sample::select(words.to_vec())).prop_map(|(place, word)| Mutation::Insert(place, word)),
        Just(Mutation::CrLf),
    ]
}

fn mutate(text: &str, mutation: &Mutation) -> String {
    let place = |index: &Index| {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        places[index.index(places.len())]
    };
    let mut lines: Vec<&str> = text.split_inclusive('\n').chain([""]).collect();
    match mutation {
        Mutation::Cut(from, to) => {
            let (start, end) = (place(from).min(place(to)), place(from).max(place(to)));
            // A short cut hits a word; a long one would leave nothing to look at.
            let end = text.char_indices().map(|(at, _)| at).find(|at| *at >= end.min(start + 12)).unwrap_or(text.len());
            [&text[..start], &text[end.max(start)..]].concat()
        }
        Mutation::Repeat(line) => {
            let at = line.index(lines.len());
            lines.insert(at, lines[at]);
            lines.concat()
        }
        Mutation::Swap(one, other) => {
            let (one, other) = (one.index(lines.len()), other.index(lines.len()));
            lines.swap(one, other);
            lines.concat()
        }
        Mutation::Insert(at, word) => [&text[..place(at)], word, &text[place(at)..]].concat(),
        Mutation::CrLf => text.replace("\r\n", "\n").replace('\n', "\r\n"),
    }
}

proptest! {
    #![proptest_config(Config { cases: 768, rng_seed: RngSeed::Fixed(2021), failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_mutation_of_the_corpus_panics_or_changes_more_than_versions(
        which in any::<Index>(),
        mutations in prop::collection::vec(mutation(), 1..4),
        version in "(9\\.0\\.0|1\\.3\\.0|2\\.0\\.0-rc\\.1)",
    ) {
        let corpus = CORPUS.with(Clone::clone);
        let text = mutations.iter().fold(which.get(&corpus).1.clone(), |text, mutation| mutate(&text, mutation));
        for files in placed(&text) {
            let _ = check(&files, &version);
        }
    }
}

std::thread_local! {
    static CORPUS: std::rc::Rc<Vec<(String, String)>> = std::rc::Rc::new(corpus());
}
