//! What is made, what is in it, and that it is the same wherever it is made.
//!
//! Rules: R11.

use std::{fs, path::Path};

use super::yard::{Yard, host, path_of, paths, states, unpack};
use crate::{
    binary::{code, errors, git, json, stationmaster},
    outside_tools::program,
};

#[test]
fn two_builds_of_one_commit_in_different_folders_give_the_same_bytes() {
    let yards = [Yard::new(), Yard::new()];
    for yard in &yards {
        // What debuggers read names the folder of the build, unless the compiler is told otherwise.
        yard.change(
            "Cargo.toml",
            "[workspace.dependencies]",
            "[profile.release]\ndebug = 1\n\n[workspace.dependencies]",
        );
        yard.commit("Let debuggers see");
    }
    let heads = yards.each_ref().map(|yard| git(&yard.repository(), &["rev-parse", "main"]));
    assert_eq!(heads[0], heads[1]);
    let [first, second] = yards.each_ref().map(|yard| yard.built(&[]));
    let made = first.iter().filter(|(_, line)| line["state"] == "made");
    assert_eq!(made.clone().count(), 3, "{first:?}");
    for (name, line) in made {
        assert_eq!(line["checksum"], second[name]["checksum"], "{name}");
        let [one, other] = [line, &second[name]].map(|line| line["path"].as_str().expect("a path"));
        assert!(one != other && fs::read(one).expect("a file") == fs::read(other).expect("a file"), "{name}");
    }
    let Some(folder) = unpack(&path_of(&first, "-c-api.tar.xz"), &yards[0].path("unpacked")) else { return };
    let place = yards[0].path("tmp");
    let place = place.to_str().expect("UTF-8");
    for file in paths(&folder) {
        let bytes = fs::read(folder.join(&file)).expect("a file");
        assert!(!String::from_utf8_lossy(&bytes).contains(place), "{file} says where it was built");
    }
    let Some(other) = unpack(&path_of(&second, "-c-api.tar.xz"), &yards[1].path("unpacked")) else { return };
    let Some(mut abidiff) = program("abidiff", "abigail-tools") else { return };
    let library = if cfg!(target_os = "macos") { "lib/libabacist_c.dylib" } else { "lib/libabacist_c.so" };
    let output = abidiff.arg(folder.join(library)).arg(other.join(library)).output().expect("it runs");
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), errors(&output));
}

#[test]
fn abidiff_tells_a_changed_interface_from_the_same_one() {
    let Some(mut abidiff) = program("abidiff", "abigail-tools") else { return };
    let yards = [Yard::new(), Yard::new()];
    yards[1].change(
        "crates/c-api/src/lib.rs",
        "abacist_evaluate(text: *const c_char",
        "abacist_evaluate_text(text: *const c_char",
    );
    yards[1].commit("Change the interface");
    let [Some(first), Some(second)] = yards.each_ref().map(|yard| {
        let built = yard.built(&["--artifact", "c-api", "--target", host()]);
        unpack(&path_of(&built, ".tar.xz"), &yard.path("unpacked"))
    }) else {
        return;
    };
    let library = "lib/libabacist_c.so";
    let output = abidiff.arg(first.join(library)).arg(second.join(library)).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success() && said.contains("abacist_evaluate"), "{said}");
}

#[test]
fn what_this_machine_cannot_build_is_expected_from_ci_with_the_reason() {
    let yard = Yard::new();
    let built = yard.built(&["--artifact", "cli"]);
    let elsewhere = &built["abacist-v4.0.0-x86_64-windows.zip"];
    assert_eq!(elsewhere["state"], "expected-from-ci", "{elsewhere}");
    assert_eq!(elsewhere["obstacle"]["lacking"], "standard-library");
    assert_eq!(elsewhere["reason"], "the standard library of x86_64-pc-windows-msvc is not installed");
    assert_eq!(states(&built).iter().filter(|state| **state == "made").count(), 1, "{built:?}");
    let output = yard.build(&["--target", "sparc-unknown-none"]);
    assert_eq!(code(&output), 2);
    assert!(errors(&output).contains("abacist-v4.0.0-src"), "{}", errors(&output));
}

