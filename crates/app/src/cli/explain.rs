//! `stationmaster explain`

use std::str::FromStr;

use clap::Args;
use semver::Version;
use stationmaster_core::{
    model::{LineName, WaitReason},
    report::train::{Asked, TrainView},
    step::Plan,
};
use stationmaster_engine::progress::Silent;

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    render,
    wiring::{Opened, block_on},
};

/// Explain what a train is waiting for.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A version (`5.0.0`), a release line (`5.0`), or `next` for the next train.
    #[arg(value_name = "VERSION|LINE|next", default_value = "next")]
    train: Train,
}

/// What was asked about, and how it was written.
#[derive(Debug, Clone)]
struct Train {
    asked: Asked,
    text: String,
}

impl FromStr for Train {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let asked = if text == "next" {
            Asked::Next
        } else if let Ok(version) = text.parse::<Version>() {
            Asked::Version(version)
        } else if let Ok(line) = text.parse::<LineName>() {
            Asked::Line(line)
        } else {
            return Err("a version such as `5.0.0`, a release line such as `5.0`, or `next` is expected".to_owned());
        };
        Ok(Self { asked, text: text.to_owned() })
    }
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let opened = Opened::open(scope)?;
    let (seen, plan) = block_on(async { opened.look(&Silent).await })?;
    match TrainView::find(&arguments.train.asked, &seen, &plan) {
        Some(view) => {
            render::explain::print(&view);
            let in_the_way = view.waits.iter().any(|wait| wait.reason.is_unknown());
            Ok(if in_the_way || seen.own.pull_requests.known().is_none() { Ending::Outside } else { Ending::Done })
        }
        None if unseen(&plan).is_some() => {
            let why = unseen(&plan).unwrap_or_default();
            Err(Failure::new(Ending::Outside, format!("what is on the way on {} could not be seen: {why}", plan.today))
                .hint("`stationmaster plan` shows everything that could not be read"))
        }
        None if arguments.train.asked == Asked::Next => {
            crate::output::println!("No train is on the way on {}: all that the calendar names have left.", plan.today);
            Ok(Ending::Done)
        }
        None => {
            let known: Vec<String> = plan.trains.iter().map(|train| train.version.to_string()).collect();
            let message = format!("no train `{}` is on the way or supported on {}", arguments.train.text, plan.today);
            Err(Failure::new(Ending::Usage, message).hint(match known.as_slice() {
                [] => "there is none at all on this day: see `stationmaster calendar`".to_owned(),
                known => format!("there are {}", known.join(", ")),
            }))
        }
    }
}

/// Something that could not be looked at.
fn unseen(plan: &Plan) -> Option<String> {
    plan.waits.iter().find_map(|wait| match &wait.reason {
        WaitReason::Unknown { what, why } => Some(format!("{what}: {why}")),
        _ => None,
    })
}
