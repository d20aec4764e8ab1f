//! The calendar against the real history, and against its own promises.

use std::{fs, path::PathBuf};

use jiff::civil::{Date, Weekday, date};

use super::*;
use crate::policy::Policy;

mod history;
mod properties;

fn wasmtime() -> Policy {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../policies/wasmtime.toml");
    Policy::parse(&fs::read_to_string(path).expect("policies/wasmtime.toml is there")).expect("it is a policy")
}

fn policy(train: &str, rest: &str) -> Policy {
    Policy::parse(&format!("[project]\nname = \"Example\"\n[train]\n{train}\n{rest}")).expect("a policy")
}

fn names(lines: &[LineName]) -> String {
    lines.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
