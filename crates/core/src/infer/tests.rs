use jiff::civil::date;

use super::*;
use crate::policy::PRESETS;

struct Repository {
    files: TreeFiles,
    branches: Vec<String>,
    tags: Vec<String>,
    head: Option<&'static str>,
    answers: BTreeMap<Question, String>,
}

fn repository(files: &[(&str, &str)], branches: &[&str], tags: &[&str]) -> Repository {
    let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Repository {
        files: files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect(),
        branches: texts(branches),
        tags: texts(tags),
        head: None,
        answers: BTreeMap::new(),
    }
}

impl Repository {
    fn infer(&self, preset: &str) -> Inferred {
        let workspace = Workspace::read(&self.files).expect("a workspace");
        let facts = Facts {
            workspace: &workspace,
            files: &self.files,
            branches: &self.branches,
            tags: &self.tags,
            head: self.head,
            today: date(2026, 11, 24),
            preset,
            answers: &self.answers,
        };
        let inferred = infer(&facts).expect("a policy");
        let policy = Policy::parse(&inferred.text).expect("what is inferred parses");
        workspace.groups(&policy.on(facts.today).groups).expect("its groups fit the workspace");
        inferred
    }
}

fn package(name: &str, version: &str, rest: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"{version}\"\n{rest}")
}

fn engine() -> Repository {
    let needs = "[dependencies]\nengine-gen = { path = \"../engine-gen\", version = \"0.9.0\" }";
    repository(
        &[
            ("Cargo.toml", "[workspace]\nmembers = [\"*\"]"),
            ("engine/Cargo.toml", &package("engine", "3.0.0", needs)),
            ("engine-cli/Cargo.toml", &package("engine-cli", "3.0.0", "")),
            ("engine-gen/Cargo.toml", &package("engine-gen", "0.9.0", "")),
            ("tests/Cargo.toml", &package("engine-tests", "0.0.0", "publish = false")),
            ("include/engine.h", "#define ENGINE_VERSION \"3.0.0\"\n#define ENGINE_VERSION_MAJOR 3\n"),
            ("include/other.h", "#define OTHER_VERSION \"1.0.0\"\n"),
            ("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n\n## [3.0.0] - 2026-11-05\n"),
        ],
        &["main", "release-2.0.0", "release-3.0.0", "topic/4.0.0"],
        &["engine-gen-v0.9.0", "nightly", "v2.0.0", "v3.0.0"],
    )
}

#[test]
fn groups_tags_branches_notes_and_headers_are_found() {
    let inferred = engine().infer("2021-merge");
    assert_eq!(inferred.unsure, []);
    insta::assert_snapshot!(inferred.text);
}

#[test]
fn every_preset_gives_a_policy_that_parses() {
    for (preset, _) in PRESETS {
        let text = engine().infer(preset).text;
        assert!(text.contains(&format!("preset = \"{preset}\"")), "{text}");
    }
}

#[test]
fn unrelated_packages_are_groups_of_their_own_and_tags_are_those_of_the_first() {
    let repository = repository(
        &[
            ("Cargo.toml", "[workspace]\nmembers = [\"*\"]"),
            ("log/Cargo.toml", &package("wire", "0.1.44", "")),
            ("a/Cargo.toml", &package("wire-log", "0.2.0", "")),
            ("b/Cargo.toml", &package("wire-serde", "0.2.0", "")),
        ],
        &["master", "v0.1.x"],
        &["wire-0.1.43", "wire-0.1.44", "wire-log-0.2.0", "wire-log-0.1.0", "wire-log-0.1.1"],
    );
    let text = repository.infer("2021-merge").text;
    assert!(text.contains("tag = \"wire-{version}\""), "{text}");
    assert!(text.contains("release-branch = \"v{major}.{minor}.x\""), "{text}");
    assert!(text.contains("first = { version = \"0.2.0\", cut = 2026-12-05 }"), "{text}");
    assert!(text.contains("members = [\"wire-log\", \"wire-serde\"]"), "{text}");
}

