//! Which release is the newest.

use stationmaster_core::step::MarkLatest;

use crate::ports::{PortResult, World};

pub(super) async fn run(world: &World<'_>, it: &MarkLatest) -> PortResult<String> {
    world.here.forge.mark_latest(&it.tag).await?;
    Ok(format!("{} is latest", it.tag))
}
