//! How much memory something needs, measured in a process of its own: the tests beside it need some too.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use stationmaster_core::model::CommitId;

/// Says that a test is the process that is measured, and where its files are.
const MEASURED: &str = "STATIONMASTER_MEASURED_IN";
/// The commit that it is about.
const COMMIT: &str = "STATIONMASTER_MEASURED_COMMIT";

/// In the process that is measured: what [`in_own_process`] was given.
pub(crate) fn measured() -> Option<(PathBuf, CommitId)> {
    let commit = std::env::var(COMMIT).ok()?.parse().expect("a commit id");
    Some((PathBuf::from(std::env::var_os(MEASURED)?), commit))
}

/// Run this test, by its full name, once more and alone. It must succeed.
pub(crate) fn in_own_process(test: &str, folder: &Path, commit: &CommitId) {
    let mut own = Command::new(std::env::current_exe().expect("this program"));
    own.args(["--exact", test]).env(MEASURED, folder).env(COMMIT, commit.as_str());
    let output = own.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// The most memory that this process ever had, in bytes.
pub(crate) fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("of Linux");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    peak.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") << 10
}
