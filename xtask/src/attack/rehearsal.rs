//! A rehearsal of the demo, and whether another one came to the same world.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::Value;

use super::ground::{Ground, run};
use crate::steps::{ChoreResult, Failure};

/// What a rehearsal leaves behind: by path, what is in its registry's index; and its report, without what differs by time.
#[derive(Debug, PartialEq)]
pub(crate) struct Result {
    index: BTreeMap<String, String>,
    tags: String,
    released: Value,
    findings: Value,
}

impl Result {
    /// Read it from the sandbox and from what the command printed.
    pub(crate) fn read(sandbox: &Path, printed: &str) -> Option<Self> {
        let report: Value = serde_json::from_str(printed).ok()?;
        let mut index = BTreeMap::new();
        read_files(&sandbox.join("registry/index"), &mut index);
        let mut tags = Command::new("git");
        tags.arg("-C").arg(sandbox.join("repository.git")).args(["for-each-ref", "--format=%(objectname) %(refname)"]);
        let tags = crate::steps::asked(&mut tags)?;
        Some(Self { index, tags, released: report["released"].clone(), findings: report["failures"].clone() })
    }
}

fn read_files(folder: &Path, into: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_files(&path, into);
        } else {
            into.insert(
                entry.file_name().to_string_lossy().into_owned(),
                fs::read_to_string(&path).unwrap_or_default(),
            );
        }
    }
}

/// A rehearsal of the bundled demo in this sandbox.
pub(crate) fn command(ground: &Ground, sandbox: &Path, is_resumed: bool) -> Command {
    let mut command = ground.command(&["rehearse", "--offline", "--json", "--months", "2", "--sandbox"]);
    command.arg(sandbox);
    if is_resumed {
        command.arg("--resume");
    }
    command
}

/// What comes of one that nothing happens to.
pub(crate) fn undisturbed(ground: &Ground) -> ChoreResult<Result> {
    let sandbox = ground.fresh("undisturbed")?;
    let ended = run(&mut command(ground, &sandbox, false))?;
    let result = (ended.code == Some(0)).then(|| Result::read(&sandbox, &ended.out)).flatten();
    result.ok_or_else(|| Failure::Found(format!("a rehearsal that nothing happens to fails: {}", ended.last_words())))
}
