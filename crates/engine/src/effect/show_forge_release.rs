//! A release that everybody sees.

use stationmaster_core::step::ShowForgeRelease;

use crate::ports::{PortResult, World};

pub(super) async fn run(world: &World<'_>, it: &ShowForgeRelease) -> PortResult<String> {
    world.here.forge.show_release(&it.tag, it.latest).await?;
    Ok(format!("release {} with {} files", it.tag, it.files.len()))
}
