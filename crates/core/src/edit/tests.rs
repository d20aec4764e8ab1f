use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn tree(files: &[(&str, &str)]) -> TreeFiles {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn to(moves: &[(&str, &str)]) -> BTreeMap<String, Version> {
    moves.iter().map(|(name, version)| ((*name).to_owned(), version.parse().expect("a version"))).collect()
}

#[track_caller]
fn set(files: &TreeFiles, moves: &[(&str, &str)]) -> TreeFiles {
    let workspace = Workspace::read(files).expect("a workspace");
    let edits = set_versions(files, &workspace, &to(moves), &[]).expect("edits");
    let mut after = files.clone();
    for edit in edits {
        assert_ne!(files.get(&edit.path), Some(&edit.text), "only files that change are given");
        after.insert(edit.path, edit.text);
    }
    after
}

const ROOT: &str = "# root\r\n[workspace]\r\nmembers = ['crates/*']\r\n\r\n[workspace.package]\r\nversion   =   '1.2.0'  # ours\r\n\r\n\
    [workspace.dependencies]\r\na = { version = \"=1.2.0\", path = \"crates/a\" }\r\na-old = { version = \"1.2.0\", package = \"a\" }\r\n\
    [patch.crates-io]\r\nb = { path = \"crates/b\" }";
const A: &str = "[package]\nname = \"a\"\nversion.workspace = true\n\n[dependencies.b]\npath = \"../b\"\nversion = \"0.7\"\nfeatures = [\"x\"]\n";
const B: &str = "[package]\nname='b'\nversion=\"0.7.1\" # b's own\n[features]\nx = []\n\
    [target.'cfg(unix)'.dev-dependencies]\nrenamed.package = \"a\"\nrenamed.path = \"../a\"\nrenamed.version = \"1\"\n\
    serde = \"1.2.0\"\n[build-dependencies]\nc = { workspace = true }";
const C: &str = "[package]\nname = \"c\"\nversion = \"1.2.0\"\n[dependencies]\nb = \"0.7.1\"\n";

#[test]
fn versions_and_requirements_move_and_every_other_byte_stays() {
    let root = ROOT.replace("[patch", "c = { path = \"crates/c\" }\r\n[patch");
    let files = tree(&[
        ("Cargo.toml", &root),
        ("crates/a/Cargo.toml", A),
        ("crates/b/Cargo.toml", B),
        ("crates/c/Cargo.toml", C),
    ]);
    let after = set(&files, &[("a", "2.0.0"), ("b", "0.8.0")]);
    let moved = |text: &str, pairs: &[(&str, &str)]| {
        pairs.iter().fold(text.to_owned(), |text, (old, new)| text.replacen(old, new, 1))
    };
    assert_eq!(after["Cargo.toml"], moved(&root, &[("'1.2.0'", "'2.0.0'"), ("\"=1.2.0\"", "\"=2.0.0\"")]));
    assert_eq!(after["crates/a/Cargo.toml"], moved(A, &[("\"0.7\"", "\"0.8\"")]));
    assert_eq!(after["crates/b/Cargo.toml"], moved(B, &[("\"0.7.1\"", "\"0.8.0\""), ("\"1\"", "\"2\"")]));
    // `b` comes from the workspace through `[patch]`.
    assert_eq!(after["crates/c/Cargo.toml"], moved(C, &[("\"0.7.1\"", "\"0.8.0\"")]));
}

#[test]
fn packages_that_inherit_one_version_cannot_have_two() {
    let heir = |name: &str, rest: &str| format!("[package]\nname = \"{name}\"\nversion.workspace = true\n{rest}");
    let root = "[workspace]\nmembers = [\"*\"]\n[workspace.package]\nversion = \"1.0.0\"";
    let (a, b) = (heir("a", ""), heir("b", ""));
    let files = tree(&[("Cargo.toml", root), ("a/Cargo.toml", &a), ("b/Cargo.toml", &b)]);
    let workspace = Workspace::read(&files).expect("a workspace");
    let error =
        |moves: &[(&str, &str)]| set_versions(&files, &workspace, &to(moves), &[]).expect_err("two").to_string();
    let words = "Cargo.toml: packages inherit one version from [workspace.package] and cannot have different ones: ";
    assert_eq!(error(&[("a", "2.0.0"), ("b", "3.0.0")]), format!("{words}a 2.0.0, b 3.0.0"));
    assert_eq!(error(&[("b", "2.0.0")]), format!("{words}b 2.0.0, a 1.0.0"));
    assert_eq!(error(&[("x", "2.0.0")]), "the workspace has no package `x`");
    let private = heir("a", "publish = false");
    let files = tree(&[("Cargo.toml", root), ("a/Cargo.toml", &private), ("b/Cargo.toml", &b)]);
    assert!(set(&files, &[("b", "2.0.0")])["Cargo.toml"].ends_with("version = \"2.0.0\""));
}

const LOCK: &str = "# made by cargo\nversion = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\n \"b 1.0.0\",\n \"b 2.0.0\",\n]\n\n\
    [[package]]\nname = \"b\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"b\"\nversion = \"2.0.0\"\n\
    source = \"registry+https://example.org/index\"\nchecksum = \"00\"\ndependencies = [\n \"c\",\n]\n\n[[package]]\nname = \"c\"\nversion = \"1.0.0\"\n\
    source = \"registry+https://example.org/index\"\n";

fn locked(lock: &str) -> TreeFiles {
    tree(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]"),
        ("Cargo.lock", lock),
        ("a/Cargo.toml", "[package]\nname = \"a\"\nversion = \"1.0.0\""),
        ("b/Cargo.toml", "[package]\nname = \"b\"\nversion = \"1.0.0\""),
    ])
}

