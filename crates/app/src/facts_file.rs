//! What was seen for a plan, kept in a file: with the policy, it is all that a plan is made of, here or elsewhere.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};
use stationmaster_adapters::secrets;
use stationmaster_core::{facts::Facts, plan, policy::Policy, step::Plan};

use crate::{
    diagnostics::{Ending, Failure},
    policy_file,
    scope::Scope,
};

/// What a file holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FactsFile {
    /// The version of this program that saw it.
    stationmaster: String,
    /// What the policy is called, and its text.
    policy: (String, String),
    facts: Facts,
}

impl FactsFile {
    pub(crate) fn new(policy: (String, String), facts: Facts) -> Self {
        Self { stationmaster: env!("CARGO_PKG_VERSION").to_owned(), policy, facts }
    }

    /// Write it, without any secret that this process holds.
    pub(crate) fn save(&self, path: &Path) -> Result<(), Failure> {
        let unwritten = |why: &dyn std::fmt::Display| {
            Failure::new(Ending::Outside, format!("{} could not be written: {why}", path.display()))
        };
        let json = secrets::hidden_json(self).map_err(|error| unwritten(&error))?;
        fs::write(path, format!("{json}\n")).map_err(|error| unwritten(&error))
    }

    /// Read one.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let text = policy_file::read(path)?;
        serde_json::from_str(&text).map_err(|error| {
            let at = format!("{}:{}:{}", path.display(), error.line(), error.column());
            Failure::new(Ending::Usage, format!("{at}: these are no saved facts: {error}"))
                .hint("save some with `stationmaster plan --save-facts FILE`")
        })
    }

    /// Plan again, by the saved policy or by the one that is named now. Nothing is looked at.
    pub(crate) fn replay(&self, scope: &Scope, path: &Path) -> Result<(Policy, Plan), Failure> {
        if let Some(day) = scope.at.filter(|day| *day != self.facts.today) {
            let message = format!("{} holds the facts of {}, not of {day}", path.display(), self.facts.today);
            return Err(Failure::new(Ending::Usage, message).hint("leave `--at` out"));
        }
        let policy = match &scope.policy {
            Some(_) => policy_file::load(scope, None)?,
            None => policy_file::parse(&self.policy.0, &self.policy.1)?,
        };
        let plan = plan::plan(&policy, &self.facts).map_err(|questions| {
            let asked = questions.iter().flat_map(|(at, asked)| asked.iter().map(move |it| format!("{it}{at}")));
            let all: Vec<String> = asked.collect();
            let message = format!("{} does not say {}", path.display(), all.join("; "));
            Failure::new(Ending::Usage, message).hint(format!(
                "it was saved by stationmaster {} with the policy {}; by another, other facts are needed",
                self.stationmaster, self.policy.0
            ))
        })?;
        Ok((policy, plan))
    }
}
