use insta::assert_snapshot;

use super::*;
use crate::model::{LockFile, Pace};
use crate::policy::{Publish, Unpublished, VersionGroup};

fn tree(files: &[(&str, &str)]) -> TreeFiles {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn package(name: &str, rest: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\n{rest}")
}

#[track_caller]
fn read(files: &[(&str, &str)]) -> Workspace {
    Workspace::read(&tree(files)).expect("a workspace")
}

#[track_caller]
fn fails(files: &[(&str, &str)]) -> String {
    Workspace::read(&tree(files)).expect_err("no workspace").to_string()
}

fn names(workspace: &Workspace) -> String {
    workspace.packages.iter().map(|package| package.name.as_str()).collect::<Vec<_>>().join(" ")
}

fn publish() -> Publish {
    Publish {
        enabled: true,
        registry: None,
        skip: Vec::new(),
        public: Vec::new(),
        owner: None,
        trusted: false,
        pace: Pace::UNLIMITED,
        lock_file: LockFile::Binaries,
    }
}

#[test]
fn members_are_found_by_glob_by_name_and_by_path() {
    let workspace = read(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"crates/*\", \"./tools/one/\"]\nexclude = [\"crates/out\", \"sub\"]\n\
             [workspace.dependencies]\nshared = { path = \"deep/down/shared\" }",
        ),
        ("crates/a/Cargo.toml", &package("a", "[dependencies]\nb = { path = \"../../other/b\" }")),
        ("crates/out/Cargo.toml", &package("out", "")),
        ("crates/a/inner/Cargo.toml", &package("inner", "")),
        ("tools/one/Cargo.toml", &package("one", "[dev-dependencies]\nshared.workspace = true")),
        ("tools/two/Cargo.toml", &package("two", "")),
        ("other/b/Cargo.toml", &package("b", "[target.'cfg(unix)'.build-dependencies]\nc = { path = \"../c\" }")),
        (
            "other/c/Cargo.toml",
            &package("c", "[dependencies]\ns = { path = \"../../sub/s\" }\nn = { path = \"../../nested/n\" }"),
        ),
        ("sub/s/Cargo.toml", &package("s", "")),
        ("nested/Cargo.toml", "[workspace]\nmembers = [\"n\"]"),
        ("nested/n/Cargo.toml", &package("n", "")),
        ("deep/down/shared/Cargo.toml", &package("shared", "")),
        ("tests/data/Cargo.toml", "this is = = no TOML"),
    ]);
    assert_eq!(names(&workspace), "a b c one shared");
}

#[test]
fn members_above_the_root_are_found_by_glob_and_by_what_they_say_of_their_root() {
    let workspace = read(&[
        ("rust/Cargo.toml", "[workspace]\nmembers = [\"../crates/*\", \"odd{a,b}*\"]"),
        (
            "crates/a/Cargo.toml",
            &package("a", "workspace = \"../../rust\"\n[dependencies]\nd = { path = \"../../d\" }"),
        ),
        ("crates/b/Cargo.toml", &package("b", "[dependencies]\ne = { path = \"../../e\" }")),
        ("crates/c/deep/Cargo.toml", &package("c", "")),
        ("d/Cargo.toml", &package("d", "workspace = \"../rust\"")),
        ("e/Cargo.toml", &package("e", "")),
        ("rust/odd{a,b}/Cargo.toml", &package("braces", "")),
        ("rust/odda/Cargo.toml", &package("no-braces", "")),
    ]);
    assert_eq!((names(&workspace).as_str(), workspace.folder()), ("a b braces d", "rust"));
    let up = fails(&[("Cargo.toml", "[workspace]\nmembers = [\n\"a/*/../b\"]")]);
    assert_eq!(up, "Cargo.toml:3: member pattern `a/*/../b` is not a glob: `..` comes after a wildcard");
    let out = fails(&[("Cargo.toml", "[workspace]\nmembers = [\"../x/*\"]")]);
    assert_eq!(out, "Cargo.toml:2: member `../x/*` has no Cargo.toml");
}