#[test]
fn a_command_comes_with_its_page_and_completions_licenses_and_readme() {
    let yard = Yard::new();
    // The demo has no completions: its answer to a sum stands in for them.
    yard.change(
        "stationmaster.toml",
        "man = [\"--man\"]",
        "man = [\"--man\"]\ncompletions = { bash = [\"6 * 7\"], zsh = [\"6 * 8\"] }",
    );
    yard.commit("Complete sums");
    let built = yard.built(&["--artifact", "cli", "--target", host()]);
    let Some(folder) = unpack(&path_of(&built, ".tar.xz"), &yard.path("unpacked")) else { return };
    let expected = [
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "abacist",
        "completions/_abacist",
        "completions/abacist.bash",
        "man/abacist.1",
    ];
    assert_eq!(paths(&folder), expected);
    let read = |path: &str| fs::read_to_string(folder.join(path)).expect("a text");
    assert_eq!((read("completions/abacist.bash").as_str(), read("completions/_abacist").as_str()), ("42\n", "48\n"));
    assert!(read("man/abacist.1").starts_with(".TH ABACIST"));
    let output = std::process::Command::new(folder.join("abacist")).arg("2 * 3").output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "6\n");
}

#[test]
fn for_another_target_the_page_is_printed_by_a_build_for_this_machine() {
    use std::os::unix::fs::PermissionsExt as _;

    let yard = Yard::new();
    // Stands in for a tool that brings a compiler along: what it makes for another target cannot be run here.
    let script = format!(
        "#!/bin/sh\nset -e\nif [ $2 = {host} ]; then exec cargo build --locked --release --package $1 --target $2; fi\n\
         mkdir -p $CARGO_TARGET_DIR/$2/release\necho not for this machine > $CARGO_TARGET_DIR/$2/release/abacist\n",
        host = host()
    );
    yard.write("ci/build.sh", &script);
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(yard.repository().join("ci/build.sh"), mode).expect("a mode");
    let own = "man = [\"--man\"]\ncommand = [\"ci/build.sh\", \"{package}\", \"{target}\"]\n";
    yard.change("stationmaster.toml", "man = [\"--man\"]\n", own);
    yard.commit("Build it with a script");
    let built = yard.built(&["--artifact", "cli", "--target", "aarch64-apple-darwin"]);
    assert_eq!(states(&built), ["made"]);
    let Some(folder) = unpack(&path_of(&built, "aarch64-macos.tar.xz"), &yard.path("unpacked")) else { return };
    let read = |path: &str| fs::read_to_string(folder.join(path)).expect("a text");
    assert_eq!(read("abacist"), "not for this machine\n");
    assert!(read("man/abacist.1").starts_with(".TH ABACIST"));
}

#[test]
fn secrets_do_not_reach_a_build() {
    let yard = Yard::new();
    let tell = "fn main() { for (name, value) in std::env::vars() { assert!(!value.contains(\"swordfish\"), \"{name} is here\"); } }\n";
    yard.write("crates/cli/build.rs", tell);
    yard.change(
        "crates/cli/src/main.rs",
        "Some(\"--man\") => {",
        "Some(\"--man\") => {\n            assert!(std::env::vars().all(|(_, value)| !value.contains(\"swordfish\")));",
    );
    yard.commit("Look at the environment");
    let mut command = yard.command(&["--artifact", "cli", "--target", host()]);
    for name in ["CARGO_REGISTRY_TOKEN", "GITHUB_TOKEN", "STATIONMASTER_KEY_PASSWORD"] {
        command.env(name, "swordfish");
    }
    let output = command.output().expect("it runs");
    assert_eq!(code(&output), 0, "{}", errors(&output));
    // The same with a variable that children see: the test can fail.
    let output = yard.command(&["--artifact", "cli", "--target", host()]).env("CC_x", "swordfish").output();
    let output = output.expect("it runs");
    assert_eq!(json(&output)["archives"][0]["state"], "kept");
    yard.commit("Look again");
    let output = yard.command(&["--artifact", "cli", "--target", host()]).env("CC_x", "swordfish").output();
    let output = output.expect("it runs");
    assert!(code(&output) == 1 && errors(&output).contains("CC_x is here"), "{}", errors(&output));
}

