//! Programs in C that are built against the unpacked archive of the C API.
//!
//! Rules: R11.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use super::yard::{Yard, host, path_of, paths, unpack};
use crate::{binary::errors, outside_tools::program};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/build/consumer.c");

/// The archive, made once for all of these tests.
fn archive() -> &'static Path {
    static ARCHIVE: OnceLock<PathBuf> = OnceLock::new();
    ARCHIVE.get_or_init(|| {
        let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c-api-archive");
        let _ = fs::remove_dir_all(&out);
        let place = out.to_str().expect("UTF-8");
        path_of(&Yard::new().built(&["--artifact", "c-api", "--target", host(), "--out", place]), ".tar.xz")
    })
}

/// The same, unpacked in a folder that it was not built in.
fn unpacked(folder: &Path) -> Option<PathBuf> {
    unpack(archive(), &folder.join("some where"))
}

fn ran(mut command: Command) -> Output {
    let output = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &errors(&output);
    assert!(output.status.success(), "{command:?}: {said}");
    output
}

fn evaluates(path: &Path, libraries: Option<&Path>) {
    let mut command = Command::new(path);
    command.env_remove("LD_LIBRARY_PATH").env_remove("DYLD_LIBRARY_PATH");
    if let Some(folder) = libraries {
        command.env("LD_LIBRARY_PATH", folder).env("DYLD_LIBRARY_PATH", folder);
    }
    assert_eq!(String::from_utf8_lossy(&ran(command).stdout), "4.0.0: 42\n");
}

#[test]
fn the_archive_has_headers_libraries_and_what_pkg_config_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(root) = unpacked(folder.path()) else { return };
    let shared = if cfg!(target_os = "macos") { "lib/libabacist_c.dylib" } else { "lib/libabacist_c.so" };
    let expected = [
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "include/abacist.h",
        "lib/libabacist_c.a",
        shared,
        "lib/pkgconfig/abacist_c.pc",
    ];
    assert_eq!(paths(&root), expected);
    let described = fs::read_to_string(root.join("lib/pkgconfig/abacist_c.pc")).expect("a text");
    assert!(described.contains("\nLibs.private: -l"), "{described}");
}

#[test]
fn pkg_config_lets_a_program_link_to_the_shared_library_and_to_the_static_one() {
    let Some(mut pkg_config) = program("pkg-config", "pkg-config") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let Some(root) = unpacked(folder.path()) else { return };
    // The compiler is given words: a folder without a space, which is moved once more.
    let moved = folder.path().join("moved");
    fs::rename(&root, &moved).expect("it is moved");
    pkg_config.env("PKG_CONFIG_PATH", moved.join("lib/pkgconfig")).args(["--cflags", "--libs", "abacist_c"]);
    let flags = String::from_utf8(ran(pkg_config).stdout).expect("text");
    assert!(flags.contains(moved.to_str().expect("UTF-8")), "{flags}");
    let shared = folder.path().join("shared");
    let mut cc = Command::new("cc");
    cc.arg(SOURCE).args(flags.split_whitespace()).arg("-o").arg(&shared);
    ran(cc);
    evaluates(&shared, Some(&moved.join("lib")));
    let alone = Command::new(&shared).env_remove("LD_LIBRARY_PATH").output().expect("it starts");
    assert!(!alone.status.success(), "it needs the shared library, wherever that is");

    let mut pkg_config = program("pkg-config", "pkg-config").expect("it was there");
    pkg_config.env("PKG_CONFIG_PATH", moved.join("lib/pkgconfig")).args([
        "--cflags",
        "--libs",
        "--static",
        "abacist_c",
    ]);
    let flags = String::from_utf8(ran(pkg_config).stdout).expect("text").replace("-labacist_c", "-l:libabacist_c.a");
    let program = folder.path().join("static");
    let mut cc = Command::new("cc");
    cc.arg(SOURCE).args(flags.split_whitespace()).arg("-o").arg(&program);
    ran(cc);
    fs::remove_dir_all(&moved).expect("it is gone");
    evaluates(&program, None);
}

#[test]
fn cmake_builds_a_program_with_the_shared_library_and_one_with_the_static_one() {
    let (Some(mut configure), Some(mut build)) = (program("cmake", "cmake"), program("cmake", "cmake")) else { return };
    if program("pkg-config", "pkg-config").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let Some(root) = unpacked(folder.path()) else { return };
    let (source, out) = (folder.path().join("consumer"), folder.path().join("consumer/out"));
    fs::create_dir(&source).expect("a folder");
    for name in ["CMakeLists.txt", "consumer.c"] {
        fs::copy(Path::new(SOURCE).with_file_name(name), source.join(name)).expect("a file");
    }
    configure.arg("-S").arg(&source).arg("-B").arg(&out).env("PKG_CONFIG_PATH", root.join("lib/pkgconfig"));
    ran(configure);
    build.arg("--build").arg(&out);
    ran(build);
    evaluates(&out.join("shared"), None);
    fs::remove_dir_all(&root).expect("it is gone");
    evaluates(&out.join("static"), None);
    assert!(!Command::new(out.join("shared")).output().expect("it starts").status.success());
}

#[test]
fn headers_that_a_build_script_makes_are_in_the_archive() {
    let yard = Yard::new();
    let script = "fn main() {\n    let out = std::env::var(\"OUT_DIR\").unwrap();\n    std::fs::create_dir_all(format!(\"{out}/include/abacist\")).unwrap();\n    \
        std::fs::write(format!(\"{out}/include/abacist/conf.h\"), \"#define ABACIST_MADE 1\\n\").unwrap();\n}\n";
    yard.write("crates/c-api/build.rs", script);
    let headers =
        "kind = \"c-api\"\nheaders = [\"crates/c-api/include\", \"{built}/build/abacist-c-api-*/out/include\"]\n";
    yard.change("stationmaster.toml", "kind = \"c-api\"\n", headers);
    yard.commit("Make a header");
    let built = yard.built(&["--artifact", "c-api", "--target", host()]);
    let Some(root) = unpack(&path_of(&built, ".tar.xz"), &yard.path("unpacked")) else { return };
    assert!(root.join("include/abacist.h").is_file());
    let made = fs::read_to_string(root.join("include/abacist/conf.h")).expect("a header");
    assert_eq!(made, "#define ABACIST_MADE 1\n");
}