#[test]
fn packages_that_others_require_exactly_are_internal_and_the_rest_is_public() {
    let needs = |form: &str| format!("[dependencies]\ncore = {{ path = \"../core\", version = \"{form}1.0.0\" }}");
    let of = |first: &str, second: &str| {
        let files = [
            ("Cargo.toml", "[workspace]\nmembers = [\"*\"]".to_owned()),
            ("core/Cargo.toml", package("core", "1.0.0", "")),
            ("a/Cargo.toml", package("a", "1.0.0", first)),
            ("b/Cargo.toml", package("b", "1.0.0", second)),
            ("test/Cargo.toml", package("test", "1.0.0", &format!("publish = false\n{}", needs("")))),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let text = repository(&files, &["main"], &[]).infer("2021-merge").text;
        text.lines().find(|line| line.starts_with("public")).map(str::to_owned)
    };
    let rule = Some("public = [\"a\", \"b\"]".to_owned());
    assert_eq!(of(&needs("="), &needs("=")), rule);
    assert_eq!(of(&needs("="), ""), rule);
    assert_eq!(of(&needs(""), &needs("")), None);
    // As often so as not is no rule; and a condition that never holds only ties versions together.
    assert_eq!(of(&needs("="), &needs("")), None);
    let tied = needs("=").replace("[dependencies]", "[target.'cfg(any())'.dependencies]");
    assert_eq!(of(&tied, &needs("")), None);
}

#[test]
fn a_version_that_main_carries_and_nobody_released_is_the_first_train() {
    let of = |version: &str, preset: &str, tags: &[&str]| {
        let text = repository(&[("Cargo.toml", &package("solo", version, ""))], &["main"], tags).infer(preset).text;
        text.lines().find(|line| line.starts_with("first")).expect("a first train").to_owned()
    };
    let first = |version: &str| format!("first = {{ version = \"{version}\", cut = 2026-12-05 }}");
    assert_eq!(of("4.0.0", "2021-merge", &[]), first("5.0.0"));
    assert_eq!(of("4.0.0", "2022-cut", &[]), first("4.0.0"));
    assert_eq!(of("4.0.0", "2022-cut", &["v4.0.0"]), first("5.0.0"));
    assert_eq!(of("4.0.0-dev", "2026-candidates", &["v3.0.0"]), first("4.0.0"));
    assert_eq!(of("0.4.2", "2022-cut", &[]), first("0.5.0"));
    assert_eq!(of("0.0.0", "2021-merge", &[]), first("0.1.0"));
}

#[test]
fn what_is_not_sure_is_said_and_an_answer_settles_it() {
    let mut repository = repository(
        &[("Cargo.toml", &package("solo", "4.0.0", "")), ("docs/CHANGELOG.md", "## 4.0.0\n")],
        &["develop", "master"],
        &["v1.0.0"],
    );
    let inferred = repository.infer("2021-merge");
    let questions: Vec<Question> = inferred.unsure.iter().map(|unsure| unsure.question).collect();
    assert_eq!(questions, [Question::Main, Question::Tag, Question::Notes]);
    assert_eq!(inferred.text.matches("# NOT SURE: ").count(), 3, "{}", inferred.text);
    let answers =
        [(Question::Main, "develop"), (Question::Tag, "solo-{version}"), (Question::Notes, "docs/CHANGELOG.md")];
    repository.answers = answers.map(|(question, answer)| (question, answer.to_owned())).into();
    let inferred = repository.infer("2021-merge");
    assert_eq!(inferred.unsure, []);
    for (_, answer) in answers {
        assert!(inferred.text.contains(&format!("= \"{answer}\"")), "{}", inferred.text);
    }
}

proptest::proptest! {
    #[test]
    fn whatever_names_and_versions_the_policy_parses_and_its_groups_fit(
        packages in proptest::collection::btree_map("[a-c](-[a-c]){0,2}", ((0u64..2, 0u64..3, 0u64..2), proptest::bool::ANY), 1..12),
        branches in proptest::collection::vec("(main|master|v?[0-9]\\.[0-9]\\.(0|x)|release[-/][0-9]\\.0\\.0|\\PC{1,8})", 0..5),
        tags in proptest::collection::vec("(v|a-|a-b-v|\\PC{0,3})[0-9]\\.[0-9]\\.[0-9](-rc\\.1)?", 0..5),
        notes in proptest::option::of("(## 1\\.0\\.0|## \\[Unreleased\\]|text)"),
        preset in proptest::sample::select(PRESETS.map(|(name, _)| name).to_vec()),
    ) {
        let mut files = TreeFiles::from([("Cargo.toml".to_owned(), "[workspace]\nmembers = [\"*\"]".to_owned())]);
        for (name, ((major, minor, patch), publish)) in &packages {
            let rest = if *publish { "" } else { "publish = false" };
            files.insert(format!("{name}/Cargo.toml"), package(name, &format!("{major}.{minor}.{patch}"), rest));
        }
        files.extend(notes.map(|notes| ("CHANGELOG.md".to_owned(), notes)));
        Repository { files, branches, tags, head: None, answers: BTreeMap::new() }.infer(preset);
    }
}
