//! Whose fault it is that a program ended without success: this machine's, or that of what it was given to build.
//!
//! A release is blamed only in the words of a program that had everything it needs. A program that was killed, that says
//! nothing, or that lacks memory, disk, files, a toolchain or a network has judged nothing.

use std::process::{ExitStatus, Output};

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ended<'a> {
    /// The signal that killed it.
    pub(super) signal: Option<i32>,
    /// Its exit code, if it ended by itself.
    pub(super) code: Option<i32>,
    /// All that it said.
    pub(super) said: &'a str,
}

impl<'a> Ended<'a> {
    /// Of a program that has run; `said` is its standard error.
    pub(super) fn of(output: &Output, said: &'a str) -> Self {
        Self { signal: signal_of(output.status), code: output.status.code(), said }
    }
}

#[cfg(unix)]
fn signal_of(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal_of(_status: ExitStatus) -> Option<i32> {
    None
}

/// Why this machine is at fault, and what to do about it. None: what the program was given is at fault, by its own words.
pub(super) fn of_machine(ended: Ended<'_>) -> Option<String> {
    // A shell in between says the signal so.
    let by_shell = ended.code.filter(|code| (129..=192).contains(code)).map(|code| code - 128);
    if let Some(signal) = ended.signal.or(by_shell) {
        let hint = match signal {
            2 | 15 => "run it again",
            6 | 9 => "systems do that when memory runs out: free some, or let less run at the same time",
            25 => "its files may not get so large: raise the limit (`ulimit -f`)",
            _ => "look at the system's log, and run it again",
        };
        return Some(format!("it was killed by signal {signal}; {hint}"));
    }
    if let Some(code @ (126 | 127)) = ended.code {
        return Some(format!("exit code {code}: a program that it needs is missing or cannot be run"));
    }
    let lacks = |(words, _): &&(&[&str], &str)| {
        ended.said.lines().any(|line| words.iter().all(|word| line.to_lowercase().contains(word)))
    };
    if let Some((_, hint)) = MACHINE.iter().find(lacks) {
        return Some((*hint).to_owned());
    }
    ended.said.trim().is_empty().then(|| match ended.code {
        Some(code) => format!("it ended with exit code {code} and said nothing; run it again"),
        None => "it ended and said nothing; run it again".to_owned(),
    })
}

const MEMORY: &str = "memory ran out: free some, or let less run at the same time";
const DISK: &str = "the disk is full: free some room on it";
const FILES: &str = "too many files are open: raise the limit (`ulimit -n`)";
const QUOTA: &str = "the quota of disk space is used up: free some room";
const READ_ONLY: &str = "the disk is read-only: mount it for writing, or work elsewhere";
const BROKEN_DISK: &str = "the disk does not answer: look at the system's log";
const RIGHTS: &str = "this user may not read or write there";
const PROCESSES: &str = "the system starts no more processes: raise the limit (`ulimit -u`)";
const KILLED: &str = "a program that it ran was killed; systems do that when memory runs out";
const TOOLCHAIN: &str =
    "this machine has no such toolchain: install it, such as with `rustup toolchain install stable`";
const DEFAULT: &str = "rustup has no default toolchain: name one with `rustup default stable`";
const COMPONENT: &str = "this machine's toolchain lacks a part: add it with rustup, as it says";
const OLD_CARGO: &str = "this machine's toolchain is too old: bring it up to date with `rustup update`";
const PROGRAM: &str = "a program that it needs is missing on this machine: install it";
const NETWORK: &str = "the network failed: run it again where it works";
const REGISTRY: &str = "this machine does not know the registry: name its index in cargo's configuration, or in \
                        CARGO_REGISTRIES_<NAME>_INDEX";

/// Words, in lower case and all in one line, by which cargo, rustup, rustc and linkers say that this machine lacks something;
/// and what to do.
const MACHINE: &[(&[&str], &str)] = &[
    (&["(os error 28)"], DISK),
    (&["no space left on device"], DISK),
    (&["(os error 24)"], FILES),
    (&["(os error 23)"], FILES),
    (&["too many open files"], FILES),
    (&["(os error 12)"], MEMORY),
    (&["cannot allocate memory"], MEMORY),
    (&["memory allocation of ", " bytes failed"], MEMORY),
    (&["llvm error: out of memory"], MEMORY),
    (&["(os error 122)"], QUOTA),
    (&["disk quota exceeded"], QUOTA),
    (&["(os error 30)"], READ_ONLY),
    (&["read-only file system"], READ_ONLY),
    (&["(os error 5)"], BROKEN_DISK),
    (&["(os error 11)"], PROCESSES),
    (&["(os error 1)"], RIGHTS),
    (&["(os error 13)"], RIGHTS),
    (&["(os error 26)"], "a program was just being replaced: run it again"),
    (&["(signal: ", "sigkill"], KILLED),
    (&["(signal: ", "sigterm"], KILLED),
    (&["(signal: ", "sigint"], KILLED),
    (&["(signal: ", "sighup"], KILLED),
    (&["(signal: ", "sigxcpu"], KILLED),
    (&["(signal: ", "sigbus"], KILLED),
    (&["toolchain", "is not installed"], TOOLCHAIN),
    (&["toolchain", "not installed", "rustup"], TOOLCHAIN),
    (&["rustup could not choose a version of"], DEFAULT),
    (&["no default toolchain"], DEFAULT),
    (&["no override and no default toolchain set"], DEFAULT),
    (&["no active toolchain"], DEFAULT),
    (&["error: could not download", "rustup"], NETWORK),
    (&["component", "is not available", "toolchain"], COMPONENT),
    (&["binary, normally provided by the", "component"], COMPONENT),
    (&["'cargo' is not installed for the toolchain"], COMPONENT),
    (&["'cargo", "is not installed for the"], COMPONENT),
    (&["target may not be installed"], COMPONENT),
    (&["rustup target add"], COMPONENT),
    (&["this version of cargo is older than"], OLD_CARGO),
    (&["this version of cargo does not understand this lock file"], OLD_CARGO),
    (&["is not supported by the following package"], OLD_CARGO),
    (&["could not execute process", "never executed"], PROGRAM),
    (&["error while loading shared libraries"], PROGRAM),
    (&["linker `", "not found"], PROGRAM),
    (&["error: no such command"], PROGRAM),
    (&["spurious network error"], NETWORK),
    (&["network failure seems to have happened"], NETWORK),
    (&["could not resolve host"], NETWORK),
    (&["couldn't connect to server"], NETWORK),
    (&["could not connect to server"], NETWORK),
    (&["timeout was reached"], NETWORK),
    (&["ssl connect error"], NETWORK),
    (&["failed to download from `"], NETWORK),
    (&["registry index was not found in any configuration"], REGISTRY),
    (&["no index found for registry"], REGISTRY),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn said(said: &str) -> Ended<'_> {
        Ended { signal: None, code: Some(101), said }
    }

    #[test]
    fn a_program_that_was_killed_or_says_nothing_has_judged_nothing() {
        let bad_manifest = "error: failed to parse manifest";
        for signal in [1, 2, 6, 9, 11, 15, 24, 25, 31] {
            let ended = Ended { signal: Some(signal), code: None, said: bad_manifest };
            assert!(of_machine(ended).is_some_and(|why| why.contains(&format!("signal {signal};"))), "{signal}");
        }
        for code in [126, 127, 134, 137, 139, 143] {
            assert!(of_machine(Ended { signal: None, code: Some(code), said: bad_manifest }).is_some(), "{code}");
        }
        for silent in ["", "\n", "  \n\n"] {
            assert!(of_machine(said(silent)).is_some_and(|why| why.contains("said nothing")), "{silent:?}");
        }
    }

    #[test]
    fn what_a_machine_lacks_is_its_own_fault() {
        let table = [
            ("error: failed to write `/x/a.crate`\nCaused by:\n  No space left on device (os error 28)", DISK),
            ("collect2: fatal error: ld: final link failed: No space left on device", DISK),
            ("error: could not read `/x`\nCaused by:\n  Too many open files (os error 24)", FILES),
            ("error: failed to read\nCaused by:\n  Cannot allocate memory (os error 12)", MEMORY),
            ("memory allocation of 1048576 bytes failed", MEMORY),
            ("error: could not write\nCaused by:\n  Read-only file system (os error 30)", READ_ONLY),
            ("error: could not write\nCaused by:\n  Disk quota exceeded (os error 122)", QUOTA),
            ("error: could not read\nCaused by:\n  Input/output error (os error 5)", BROKEN_DISK),
            ("error: failed to open: /x/.cargo-lock\nCaused by:\n  Permission denied (os error 13)", RIGHTS),
            ("error: could not spawn\nCaused by:\n  Resource temporarily unavailable (os error 11)", PROCESSES),
            (
                "error: could not compile `a`\nCaused by:\n  process didn't exit successfully: `rustc` (signal: 9, SIGKILL: kill)",
                KILLED,
            ),
            ("error: toolchain '1.90.0-x86_64-unknown-linux-gnu' is not installed", TOOLCHAIN),
            ("error: override toolchain 'nightly' is not installed", TOOLCHAIN),
            (
                "error: rustup could not choose a version of cargo to run, because one wasn't specified explicitly, and no default is configured.",
                DEFAULT,
            ),
            ("error: no override and no default toolchain set", DEFAULT),
            (
                "error: the 'cargo' binary, normally provided by the 'cargo' component, is not applicable to the toolchain",
                COMPONENT,
            ),
            ("error[E0463]: can't find crate for `std`\n  = note: the `wasm32` target may not be installed", COMPONENT),
            (
                "error: lock file version `9` was found, but this version of Cargo does not understand this lock file",
                OLD_CARGO,
            ),
            (
                "error: could not execute process `rustc -vV` (never executed)\nCaused by:\n  No such file or directory (os error 2)",
                PROGRAM,
            ),
            ("error: linker `cc` not found", PROGRAM),
            ("cargo: error while loading shared libraries: libz.so.1", PROGRAM),
            (
                "error: failed to get `b`\nCaused by:\n  [6] Could not resolve hostname (Could not resolve host: index.crates.io)",
                NETWORK,
            ),
            (
                "error: failed to parse manifest\nCaused by:\n  registry index was not found in any configuration: `station`",
                REGISTRY,
            ),
        ];
        for (words, hint) in table {
            assert_eq!(of_machine(said(words)).as_deref(), Some(hint), "{words}");
        }
    }

    #[test]
    fn what_is_wrong_with_the_release_is_not_the_machines_fault() {
        let table = [
            "error: failed to parse manifest at `Cargo.toml`\nCaused by:\n  invalid type: integer `1`",
            "error: all dependencies must have a version requirement specified when packaging.",
            "error: readme `README.md` does not appear to exist (relative to `/x`).",
            "error: couldn't read `src/../LICENSE`: No such file or directory (os error 2)",
            "error[E0433]: failed to resolve: use of unresolved module or unlinked crate `b`",
            "error: failed to select a version for the requirement `b = \"^2\"`",
            "error: could not compile `a`\nCaused by:\n  process didn't exit successfully: `build-script-build` (exit status: 1)",
            "make: *** No rule to make target 'all'.  Stop.",
        ];
        for words in table {
            assert_eq!(of_machine(said(words)), None, "{words}");
        }
    }
}
