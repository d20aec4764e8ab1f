//! Nothing that the registry would refuse stands in the way of the tag (X12): a release that cannot be published whole is not
//! begun.

use super::{Asked, Door, Gate, Hold, packages, waits};
use crate::{
    lint::registry_rules::{self, RegistryLimits},
    model::{Packages, Rule},
};

pub(super) struct RegistryRules;

impl Gate for RegistryRules {
    fn rule(&self) -> Rule {
        Rule::X12
    }

    fn holds(&self, asked: &Asked<'_>) -> Vec<Hold> {
        if !packages::are_judged(asked) {
            return Vec::new();
        }
        let workspace = match asked.workspace {
            Ok(workspace) => workspace,
            // What is wrong with the files of a proposal, the step that writes it says.
            Err(_) if asked.door == Door::Merge => return Vec::new(),
            Err(hold) => return vec![hold.clone()],
        };
        let publish = &asked.rules.publish;
        let Ok(crates) = workspace.release_order(publish) else {
            // They go to the registry in no order: that, and all else that their manifests show.
            return waits(registry_rules::workspace(workspace, publish));
        };
        match asked.ask.packages(asked.commit, &crates) {
            Err(unseen) => packages::unseen(asked, "the packaged crates", unseen),
            Ok(Packages::Refused(why)) => vec![packages::refused(asked.version, why).into()],
            Ok(Packages::Whole(packaged)) => {
                let found = registry_rules::packages(packaged, RegistryLimits::of(publish));
                waits(registry_rules::in_files(found, workspace))
            }
        }
    }

    fn is_costly(&self) -> bool {
        true
    }
}
