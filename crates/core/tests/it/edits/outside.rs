//! Manifests and lock files of the repository that are not the workspace's own.

use super::{set, to, tree};

const ROOT: &str = "[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"examples\", \"fuzz\"]\n";
const LIB: &str = "[package]\nname = \"lib\"\nversion = \"1.2.0\"\n";
const LOCK: &str = "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"1.2.0\"\ndependencies = [\n \"lib 1.2.0\",\n \"lib 1.2.0 \
    (registry+https://example.org/index)\",\n]\n\n[[package]]\nname = \"lib\"\nversion = \"1.2.0\"\n\n[[package]]\nname = \"lib\"\n\
    version = \"1.2.0\"\nsource = \"registry+https://example.org/index\"\n";

#[test]
fn an_excluded_package_follows_in_what_it_requires_and_keeps_its_own_version() {
    let app = "[package]\nname = \"app\"\nversion = \"1.2.0\"\n\n[dependencies]\nlib = { path = \"../../crates/lib\", version = \"=1.2.0\" } # lib\n\
        other = \"=1.2.0\"\n[target.'cfg(unix)'.dev-dependencies]\nrenamed = { package = \"lib\", version = \"1.2\", path = \"../../crates/lib\" }\n";
    let files = tree(&[
        ("Cargo.toml", ROOT),
        ("crates/lib/Cargo.toml", LIB),
        ("examples/app/Cargo.toml", app),
        ("examples/app/Cargo.lock", LOCK),
        ("examples/elsewhere/Cargo.lock", LOCK),
    ]);
    let after = set(&files, &to(&[("lib", "2.0.0")]));
    assert_eq!(
        after["examples/app/Cargo.toml"],
        app.replace(
            "{ path = \"../../crates/lib\", version = \"=1.2.0\"",
            "{ path = \"../../crates/lib\", version = \"=2.0.0\""
        )
        .replace("\"1.2\"", "\"2.0\"")
    );
    insta::assert_snapshot!(after["examples/app/Cargo.lock"], @r#"
    version = 4

    [[package]]
    name = "app"
    version = "1.2.0"
    dependencies = [
     "lib 1.2.0",
     "lib 2.0.0",
    ]

    [[package]]
    name = "lib"
    version = "1.2.0"
    source = "registry+https://example.org/index"

    [[package]]
    name = "lib"
    version = "2.0.0"
    "#);
    assert_eq!(after["examples/elsewhere/Cargo.lock"], LOCK, "nothing beside it uses the workspace");
}

#[test]
fn a_nested_workspace_follows_through_what_its_members_inherit_and_what_it_patches() {
    let root = "[workspace]\nmembers = [\"one\", \"two\"]\n[workspace.package]\nversion = \"1.2.0\"\n[workspace.dependencies]\n\
        lib = { path = \"../crates/lib\", version = \"1.2.0\" }\n[patch.crates-io]\nlib = { path = \"../crates/lib\" }\n\
        [replace]\n\"lib:1.2.0\" = { path = \"../crates/lib\" }\n\"lib@1.1.0\" = { path = \"../crates/lib\" }\n";
    let one = "[package]\nname = \"one\"\nversion.workspace = true\n[dependencies]\nlib.workspace = true\n";
    let two = "[package]\nname = \"two\"\nversion = \"1.2.0\"\n[dependencies]\nlib = \"1.2.0\"\n[build-dependencies]\nlib = \"0.9\"\n";
    let files = tree(&[
        ("Cargo.toml", ROOT),
        ("crates/lib/Cargo.toml", LIB),
        ("fuzz/Cargo.toml", root),
        ("fuzz/one/Cargo.toml", one),
        ("fuzz/two/Cargo.toml", two),
        ("fuzz/Cargo.lock", LOCK),
    ]);
    let after = set(&files, &to(&[("lib", "2.0.0")]));
    assert_eq!(
        after["fuzz/Cargo.toml"],
        root.replace("crates/lib\", version = \"1.2.0\"", "crates/lib\", version = \"2.0.0\"")
            .replace("lib:1.2.0", "lib:2.0.0")
    );
    assert_eq!(after["fuzz/one/Cargo.toml"], one);
    assert_eq!(after["fuzz/two/Cargo.toml"], two.replace("lib = \"1.2.0\"", "lib = \"2.0.0\""));
    assert!(after["fuzz/Cargo.lock"].ends_with("name = \"lib\"\nversion = \"2.0.0\"\n"));
}

#[test]
fn a_lock_file_whose_own_package_has_the_name_and_one_of_another_version_stay() {
    let fixture = "[package]\nname = \"fixture\"\nversion = \"0.0.0\"\n[dependencies]\ncore = { path = \"../crates/core\" }\nlib = { path = \"lib\" }\n";
    let lock = |version: &str| {
        format!(
            "version = 4\n\n[[package]]\nname = \"core\"\nversion = \"{version}\"\n\n[[package]]\nname = \"lib\"\nversion = \"1.2.0\"\n"
        )
    };
    let old = lock("1.1.0");
    let current = lock("1.2.0");
    let files = tree(&[
        ("Cargo.toml", ROOT),
        ("crates/lib/Cargo.toml", LIB),
        ("crates/core/Cargo.toml", "[package]\nname = \"core\"\nversion = \"1.2.0\"\n"),
        ("examples/Cargo.toml", fixture),
        ("examples/lib/Cargo.toml", "[package]\nname = \"lib\"\nversion = \"1.2.0\"\n[workspace]\n"),
        ("examples/Cargo.lock", &current),
        ("fuzz/Cargo.toml", fixture),
        ("fuzz/Cargo.lock", &old),
    ]);
    let after = set(&files, &to(&[("lib", "2.0.0"), ("core", "2.0.0")]));
    assert_eq!(after["examples/Cargo.lock"], lock("2.0.0"));
    assert_eq!(
        after["fuzz/Cargo.lock"],
        old.replace("name = \"lib\"\nversion = \"1.2.0\"", "name = \"lib\"\nversion = \"2.0.0\"")
    );
}

#[test]
fn test_data_that_cargo_would_not_read_is_passed_over() {
    let broken = "this is = = no TOML, but it says path";
    let odd = "[package]\nname = \"odd\"\n[dependencies]\nlib = { path = \"../crates/lib\", version = \"one\" }\nb = { path = 3, version = [] }\n\
        path = { path = \"../../..\", version = \"1.2.0\" }\n";
    let files = tree(&[
        ("Cargo.toml", ROOT),
        ("crates/lib/Cargo.toml", LIB),
        ("fuzz/Cargo.toml", odd),
        ("fuzz/Cargo.lock", "[[package]\nname = "),
        ("examples/broken/Cargo.toml", broken),
    ]);
    let after = set(&files, &to(&[("lib", "2.0.0")]));
    let changed: Vec<&str> =
        after.iter().filter(|(path, text)| files[*path] != **text).map(|(path, _)| path.as_str()).collect();
    assert_eq!(changed, ["crates/lib/Cargo.toml"]);
}
