//! Who owns crates (X12): asked for many, and what was not answered is not known.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};
use stationmaster_core::model::Observed;

use crate::{ports::World, progress::Event};

/// Requests in flight at once.
const IN_FLIGHT: usize = 8;

/// The owners of each of these crates, which the registry has.
pub async fn owners(world: &World<'_>, names: &[String]) -> BTreeMap<String, Observed<BTreeSet<String>>> {
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
