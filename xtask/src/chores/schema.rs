//! `cargo xtask schema`: the policy's JSON Schema, as the binary prints it, kept in `docs/` for editors.

use std::fs;

use crate::{
    cargo::{cargo, root},
    steps::{ChoreResult, Failure, asked},
};

/// What to do with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write it.
    Write,
    /// Fail if it is not what the binary prints.
    Check,
}

/// Write or check `docs/stationmaster.schema.json`.
pub(crate) fn run(mode: Mode) -> ChoreResult {
    let path = root().join("docs/stationmaster.schema.json");
    let failure = |error| Failure::File { path: "docs/stationmaster.schema.json".to_owned(), error };
    let schema = asked(&mut cargo(&["run", "--quiet", "--package", "stationmaster", "--", "schema"]))
        .ok_or_else(|| Failure::Found("`stationmaster schema` failed".to_owned()))?;
    match mode {
        Mode::Write => fs::write(path, schema).map_err(failure),
        Mode::Check if fs::read_to_string(path).map_err(failure)? == schema => Ok(()),
        Mode::Check => {
            let what = "docs/stationmaster.schema.json is out of date: run `cargo xtask schema`";
            Err(Failure::Found(what.to_owned()))
        }
    }
}
