//! The tag of a release.

use stationmaster_core::step::Tag;

use crate::ports::{PortResult, World};

pub(super) async fn run(world: &World<'_>, it: &Tag) -> PortResult<String> {
    world.git.create_tag(&it.tag, &it.commit, &it.message, &it.identity, it.seconds).await?;
    Ok(format!("{} at {}", it.tag, it.commit))
}
