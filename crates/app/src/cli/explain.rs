//! `stationmaster explain`

use std::str::FromStr;

use clap::Args;
use semver::Version;
use stationmaster_core::{
    model::LineName,
    report::train::{Asked, TrainView},
};
use stationmaster_engine::progress::Silent;

use super::Scope;
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    render,
    wiring::{Opened, block_on},
};

/// Say why nothing is happening to a train.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A version (`5.0.0`), a release line (`5.0`), or `next` for the train that leaves next.
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
            Ok(Ending::Done)
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