#[test]
fn of_several_workspaces_the_one_is_read_that_the_policy_names() {
    let files = tree(&[
        ("rust/Cargo.toml", "[workspace]\nmembers = [\"*\"]"),
        ("rust/a/Cargo.toml", &package("a", "")),
        ("python/Cargo.toml", "[workspace]\nmembers = [\"b\"]"),
        ("python/b/Cargo.toml", &package("b", "")),
    ]);
    let several = Workspace::read(&files).expect_err("two").to_string();
    assert!(
        several.ends_with(
            "python/Cargo.toml, rust/Cargo.toml; say which in the policy: `[project] workspace = \"FOLDER\"`"
        )
    );
    let named = |folder: &str| Workspace::read(&files.clone().of_workspace(Some(folder.to_owned())));
    assert_eq!(named("python").map(|it| names(&it)).as_deref(), Ok("b"));
    assert_eq!(named("rust").map(|it| names(&it)).as_deref(), Ok("a"));
    let absent = named("ruby").expect_err("none").to_string();
    assert_eq!(absent, "`[project] workspace` names `ruby`, which has no Cargo.toml");
}

#[test]
fn members_over_links_have_the_folder_of_the_link_and_the_manifest_where_it_is_written() {
    let files = tree(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]"),
        ("crates/core/Cargo.toml", &package("core", "[dependencies]\nlinked = { path = \"../linked\" }")),
        (
            "elsewhere/linked/Cargo.toml",
            &package("linked", "readme = \"README.md\"\n[dependencies]\nnear = { path = \"../near\" }"),
        ),
        ("elsewhere/near/Cargo.toml", &package("not-near", "")),
        ("near.toml", &package("near", "")),
    ]);
    let links = [
        ("crates/linked/Cargo.toml", "elsewhere/linked/Cargo.toml"),
        ("crates/near/Cargo.toml", "near.toml"),
        ("crates/lost/Cargo.toml", "lost.toml"),
    ];
    let links = links.map(|(path, file)| (path.to_owned(), file.to_owned()));
    let workspace = Workspace::read(&files.with_links(links.into())).expect("a workspace");
    assert_eq!(names(&workspace), "core linked near");
    let linked = workspace.package("linked").expect("a package");
    assert_eq!((linked.folder(), linked.manifest.as_str()), ("crates/linked", "elsewhere/linked/Cargo.toml"));
    assert_eq!(linked.metadata.readme.as_deref(), Some("crates/linked/README.md"));
    assert_eq!(linked.dependencies[0].member.as_deref(), Some("near"));
    let near = workspace.package("near").expect("a package");
    assert_eq!((near.folder(), near.manifest.as_str()), ("crates/near", "near.toml"));
}

#[test]
fn a_package_alone_and_a_workspace_in_a_folder_are_workspaces() {
    assert_eq!(names(&read(&[("Cargo.toml", &package("alone", ""))])), "alone");
    assert_eq!(names(&read(&[("rust/Cargo.toml", &package("only", ""))])), "only");
    let workspace = read(&[
        ("rust/Cargo.toml", "[workspace]\nmembers = [\"*\"]"),
        ("rust/a/Cargo.toml", &package("a", "")),
        ("rust/deep/er/Cargo.toml", "[workspace]"),
        ("web/Cargo.toml", &package("web", "")),
    ]);
    assert_eq!((names(&workspace).as_str(), workspace.lock_path().as_str()), ("a", "rust/Cargo.lock"));
}

#[test]
fn what_a_package_inherits_is_filled_in() {
    let workspace = read(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"crates/*\"]\n[workspace.package]\nversion = \"3.1.0-dev\"\nlicense-file = \"LICENSE\"\n\
             keywords = [\"k\"]\n[workspace.dependencies]\nlog = \"0.4\"\nother = { package = \"b\", path = \"crates/b\", version = \"=3.1.0-dev\" }",
        ),
        (
            "crates/a/Cargo.toml",
            "[package]\nname = \"a\"\nversion.workspace = true\nlicense-file = { workspace = true }\nkeywords.workspace = true\n\
             readme = \"../../README.md\"\npublish = [\"mine\"]\n[dependencies]\nlog = { workspace = true, optional = true }\n\
             other = { workspace = true }\n[target.'cfg(windows)'.dependencies]\nwin = { version = \"1\", package = \"windows\" }",
        ),
        ("crates/b/Cargo.toml", "[package]\nname = \"b\"\n"),
    ]);
    let a = workspace.package("a").expect("a");
    assert_eq!((a.version.to_string(), a.inherits_version), ("3.1.0-dev".to_owned(), true));
    assert_eq!((a.publish, a.registries.join(" ")), (true, "mine".to_owned()));
    assert_eq!(a.metadata.license_file.as_deref(), Some("LICENSE"));
    assert_eq!(a.metadata.readme.as_deref(), Some("README.md"));
    assert_eq!(a.metadata.keywords, ["k"]);
    let words = a.dependencies.iter().map(|other| {
        let (requirement, member) = (other.requirement.as_deref(), other.member.as_deref());
        format!("{} {} {requirement:?} {member:?} {:?} {}\n", other.name, other.package, other.target, other.optional)
    });
    assert_snapshot!(words.collect::<String>(), @r#"
    log log Some("0.4") None None true
    other b Some("=3.1.0-dev") Some("b") None false
    win windows Some("1") None Some("cfg(windows)") false
    "#);
    let b = workspace.package("b").expect("b");
    assert_eq!((b.version.to_string(), b.publish), ("0.0.0".to_owned(), false));
}

