//! What a machine can build.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Job;
use crate::model::{Machine, Platform};

/// Why an archive cannot be made on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "lacking")]
pub enum Obstacle {
    /// There is no rustc, or not the one that the commit asks for.
    Rustc,
    /// The target's standard library is not installed.
    StandardLibrary {
        /// The target.
        target: String,
    },
    /// There is no linker for the target.
    Linker {
        /// The target.
        target: String,
        /// The programs that were looked for; none where no program of another system could be.
        tried: Vec<String>,
    },
    /// The program that the policy names is not there.
    Program {
        /// The program.
        program: String,
    },
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rustc => f.write_str("no rustc runs here, or not the one that the commit asks for"),
            Self::StandardLibrary { target } => write!(f, "the standard library of {target} is not installed"),
            Self::Linker { target, tried } if tried.is_empty() => write!(f, "nothing here links for {target}"),
            Self::Linker { target, tried } => write!(f, "no linker for {target}: there is no {}", tried.join(", no ")),
            Self::Program { program } => write!(f, "there is no `{program}`"),
        }
    }
}

impl Machine {
    /// What stands in the way of an archive; nothing if it can be made here.
    pub fn obstacle(&self, job: &Job) -> Option<Obstacle> {
        self.obstacle_for(job, job.target.as_deref()?)
    }

    /// The target for which programs are built that are run here while an archive is packed: the machine's own. None where
    /// that cannot be.
    pub fn host_for(&self, job: &Job) -> Option<&str> {
        let host = self.rustc.as_ref()?.host.as_str();
        self.obstacle_for(job, host).is_none().then_some(host)
    }

    fn obstacle_for(&self, job: &Job, target: &str) -> Option<Obstacle> {
        let own = job.own_program();
        if let Some(program) = own.filter(|program| !self.programs.contains(*program)) {
            return Some(Obstacle::Program { program: program.to_owned() });
        }
        // Such as `cross`: it brings compiler and libraries along.
        if own.is_some_and(|program| program != "cargo") {
            return None;
        }
        let Some(rustc) = &self.rustc else { return Some(Obstacle::Rustc) };
        if !self.libraries.contains(target) {
            return Some(Obstacle::StandardLibrary { target: target.to_owned() });
        }
        // Such as `cargo zigbuild`: it brings a linker along.
        if own.is_some() || self.linkers.contains_key(target) {
            return None;
        }
        Some(Obstacle::Linker { target: target.to_owned(), tried: linkers(target, &rustc.host).unwrap_or_default() })
    }
}

