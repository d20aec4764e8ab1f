//! Nothing in the registry's index stands in the way of the tag (X12): a version or a name that is taken, a dependency that is
//! missing or yanked.

use super::{Asked, Door, Gate, Hold, packages, waits};
use crate::{
    lint::registry_rules::{self, InIndex, ReleaseInIndex},
    model::{CrateRelease, CrateVersions, Packaged, Packages, Rule},
    workspace::Workspace,
};

pub(super) struct IndexRules;

impl Gate for IndexRules {
    fn rule(&self) -> Rule {
        Rule::X12
    }

    fn holds(&self, asked: &Asked<'_>) -> Vec<Hold> {
        if !packages::are_judged(asked) {
            return Vec::new();
        }
        // What is wrong with those, the registry's rules say.
        let Ok(workspace) = asked.workspace else { return Vec::new() };
        let Ok(crates) = workspace.release_order(&asked.rules.publish) else { return Vec::new() };
        // Both are asked for in one round.
        let index = own_entries(asked, &crates);
        match asked.ask.packages(asked.commit, &crates) {
            Ok(Packages::Whole(packaged)) => in_index(asked, workspace, (&crates, packaged)),
            Ok(Packages::Refused(_)) if asked.door == Door::Tag => index.err().into_iter().collect(),
            Ok(Packages::Refused(_)) | Err(_) => {
                index.err().filter(|hold| *hold == Hold::Lacking).into_iter().collect()
            }
        }
    }

    fn is_costly(&self) -> bool {
        true
    }
}

/// Why a release must not leave, or go on, by what the index says of its packaged crates.
pub(crate) fn in_index(
    asked: &Asked<'_>,
    workspace: &Workspace,
    (crates, packaged): (&[CrateRelease], &[Packaged]),
) -> Vec<Hold> {
    let index = match registry_rules::release_in_index(asked.ask, packaged) {
        Ok(index) => index,
        Err(lacking) => return vec![lacking.into()],
    };
    let InIndex { known, unknown } = ReleaseInIndex { crates, packaged, index }.judge();
    let known = waits(registry_rules::in_files(known, workspace)).into_iter();
    if asked.door == Door::Merge {
        return known.collect();
    }
    // Many crates that cannot be asked for are mostly one fact.
    let own = own_entries(asked, crates).err();
    let first = own.or_else(|| unknown.first().map(|it| Hold::unknown("what the index says", &it.detail)));
    known.chain(first).collect()
}

/// What the index has of these crates, in their order; all of them are asked for in one round. Or the first that is not known.
pub(crate) fn own_entries<'a>(asked: &Asked<'a>, crates: &[CrateRelease]) -> Result<Vec<&'a CrateVersions>, Hold> {
    let entry = |release: &CrateRelease| {
        let what = |unseen| Hold::unseen(&format!("index entry of {}", release.name), unseen);
        asked.ask.index(&release.name).map_err(what)
    };
    let all: Vec<Result<_, Hold>> = crates.iter().map(entry).collect();
    all.into_iter().collect()
}
