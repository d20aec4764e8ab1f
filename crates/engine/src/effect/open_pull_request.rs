//! A proposal to people.

use stationmaster_core::step::OpenPullRequest;

use crate::{
    effect::head,
    ports::{PortResult, World},
};

pub(super) async fn run(world: &World<'_>, it: &OpenPullRequest) -> PortResult<String> {
    let head = head::write(world, &it.draft).await?;
    let number = world.here.forge.open_pull_request(&it.draft, &head, world.clock.now()).await?;
    Ok(format!("pull request #{number} with {head}"))
}
