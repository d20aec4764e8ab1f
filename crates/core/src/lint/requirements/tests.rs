//! Rules: X6.

use super::*;
use crate::model::{Pace, TreeFiles};

const ROOT: &str = "[workspace]\nmembers = [\"*\"]\n";

fn publish() -> Publish {
    Publish {
        enabled: true,
        registry: None,
        skip: Vec::new(),
        public: vec!["lib*".into(), "!lib-parts".into()],
        owner: None,
        trusted: false,
        pace: Pace::UNLIMITED,
        lock_file: crate::model::LockFile::Binaries,
    }
}

fn tree(root: &str, app: &str) -> TreeFiles {
    let package = |name: &str, rest: &str| format!("[package]\nname = \"{name}\"\nversion = \"4.0.0\"\n{rest}");
    TreeFiles::from([
        ("Cargo.toml".to_owned(), format!("{ROOT}{root}")),
        ("lib/Cargo.toml".to_owned(), package("lib", "")),
        ("parts/Cargo.toml".to_owned(), package("lib-parts", "")),
        ("private/Cargo.toml".to_owned(), package("private", "publish = false")),
        ("app/Cargo.toml".to_owned(), package("lib-app", app)),
    ])
}

#[track_caller]
fn judged_by(publish: &Publish, root: &str, app: &str) -> Vec<String> {
    let workspace = Workspace::read(&tree(root, app)).expect("a workspace");
    let findings = requirements(&workspace, publish).into_iter();
    let words = findings.map(|it| {
        format!("{}:{} {} {}; {}", it.file.expect("a file"), it.line.expect("a line"), it.kind, it.subject, it.help)
    });
    words.collect()
}

#[track_caller]
fn judged(root: &str, app: &str) -> Vec<String> {
    judged_by(&publish(), root, app)
}

#[test]
fn public_by_caret_and_internal_exactly_is_all_right() {
    let app = "[dependencies]\nlib = { path = \"../lib\", version = \"4.0.0\" }\n\
               lib-parts = { path = \"../parts\", version = \"=4.0.0\" }\n\
               [build-dependencies.again]\npackage = \"lib\"\npath = \"../lib\"\nversion = \"^4\"\n\
               [dev-dependencies]\nprivate = { path = \"../private\" }";
    assert_eq!(judged("", app), Vec::<String>::new());
}

#[test]
fn an_internal_package_that_is_not_required_exactly_is_found() {
    for loose in ["4.0.0", "^4", "~4.0.0", "=4.0", "*", ">=4, <5"] {
        let app = format!("[dependencies]\nlib-parts = {{ path = \"../parts\", version = \"{loose}\" }}");
        let expected = "app/Cargo.toml:5 internal-not-exact lib-app 4.0.0; write `=4.0.0`";
        assert_eq!(judged("", &app), [expected], "{loose}");
    }
}

#[test]
fn a_public_package_that_is_not_required_by_caret_is_found() {
    for tight in ["=4.0.0", "~4.0", ">=4", "*"] {
        let app = format!("[target.'cfg(unix)'.dependencies.lib]\npath = \"../lib\"\nversion = \"{tight}\"");
        let expected = "app/Cargo.toml:6 public-not-caret lib-app 4.0.0; write `4.0.0`";
        assert_eq!(judged("", &app), [expected], "{tight}");
    }
}

#[test]
fn a_requirement_that_keeps_the_member_out_is_found_with_the_form_it_should_have() {
    let app = "[dependencies]\nlib-parts = { path = \"../parts\", version = \"=3.0.0\" }\n\
               lib = { path = \"../lib\", version = \"=3.0.0\" }";
    assert_eq!(
        judged("", app),
        [
            "app/Cargo.toml:5 member-kept-out lib-app 4.0.0; write `=4.0.0`",
            "app/Cargo.toml:6 member-kept-out lib-app 4.0.0; write `4.0.0`",
            "app/Cargo.toml:6 public-not-caret lib-app 4.0.0; write `4.0.0`",
        ]
    );
    let workspace = Workspace::read(&tree("", app)).expect("a workspace");
    assert_eq!(keeping_members_out(&workspace).len(), 2);
}

