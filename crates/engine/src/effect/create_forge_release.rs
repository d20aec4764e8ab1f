//! A release on the forge.

use stationmaster_core::step::CreateForgeRelease;

use crate::ports::{PortResult, World};

pub(super) async fn run(world: &World<'_>, it: &CreateForgeRelease) -> PortResult<String> {
    world.here.forge.create_release(&it.draft).await?;
    Ok(format!("release {}", it.draft.tag))
}
