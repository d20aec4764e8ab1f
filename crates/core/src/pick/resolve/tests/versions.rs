//! Manifests and version files.

use super::{Mechanical, conflict, resolve};
use crate::policy::Policy;

/// A root manifest at a version, with more lines among those that name it.
fn root(version: &str, more: &str) -> String {
    format!(
        "[workspace.package]\nversion = \"{version}\"\n\n[workspace.dependencies]\n\
         abacus = {{ path = \"crates/abacus\", version = \"{version}\" }}\n{more}\
         abacus-types = {{ path = \"crates/types\", version = \"={version}\" }}\nlibc = \"0.2.1\"\n"
    )
}

#[test]
fn the_line_keeps_its_versions_and_gets_all_else() {
    let new = |version: &str| format!("abacus-macros = {{ path = \"crates/macros\", version = \"={version}\" }}\n");
    let merged = resolve("Cargo.toml", &root("5.0.0", ""), &root("4.0.2", ""), &root("5.0.0", &new("5.0.0")));
    assert_eq!(merged, Some(root("4.0.2", &new("4.0.2"))));
}

#[test]
fn what_a_requirement_is_made_of_may_change_around_the_version() {
    let theirs = root("5.0.0", "").replace("version = \"=5.0.0\" }", "version = \"5.0.0\", optional = true }");
    let wanted = root("4.0.2", "").replace("version = \"=4.0.2\" }", "version = \"4.0.2\", optional = true }");
    assert_eq!(resolve("Cargo.toml", &root("5.0.0", ""), &root("4.0.2", ""), &theirs), Some(wanted));
}

#[test]
fn other_versions_that_both_changed_are_for_a_person() {
    let libc = |version: &str, libc: &str| root(version, "").replace("0.2.1", libc);
    let resolve = |ours: &str, theirs: &str| resolve("Cargo.toml", &root("5.0.0", ""), ours, theirs);
    assert_eq!(resolve(&libc("4.0.2", "0.2.2"), &libc("5.0.0", "0.2.3")), None);
    assert_eq!(resolve(&libc("4.0.2", "0.2.1"), &libc("5.0.0", "0.2.3")), Some(libc("4.0.2", "0.2.3")));
}

#[test]
fn a_version_for_which_the_line_has_two_is_for_a_person() {
    let ours = root("4.0.2", "").replace("\"=4.0.2\"", "\"=4.0.1\"");
    let new = "abacus-macros = { path = \"crates/macros\", version = \"=5.0.0\" }\n";
    assert_eq!(resolve("Cargo.toml", &root("5.0.0", ""), &ours, &root("5.0.0", new)), None);
}

#[test]
fn what_does_not_parse_is_for_a_person() {
    let open = "[package\nversion = \"5.0.0\"\n";
    assert_eq!(resolve("Cargo.toml", open, &root("4.0.2", ""), &root("5.0.0", "")), None);
}

#[test]
fn version_files_of_the_policy_keep_the_lines_version() {
    let policy = "preset = \"2021-merge\"\n[project]\nname = \"Abacus\"\nmain = \"main\"\ntag = \"v{version}\"\n\
                  [train]\nfirst = { version = \"5.0.0\", cut = 2026-12-05 }\n[[group]]\nname = \"all\"\nmembers = [\"*\"]\n\
                  [[version-file]]\npath = \"abacus.h\"\ngroup = \"all\"\nc-header = { prefix = \"ABACUS_\" }\n";
    let policy = Policy::parse(policy).expect("a sound policy");
    let header = |major: u32, more: &str| {
        format!(
            "#define ABACUS_VERSION \"{major}.0.0\"\n#define ABACUS_VERSION_MAJOR {major}\n{more}#define ABACUS_VERSION_MINOR 0\n\
             #define ABACUS_VERSION_PATCH 0\n"
        )
    };
    let rules = policy.on("2026-12-05".parse().expect("a day"));
    let file = conflict("abacus.h", &header(5, ""), &header(4, ""), &header(5, "// new\n"));
    assert_eq!(Mechanical::new(rules).resolve(&file), Some(header(4, "// new\n")));
    assert_eq!(Mechanical::default().resolve(&file), None, "no policy names it");
}
