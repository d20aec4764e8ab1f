//! The calendar against the real history, and against its own promises.

use jiff::civil::{Date, date};
use stationmaster_core::{
    calendar::{Calendar, supported},
    model::LineName,
    policy::Policy,
};

mod history;
mod promises;

fn wasmtime() -> Policy {
    Policy::parse(include_str!("../../../policies/wasmtime.toml")).expect("policies/wasmtime.toml is a policy")
}

fn policy(train: &str, rest: &str) -> Policy {
    Policy::parse(&format!("[project]\nname = \"Example\"\n[train]\n{train}\n{rest}")).expect("a policy")
}

fn names(lines: &[LineName]) -> String {
    lines.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
