//! A workspace with the names, edges and sizes of Wasmtime's crates, for machines without a clone of it.

use std::{fs, path::Path};

use super::{emptied, file};
use crate::{
    cargo::{cargo, program, root},
    steps::{ChoreResult, Failure, execute},
};

/// The list: name, bytes of the crate file, names of the others that it needs.
const LIST: &str = "crates/sim/tests/it/wasmtime.crates";
/// No registry has it: the embedded one shows what crates.io has.
const VERSION: &str = "490.0.0";
/// What manifest, source and readme come to in a crate file, in bytes.
const REST: usize = 1200;

/// Make it, as a repository with one commit on `main`.
pub(super) fn make(folder: &Path) -> ChoreResult {
    emptied(folder)?;
    let list = root().join(LIST);
    let text = fs::read_to_string(&list).map_err(|error| file(&list, error))?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let [name, size, needs @ ..] = &words[..] else {
            return Err(Failure::Found(format!("{}: `{line}` is not a name and a size", list.display())));
        };
        let size = size.parse().map_err(|_| Failure::Found(format!("{}: `{size}` is no size", list.display())))?;
        package(&folder.join("crates").join(name), name, size, needs)?;
    }
    let manifest = "[workspace]\nresolver = \"2\"\nmembers = [\"crates/*\"]\n";
    fs::write(folder.join("Cargo.toml"), manifest).map_err(|error| file(folder, error))?;
    execute(cargo(&["generate-lockfile", "--offline", "--quiet"]).current_dir(folder))?;
    let git = |arguments: &[&str]| execute(program("git").current_dir(folder).args(arguments));
    git(&["init", "--quiet", "--initial-branch=main"])?;
    git(&["add", "--all"])?;
    let who = ["-c", "user.name=Bench", "-c", "user.email=bench@example.com"];
    git(&[&who[..], &["commit", "--quiet", "--message=A workspace as large as Wasmtime's"]].concat())
}

/// One package: a library, or a program where the name says so.
fn package(folder: &Path, name: &str, size: usize, needs: &[&str]) -> ChoreResult {
    let write = |path: &str, bytes: &[u8]| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))
            .and_then(|()| fs::write(&path, bytes))
            .map_err(|error| file(&path, error))
    };
    let needs: String =
        needs.iter().map(|it| format!("{it} = {{ path = \"../{it}\", version = \"={VERSION}\" }}\n")).collect();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"{VERSION}\"\nedition = \"2021\"\nlicense = \"MIT\"\nreadme = \"README.md\"\n\
         description = \"Stands in for {name}\"\n\n[dependencies]\n{needs}"
    );
    let source = if name.ends_with("-cli") { "src/main.rs" } else { "src/lib.rs" };
    write("Cargo.toml", manifest.as_bytes())?;
    write("README.md", format!("# {name}\n").as_bytes())?;
    write(source, b"#![allow(unused)]\nfn main() {}\n")?;
    write("noise.bin", &noise(size.saturating_sub(REST), name))
}

/// Bytes that no archive makes smaller; the same for the same name.
fn noise(length: usize, name: &str) -> Vec<u8> {
    let mut state = name.bytes().fold(1_u64, |state, byte| state.wrapping_mul(31).wrapping_add(byte.into()));
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 27)).to_le_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}