#[test]
fn every_fault_names_its_manifest_and_line() {
    let root = "[workspace]\nmembers = [\"a\",\n  \"b\"]";
    let lines = [
        fails(&[]),
        fails(&[("a/Cargo.toml", &package("a", "")), ("b/Cargo.toml", &package("b", ""))]),
        fails(&[("a/Cargo.toml", "[workspace]"), ("b/Cargo.toml", "[workspace]")]),
        fails(&[("Cargo.toml", "[package]\nname = ")]),
        fails(&[("Cargo.toml", root), ("a/Cargo.toml", &package("a", ""))]),
        fails(&[("Cargo.toml", root), ("a/Cargo.toml", &package("x", "")), ("b/Cargo.toml", &package("x", ""))]),
        fails(&[("Cargo.toml", "[package]\nname = \"a\"\nversion = \"1.0\"")]),
        fails(&[("Cargo.toml", "[package]\nname = \"a\"\nversion.workspace = true")]),
        fails(&[("Cargo.toml", &package("a", "[dependencies]\nlog.workspace = true"))]),
        fails(&[("Cargo.toml", "[package]\nversion = \"1.0.0\"")]),
        fails(&[("Cargo.toml", "[workspace]\nmembers = [\"a[\"]")]),
        fails(&[("Cargo.toml", "[workspace]\nmembers = \"a\"")]),
    ];
    assert_snapshot!(lines.join("\n"), @r#"
    there is no Cargo workspace: no Cargo.toml at the root, and none elsewhere with a [workspace] table
    there is no Cargo workspace: no Cargo.toml at the root, and none elsewhere with a [workspace] table
    there are several Cargo workspaces and none at the root: a/Cargo.toml, b/Cargo.toml; say which in the policy: `[project] workspace = "FOLDER"`
    Cargo.toml:2: string values must be quoted, expected literal string
    Cargo.toml:3: member `b` has no Cargo.toml
    two packages are called `x`: a/Cargo.toml and b/Cargo.toml
    Cargo.toml:3: `1.0` is not a version: unexpected end of input while parsing minor version number
    Cargo.toml:3: `version` is inherited, but Cargo.toml has no `version` in [workspace.package]
    Cargo.toml:5: `log` is inherited, but Cargo.toml has no `log` in [workspace.dependencies]
    Cargo.toml:1: `package.name` must be a text
    Cargo.toml:2: member pattern `a[` is not a glob: unclosed character class; missing ']'
    Cargo.toml:2: `workspace.members` must be a list of texts
    "#);
}

fn group(name: &str, members: &[&str]) -> VersionGroup {
    VersionGroup {
        name: name.to_owned(),
        members: members.iter().map(|member| (*member).to_owned()).collect(),
        step: crate::model::Bump::Major,
        coupled_with: Vec::new(),
        unpublished: Unpublished::Follow,
    }
}

#[test]
fn groups_take_what_matches_first_and_leave_out_private_packages_of_other_versions() {
    let workspace = read(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"*\"]"),
        ("core/Cargo.toml", &package("core", "")),
        ("core-gen/Cargo.toml", "[package]\nname = \"core-gen\"\nversion = \"0.5.0\""),
        ("core-test/Cargo.toml", "[package]\nname = \"core-test\"\nversion = \"0.0.0\"\npublish = false"),
        ("core-bench/Cargo.toml", &package("core-bench", "publish = false")),
        ("tool/Cargo.toml", &package("tool", "")),
    ]);
    let words = |groups: &[VersionGroup]| match workspace.groups(groups) {
        Ok(groups) => groups.iter().map(|g| format!("{} {}: {}", g.name, g.version, g.packages.join(" "))).collect(),
        Err(error) => vec![error.to_string()],
    };
    assert_eq!(
        words(&[group("gen", &["*-gen"]), group("core", &["core*"])]),
        ["gen 0.5.0: core-gen", "core 1.0.0: core core-bench"]
    );
    assert_eq!(words(&[group("core", &["core*", "!core-gen"])]), ["core 1.0.0: core core-bench"]);
    let leaving = VersionGroup { unpublished: Unpublished::Leave, ..group("core", &["core*", "!core-gen"]) };
    assert_eq!(words(&[leaving]), ["core 1.0.0: core"]);
    let none = VersionGroup { unpublished: Unpublished::Leave, ..group("bench", &["core-bench"]) };
    assert_eq!(words(&[none]), ["bench 1.0.0: core-bench"]);
    assert_eq!(
        words(&[group("core", &["core*"])]),
        ["packages of group `core` have different versions: core-gen 0.5.0, core 1.0.0"]
    );
    assert_eq!(
        words(&[group("core", &["*"]), group("gen", &["*-gen"])]),
        ["group `gen` has no package left: `core-gen` belongs to `core`, which comes first; put `gen` above it"]
    );
    assert_eq!(
        words(&[group("none", &["x*"])]),
        ["no package of this workspace belongs to group `none` (members: x*)"]
    );
}