/// Programs that link for a target on a machine of the kind `host`, best first. None: the compiler needs none, or finds its own.
/// Empty: there is no such program.
pub fn linkers(target: &str, host: &str) -> Option<Vec<String>> {
    let (to, from) = (Platform::of(target), Platform::of(host));
    if to.arch.starts_with("wasm") || (target.ends_with("-msvc") && host.ends_with("-msvc")) {
        return None;
    }
    let is_apple = |target: &str| target.contains("-apple-");
    let same_system = to.os == from.os || (to.os == "musl" && from.os == "linux");
    if target == host || (same_system && to.arch == from.arch) || (is_apple(target) && is_apple(host)) {
        return Some(vec!["cc".to_owned()]);
    }
    let arch = match to.arch.as_str() {
        arch if arch.starts_with("riscv64") => "riscv64",
        arch if arch.starts_with("arm") => "arm",
        arch => arch,
    };
    let ending = match target.rsplit('-').next().unwrap_or_default() {
        abi if arch == "arm" => abi.trim_start_matches("gnu").trim_start_matches("musl"),
        _ => "",
    };
    let gnu = format!("{arch}-linux-gnu{ending}-gcc");
    Some(match to.os.as_str() {
        "linux" => vec![gnu],
        "musl" => vec![format!("{arch}-linux-musl{ending}-gcc"), gnu],
        "mingw" if target.ends_with("-gnu") => vec![format!("{arch}-w64-mingw32-gcc")],
        _ => Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        artifact::examples::{C_API, SOURCE, job},
        model::{Linker, Rustc},
    };

    const LINUX: &str = "x86_64-unknown-linux-gnu";

    fn machine() -> Machine {
        Machine {
            rustc: Some(Rustc { host: LINUX.to_owned(), version: "1.95.0".to_owned(), sysroot: None }),
            libraries: [LINUX, "aarch64-unknown-linux-gnu"].map(str::to_owned).into(),
            linkers: [(LINUX.to_owned(), Linker::Known)].into(),
            programs: ["cargo".to_owned()].into(),
            is_ci: false,
        }
    }

    fn obstacle(target: &str, more: &str) -> Option<Obstacle> {
        machine().obstacle(&job(&(C_API.replace(LINUX, target) + more)))
    }

    #[test]
    fn what_lacks_its_standard_library_or_a_linker_is_not_built_here() {
        assert_eq!(obstacle(LINUX, ""), None);
        let windows = "x86_64-pc-windows-msvc".to_owned();
        assert_eq!(obstacle(&windows, ""), Some(Obstacle::StandardLibrary { target: windows }));
        let said = obstacle("aarch64-unknown-linux-gnu", "").expect("there is no linker").to_string();
        assert_eq!(said, "no linker for aarch64-unknown-linux-gnu: there is no aarch64-linux-gnu-gcc");
        assert_eq!(Machine::default().obstacle(&job(C_API)), Some(Obstacle::Rustc));
        assert_eq!(Machine::default().obstacle(&job(SOURCE)), None);
    }

    #[test]
    fn a_command_of_the_policy_needs_its_program_and_brings_the_rest_along() {
        let windows = "x86_64-pc-windows-msvc";
        let cross = "command = [\"cross\", \"build\"]\n";
        assert_eq!(obstacle(windows, cross), Some(Obstacle::Program { program: "cross".to_owned() }));
        let mut with_cross = machine();
        with_cross.programs.insert("cross".to_owned());
        assert_eq!(with_cross.obstacle(&job(&(C_API.replace(LINUX, windows) + cross))), None);
        assert_eq!(obstacle("aarch64-unknown-linux-gnu", "command = [\"cargo\", \"zigbuild\"]\n"), None);
        assert!(obstacle(windows, "command = [\"cargo\", \"zigbuild\"]\n").is_some());
    }

    #[test]
    fn linkers_are_those_that_distributions_have() {
        let first = |target: &str, host: &str| linkers(target, host).map(|found| found.first().cloned());
        let named = |name: &str| Some(Some(name.to_owned()));
        for (target, program) in [
            (LINUX, "cc"),
            ("x86_64-unknown-linux-musl", "cc"),
            ("i686-unknown-linux-gnu", "i686-linux-gnu-gcc"),
            ("riscv64gc-unknown-linux-gnu", "riscv64-linux-gnu-gcc"),
            ("armv7-unknown-linux-gnueabihf", "arm-linux-gnueabihf-gcc"),
            ("armv7-unknown-linux-musleabihf", "arm-linux-musleabihf-gcc"),
            ("aarch64-unknown-linux-musl", "aarch64-linux-musl-gcc"),
            ("x86_64-pc-windows-gnu", "x86_64-w64-mingw32-gcc"),
        ] {
            assert_eq!(first(target, LINUX), named(program), "{target}");
        }
        assert_eq!(first("aarch64-apple-darwin", "x86_64-apple-darwin"), named("cc"));
        assert_eq!(first("aarch64-apple-darwin", LINUX), Some(None));
        assert_eq!(first("x86_64-pc-windows-msvc", LINUX), Some(None));
        assert_eq!(first("wasm32-wasip1", LINUX), None);
        assert_eq!(first("aarch64-pc-windows-msvc", "x86_64-pc-windows-msvc"), None);
    }
}
