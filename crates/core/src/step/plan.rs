//! All that is to be done on a day, and why no more is.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Step;
use crate::model::{TrainReport, Wait};

/// What a reconciler would do on a day, and why it does no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The day the plan is for.
    pub today: Date,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// What is not done, and what it waits for.
    pub waits: Vec<Wait>,
    /// Where each train stands that is not at its end of life, oldest first.
    pub trains: Vec<TrainReport>,
}