#[test]
fn crates_are_released_after_all_they_need() {
    let workspace = read(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"*\"]"),
        ("a/Cargo.toml", &package("a", "[dependencies]\nz = { path = \"../z\", version = \"1\" }")),
        (
            "b/Cargo.toml",
            &package("b", "[dev-dependencies]\na = { path = \"../a\", version = \"1\" }\nc = { path = \"../c\" }"),
        ),
        ("c/Cargo.toml", &package("c", "[build-dependencies]\nb = { path = \"../b\", version = \"1\" }")),
        ("other/Cargo.toml", &package("other", "publish = [\"other\"]")),
        ("private/Cargo.toml", &package("private", "publish = false")),
        ("skipped/Cargo.toml", &package("skipped", "")),
        ("z/Cargo.toml", &package("z", "")),
    ]);
    let order = workspace.release_order(&Publish { skip: vec!["skip*".to_owned()], ..publish() }).expect("an order");
    let words: Vec<String> = order.iter().map(|one| format!("{} after {:?}", one.name, one.after)).collect();
    assert_eq!(words, ["z after {}", "a after {\"z\"}", "b after {\"a\"}", "c after {\"b\"}"]);
    let nothing = workspace.release_order(&Publish { enabled: false, ..publish() });
    assert_eq!(nothing, Ok(Vec::new()));
}

#[test]
fn a_circle_is_named() {
    let workspace = read(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"*\"]"),
        ("a/Cargo.toml", &package("a", "[dependencies]\nb = { path = \"../b\", version = \"1\" }")),
        ("b/Cargo.toml", &package("b", "[build-dependencies]\na = { path = \"../a\", version = \"1\" }")),
    ]);
    let error = workspace.release_order(&publish()).expect_err("a circle");
    assert_eq!(error.crates, ["a", "b", "a"]);
}

#[test]
fn a_circle_through_a_dev_dependency_is_opened_there_and_named() {
    let workspace = read(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"*\"]"),
        ("a/Cargo.toml", &package("a", "[dependencies]\nb = { path = \"../b\", version = \"1\" }")),
        ("b/Cargo.toml", &package("b", "[dev-dependencies]\na = { path = \"../a\", version = \"1\" }")),
    ]);
    let order = workspace.release_order(&publish()).expect("an order");
    let names: Vec<&str> = order.iter().map(|release| release.name.as_str()).collect();
    assert_eq!(names, ["b", "a"]);
    assert_eq!(workspace.dev_circles(&publish()), Ok(vec![vec!["a".to_owned(), "b".to_owned(), "a".to_owned()]]));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}", lines in proptest::collection::vec("\\[?\\[(workspace|package|dependencies|patch\\.x)\\]\\]?|(name|version|members|a|path) ?= ?(\"[a-z0-9.*/]{0,5}\"|true|\\[\"[a-z*]\"\\]|\\{ path = \"\\.\\./[a-z]\" \\})", 0..12)) {
        let _ = Workspace::read(&tree(&[("Cargo.toml", &text), ("a/Cargo.toml", &lines.join("\n"))]));
        let _ = Workspace::read(&tree(&[("Cargo.toml", &lines.join("\n")), ("a/Cargo.toml", &text)]));
    }
}