#[test]
fn command_profile_and_the_commits_own_flags_are_in_force() {
    let yard = Yard::new();
    yard.write(".cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"of_all\"]\n");
    let wanted = "#[cfg(not(of_all))]\ncompile_error!(\"the flags are lost\");\n#[cfg(not(debug_assertions))]\ncompile_error!(\"the profile is lost\");\n";
    yard.change("crates/cli/src/main.rs", "fn main()", &format!("{wanted}fn main()"));
    let own = "profile = \"dev\"\ncommand = [\"cargo\", \"build\", \"-p\", \"{package}\", \"--target={target}\", \"--profile={profile}\"]\n";
    yard.change("stationmaster.toml", "man = [\"--man\"]\n", own);
    yard.commit("Build it otherwise");
    assert_eq!(states(&yard.built(&["--artifact", "cli", "--target", host()])), ["made"]);
    let flags =
        format!("[build]\nrustflags = [\"--cfg\", \"other\"]\n[target.{}]\nrustflags = \"--cfg of_all\"\n", host());
    yard.write(".cargo/config.toml", &flags);
    yard.commit("Say it for the target");
    assert_eq!(states(&yard.built(&["--artifact", "cli", "--target", host()])), ["made"]);
}

#[test]
fn what_a_build_writes_between_its_sources_is_not_in_the_archives() {
    let yard = Yard::new();
    let script = "fn main() { std::fs::write(\"../../README.md\", \"spoiled\").expect(\"a file\"); }\n";
    yard.write("crates/cli/build.rs", script);
    yard.commit("Write between the sources");
    let built = yard.built(&["--artifact", "cli", "--artifact", "source"]);
    let made: Vec<&str> = built.values().filter_map(|line| line["path"].as_str()).collect();
    assert_eq!(made.len(), 2, "{built:?}");
    for (at, archive) in made.into_iter().enumerate() {
        let Some(folder) = unpack(Path::new(archive), &yard.path(&format!("unpacked-{at}"))) else { return };
        let text = fs::read_to_string(folder.join("README.md")).expect("a text");
        assert!(text.starts_with("# Abacist"), "{archive}: {text}");
    }
}

#[test]
fn what_does_not_build_is_said_in_the_compilers_words() {
    let yard = Yard::new();
    yard.change("crates/cli/src/main.rs", "fn main()", "fn main_()");
    yard.commit("Break it");
    let output = yard.build(&["--artifact", "cli", "--target", host()]);
    assert_eq!(code(&output), 1, "{}", errors(&output));
    let said = errors(&output);
    assert!(said.contains("building abacist-cli for") && said.contains("E0601"), "{said}");
    assert!(!said.contains("stationmaster-build-"), "{said}");
    assert_eq!(yard.left_over(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn archives_in_a_folder_of_their_own_are_attested_and_verified() {
    let yard = Yard::new();
    let (out, repository) = (yard.path("release"), yard.repository());
    let (out, repository) = (out.to_str().expect("UTF-8"), repository.to_str().expect("UTF-8"));
    let built = yard.built(&["--out", out]);
    let attested = stationmaster(&["attest", out, "--repo", repository, "--json"]).output().expect("it runs");
    assert_eq!(code(&attested), 0, "{}", errors(&attested));
    assert_eq!(json(&attested)["described"], states(&built).iter().filter(|state| **state == "made").count());
    let verified = stationmaster(&["verify", out, "--unsigned", "--json"]).output().expect("it runs");
    assert_eq!(code(&verified), 0, "{}", errors(&verified));
    let bom = fs::read_to_string(path_of(&built, "-c-api.tar.xz").with_extension("xz.cdx.json")).expect("an SBOM");
    assert!(bom.contains("\"workspace:abacist-machine@4.0.0\"") && !bom.contains("abacist-cli"), "{bom}");
}
