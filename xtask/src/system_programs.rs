//! Programs of the system that judge what we pack, build against it, or unpack it: Debian's, where we may install them.

use std::{env, path::PathBuf, process::Stdio};

use crate::{cargo::program, steps::asked};

/// A program, and Debian's package that has it. The tests that need one say that they are skipped where it is not there.
const WANTED: [(&str, &str); 8] = [
    ("abidiff", "abigail-tools"),
    ("cmake", "cmake"),
    ("make", "make"),
    ("minisign", "minisign"),
    ("pkg-config", "pkg-config"),
    ("unzip", "unzip"),
    ("xz", "xz-utils"),
    ("zstd", "zstd"),
];

/// Install what is missing, if this is a machine with apt-get and we are root there; never fails. A word on it.
pub(crate) fn ensure() -> String {
    let packages = missing(|package| package.1);
    if packages.is_empty() {
        return format!("{} are there", WANTED.map(|(program, _)| program).join(", "));
    }
    let is_root = asked(program("id").arg("-u")).is_some_and(|text| text.trim() == "0");
    if is_root && is_there("apt-get") {
        println!("    installing {} with apt-get", packages.join(", "));
        install(&packages);
    }
    let (absent, from) = (missing(|package| package.0), missing(|package| package.1));
    if absent.is_empty() {
        return format!("installed {}", packages.join(", "));
    }
    let note = format!("NOT CHECKED: no {} here (Debian: {})", absent.join(", no "), from.join(", "));
    println!("    {note}");
    note
}

/// One that is not to be had must not keep the others away.
fn install(packages: &[&str]) {
    let apt = |arguments: &[&str]| {
        let mut command = program("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        asked(&mut command).is_some()
    };
    apt(&["update", "-qq"]);
    let install = ["install", "-y", "-qq", "--no-install-recommends"];
    if !apt(&[&install, packages].concat()) {
        for package in packages {
            apt(&[&install[..], &[package]].concat());
        }
    }
}

fn missing(of: impl Fn(&(&'static str, &'static str)) -> &'static str) -> Vec<&'static str> {
    WANTED.iter().filter(|(program, _)| !is_there(program)).map(of).collect()
}

fn is_there(name: &str) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    let places: Vec<PathBuf> = env::split_paths(&folders).map(|folder| folder.join(name)).collect();
    places.iter().any(|place| place.is_file())
}
