//! `stationmaster plan`

use std::path::PathBuf;

use clap::Args;
use stationmaster_core::{policy::Policy, step::Plan};
use stationmaster_engine::progress::Silent;

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Failure},
    facts_file::FactsFile,
    policy_file, render,
    wiring::{Opened, block_on},
};

/// Show what would happen now, and why.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print the plan as JSON, for `apply --plan`.
    #[arg(long)]
    json: bool,
    /// Save everything the plan is based on to a file, for a bug report. The file holds no secrets.
    #[arg(long, value_name = "FILE")]
    save_facts: Option<PathBuf>,
    /// Plan from a file written by `--save-facts` and look at nothing else; `-` reads standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "save_facts")]
    facts: Option<PathBuf>,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let (policy, plan) = made(scope, arguments)?;
    if arguments.json {
        super::print_json(&plan)?;
    } else {
        render::plan::print(&policy, &plan);
    }
    Ok(super::waiting(&plan))
}

fn made(scope: &Scope, arguments: &Arguments) -> Result<(Policy, Plan), Failure> {
    if let Some(path) = &arguments.facts {
        return FactsFile::read(path)?.replay(scope, path);
    }
    let opened = Opened::open(scope)?;
    let (facts, plan) = block_on(async { opened.look(&Silent).await })?;
    if let Some(path) = &arguments.save_facts {
        let policy = policy_file::source(scope, &opened.repository)?;
        FactsFile::new(policy, facts).save(path)?;
    }
    Ok((opened.policy, plan))
}
