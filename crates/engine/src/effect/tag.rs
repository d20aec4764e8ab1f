//! The tag of a release.

use stationmaster_core::step::Tag;

use crate::ports::{PortResult, TagSpec, World};

pub(super) async fn run(world: &World<'_>, it: &Tag) -> PortResult<String> {
    let spec = TagSpec {
        name: it.tag.clone(),
        commit: it.commit.clone(),
        message: it.message.clone(),
        identity: it.identity.clone(),
        seconds: it.seconds,
    };
    world.here.refs.create_tag(&spec).await?;
    Ok(format!("{} at {}", it.tag, it.commit))
}
