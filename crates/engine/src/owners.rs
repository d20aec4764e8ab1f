//! Who owns crates (X12): asked for many, and what was not answered is not known.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};
use stationmaster_core::model::{CrateRelease, CrateVersions, Observed};

use crate::{ports::World, progress::Event};

/// Requests in flight at once.
const IN_FLIGHT: usize = 8;

/// The owners of those of these crates that the registry has, by what its index says of them. Where that is unknown, it is
/// unknown whether there is anything to own.
pub async fn owners(
    world: &World<'_>,
    crates: &[CrateRelease],
    index: &BTreeMap<String, Observed<CrateVersions>>,
) -> BTreeMap<String, Observed<BTreeSet<String>>> {
    let (mut names, mut unknown) = (Vec::new(), BTreeMap::new());
    for CrateRelease { name, .. } in crates {
        match index.get(name) {
            Some(Observed::Known(versions)) if !versions.is_empty() => names.push(name.clone()),
            Some(Observed::Known(_)) | None => {}
            Some(Observed::Unknown(why)) => {
                unknown.insert(name.clone(), Observed::Unknown(why.clone()));
            }
        }
    }
    let mut found = asked(world, &names).await;
    found.extend(unknown);
    found
}

async fn asked(world: &World<'_>, names: &[String]) -> BTreeMap<String, Observed<BTreeSet<String>>> {
    let ask = |name: String| async move {
        let found = world.registry.owners(&name).await;
        (name, found.map_or_else(|error| Observed::Unknown(error.to_string()), Observed::Known))
    };
    let mut answers = stream::iter(names.iter().cloned().map(ask)).buffer_unordered(IN_FLIGHT);
    let mut found = BTreeMap::new();
    world.progress.event(&Event::AskingOwners { asked: 0, of: names.len() });
    while let Some((name, owners)) = answers.next().await {
        found.insert(name, owners);
        world.progress.event(&Event::AskingOwners { asked: found.len(), of: names.len() });
    }
    found
}
