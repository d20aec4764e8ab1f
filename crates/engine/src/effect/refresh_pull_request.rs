//! A proposal whose base moved under it.

use stationmaster_core::step::RefreshPullRequest;

use crate::{
    effect::head,
    ports::{PortResult, World},
};

pub(super) async fn run(world: &World<'_>, it: &RefreshPullRequest) -> PortResult<String> {
    let head = head::write(world, &it.draft).await?;
    world.here.forge.refresh_pull_request(it.number, &it.draft, &head).await?;
    Ok(format!("pull request #{} with {head}", it.number))
}