#[test]
fn in_the_lock_file_members_move_and_registry_packages_of_the_same_name_stay() {
    let after = set(&locked(LOCK), &[("b", "1.0.1")]);
    let expected = LOCK.replace(" \"b 1.0.0\"", " \"b 1.0.1\"").replacen(
        "name = \"b\"\nversion = \"1.0.0\"",
        "name = \"b\"\nversion = \"1.0.1\"",
        1,
    );
    assert_eq!(after["Cargo.lock"], expected);
}

#[test]
fn in_the_lock_file_entries_and_references_keep_the_order_of_cargo() {
    let after = set(&locked(LOCK), &[("b", "3.0.0")]);
    insta::assert_snapshot!(after["Cargo.lock"], @r#"
    # made by cargo
    version = 4

    [[package]]
    name = "a"
    version = "1.0.0"
    dependencies = [
     "b 2.0.0",
     "b 3.0.0",
    ]

    [[package]]
    name = "b"
    version = "2.0.0"
    source = "registry+https://example.org/index"
    checksum = "00"
    dependencies = [
     "c",
    ]

    [[package]]
    name = "b"
    version = "3.0.0"

    [[package]]
    name = "c"
    version = "1.0.0"
    source = "registry+https://example.org/index"
    "#);
}

#[test]
fn in_the_lock_file_equal_versions_are_told_apart_by_source() {
    let after = set(&locked(LOCK), &[("b", "2.0.0")]);
    insta::assert_snapshot!(after["Cargo.lock"].lines().skip(3).take(9).collect::<Vec<_>>().join("\n"), @r#"
    [[package]]
    name = "a"
    version = "1.0.0"
    dependencies = [
     "b 2.0.0",
     "b 2.0.0 (registry+https://example.org/index)",
    ]

    [[package]]
    "#);
    let back = set(&locked_b(&after["Cargo.lock"]), &[("b", "1.0.0")]);
    assert_eq!(back["Cargo.lock"], LOCK);
}

fn locked_b(lock: &str) -> TreeFiles {
    let mut files = locked(lock);
    files.insert("b/Cargo.toml".to_owned(), "[package]\nname = \"b\"\nversion = \"2.0.0\"".to_owned());
    files
}

#[test]
fn a_lock_file_keeps_its_line_ends() {
    let crlf = LOCK.replace('\n', "\r\n");
    let after = set(&locked(&crlf), &[("b", "3.0.0")]);
    assert_eq!(after["Cargo.lock"], set(&locked(LOCK), &[("b", "3.0.0")])["Cargo.lock"].replace('\n', "\r\n"));
}

#[test]
fn the_first_form_of_the_lock_file_names_versions_and_sources_always() {
    let old = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\n \"b 1.0.0\",\n \
        \"c 1.0.0 (registry+https://example.org/index)\",\n]\n\n[[package]]\nname = \"b\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"c\"\n\
        version = \"1.0.0\"\nsource = \"registry+https://example.org/index\"\n\n[metadata]\n\"checksum c 1.0.0 (x)\" = \"00\"\n";
    let after = set(&locked(old), &[("b", "2.0.0")]);
    let expected =
        old.replace("\"b 1.0.0\"", "\"b 2.0.0\"").replace("\"b\"\nversion = \"1.0.0\"", "\"b\"\nversion = \"2.0.0\"");
    assert_eq!(after["Cargo.lock"], expected);
}

#[test]
fn a_step_that_a_package_of_the_registry_would_not_take_is_refused() {
    let lock = LOCK.replace("dependencies = [\n \"c\",", "dependencies = [\n \"b 1.0.0\",\n \"c\",");
    let files = locked(&lock);
    let workspace = Workspace::read(&files).expect("a workspace");
    let error = set_versions(&files, &workspace, &to(&[("b", "2.0.0-rc.1")]), &[]).expect_err("refused");
    let said = "Cargo.lock:22: b 2.0.0 takes `b` from this workspace through [patch], and would not take 2.0.0-rc.1";
    assert_eq!(error.to_string(), said);
    assert!(set(&files, &[("b", "1.0.1")])["Cargo.lock"].contains(" \"b 1.0.1\",\n \"c\""));
}

prop_compose! {
    fn a_version()(major in 0u64..4, minor in 0u64..4, patch in 0u64..4, pre in prop::option::of("(rc\\.[1-9]|dev)")) -> Version {
        let pre = pre.map_or(semver::Prerelease::EMPTY, |pre| pre.parse().expect("a pre-release"));
        Version { pre, ..Version::new(major, minor, patch) }
    }
}

proptest! {
    #[test]
    fn what_is_set_is_read_back_and_fits_together(
        old_a in a_version(), old_b in a_version(), new_a in a_version(), new_b in a_version(),
        operator in "(=|\\^|~|>=|)", inherits: bool, ending in "(\n|\r\n)",
    ) {
        let own = if inherits { "version.workspace = true".to_owned() } else { format!("version = '{old_a}'") };
        let lines = |text: String| text.replace('\n', &ending);
        let root = format!("[workspace]\nmembers = [\"a\", \"b\"]\n[workspace.package]\nversion = \"{old_a}\" # v\n");
        let a = format!("[package]\nname = \"a\"\n{own}\n\n  [dependencies]\nb = {{ path = \"../b\", version = \"{operator}{old_b}\" }} # b");
        let b = format!("[package]\nversion = \"{old_b}\"\nname = \"b\"\n[dev-dependencies.a]\npath = \"../a\"");
        let lock = format!("version = 4\n\n[[package]]\nname = \"a\"\nversion = \"{old_a}\"\ndependencies = [\n \"b\",\n]\n\n[[package]]\nname = \"b\"\nversion = \"{old_b}\"\n");
        let texts = [("Cargo.toml", root), ("a/Cargo.toml", a), ("b/Cargo.toml", b), ("Cargo.lock", lock)];
        let files: TreeFiles = texts.into_iter().map(|(path, text)| (path.to_owned(), lines(text))).collect();
        let moves = BTreeMap::from([("a".to_owned(), new_a.clone()), ("b".to_owned(), new_b.clone())]);
        let workspace = Workspace::read(&files).expect("a workspace");
        let mut after = files.clone();
        for edit in set_versions(&files, &workspace, &moves, &[]).expect("edits") {
            after.insert(edit.path, edit.text);
        }
        let read = Workspace::read(&after).expect("still a workspace");
        prop_assert_eq!(&read.package("a").expect("a").version, &new_a);
        prop_assert_eq!(&read.package("b").expect("b").version, &new_b);
        let requirement = read.package("a").expect("a").dependencies[0].requirement.clone().expect("a requirement");
        prop_assert!(semver::VersionReq::parse(&requirement).expect("one").matches(&new_b), "{} {}", requirement, new_b);
        let lock_a = format!("name = \"a\"{ending}version = \"{new_a}\"{ending}");
        prop_assert!(after["Cargo.lock"].contains(&lock_a), "{}", after["Cargo.lock"]);
        // Letters that belong to no version are the same, in the same order.
        let bare = |text: &str| text.chars().filter(|c| !"0123456789.-rcdev<>=^~, ".contains(*c)).collect::<String>();
        for (path, text) in &files {
            prop_assert_eq!(bare(text), bare(&after[path]));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,100}", lock in "(\\[\\[package\\]\\]\n|name = \"[ab]\"\n|version = \"[0-9]\\.0\\.0\"\n|dependencies = \\[\"[ab]( 1.0.0)?\"\\]\n){0,12}") {
        let mut files = locked(&lock);
        let workspace = Workspace::read(&files).expect("a workspace");
        let moves = to(&[("b", "2.0.0")]);
        let _ = set_versions(&files, &workspace, &moves, &[]);
        files.insert("Cargo.lock".to_owned(), text.clone());
        files.insert("a/Cargo.toml".to_owned(), text);
        let _ = set_versions(&files, &workspace, &moves, &[]);
    }
}