#[test]
fn a_requirement_that_is_none_is_found() {
    let app = "[dependencies]\nlib = { path = \"../lib\", version = \"four\" }";
    assert_eq!(judged("", app), ["app/Cargo.toml:5 unreadable-requirement lib-app 4.0.0; write `4.0.0`"]);
}

#[test]
fn what_is_published_needs_versions_and_published_packages_but_not_for_its_tests() {
    let app = "[dependencies]\nlib = { path = \"../lib\" }\nprivate = { path = \"../private\", version = \"4\" }\n\
               [dev-dependencies]\nlib-parts = { path = \"../parts\" }";
    assert_eq!(
        judged("", app),
        [
            "app/Cargo.toml:5 unversioned-dependency lib-app 4.0.0; add `version = \"4.0.0\"`",
            "app/Cargo.toml:6 unpublished-dependency lib-app 4.0.0; publish private, or need it for tests only",
        ]
    );
    let skipped = Publish { skip: vec!["lib-app".into()], ..publish() };
    assert_eq!(judged_by(&skipped, "", app), Vec::<String>::new());
    assert_eq!(judged_by(&Publish { enabled: false, ..publish() }, "", app), Vec::<String>::new());
}

#[test]
fn what_the_root_declares_once_is_one_finding_however_many_inherit_it() {
    let root = "[workspace.dependencies]\nlib-parts = { path = \"parts\", version = \"4.0.0\" }\n\
                lib = { path = \"lib\" }\nprivate = { path = \"private\" }\n";
    let app = "[dependencies]\nlib-parts.workspace = true\nlib = { workspace = true, optional = true }\n\
               [build-dependencies]\nlib-parts.workspace = true\n[dev-dependencies]\nprivate.workspace = true";
    assert_eq!(
        judged(root, app),
        [
            "Cargo.toml:4 internal-not-exact [workspace.dependencies]; write `=4.0.0`",
            "Cargo.toml:5 unversioned-dependency [workspace.dependencies]; add `version = \"4.0.0\"`",
        ]
    );
    assert_eq!(judged(root, ""), ["Cargo.toml:4 internal-not-exact [workspace.dependencies]; write `=4.0.0`"]);
}

#[test]
fn a_patch_entry_must_let_the_member_in() {
    let root = "[patch.crates-io]\nlib = { path = \"lib\", version = \"3\" }\n";
    let app = "[dependencies]\nlib = \"4\"";
    assert_eq!(judged(root, app), ["Cargo.toml:4 member-kept-out [patch]; write `4.0.0`"]);
    let workspace = Workspace::read(&tree(root, app)).expect("a workspace");
    assert_eq!(count(&workspace), 2);
}

#[test]
fn without_public_packages_in_the_policy_any_form_will_do() {
    let app = "[dependencies]\nlib-parts = { path = \"../parts\", version = \"4\" }\nlib = { path = \"../lib\", version = \"=4.0.0\" }";
    assert_eq!(judged_by(&Publish { public: Vec::new(), ..publish() }, "", app), Vec::<String>::new());
}

#[test]
fn requirements_of_what_is_not_published_may_have_any_form() {
    let app = "publish = false\n[dependencies]\nlib-parts = { path = \"../parts\", version = \"4\" }\n\
               private = { path = \"../private\" }";
    assert_eq!(judged("", app), Vec::<String>::new());
}

#[test]
fn a_requirement_whose_condition_never_holds_may_have_any_form_but_lets_the_member_in() {
    let tied = |version: &str| {
        format!("[target.'cfg(any())'.dependencies]\nlib = {{ path = \"../lib\", version = \"{version}\" }}")
    };
    assert_eq!(judged("", &tied("=4.0.0")), Vec::<String>::new());
    assert_eq!(judged("", &tied("=3.0.0")), ["app/Cargo.toml:5 member-kept-out lib-app 4.0.0; write `=4.0.0`"]);
}
