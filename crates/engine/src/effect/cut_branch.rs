//! A release branch.

use stationmaster_core::step::CutBranch;

use crate::ports::{PortResult, World};

pub(super) async fn run(world: &World<'_>, it: &CutBranch) -> PortResult<String> {
    world.here.refs.set_branch(&it.branch, None, &it.commit).await?;
    Ok(format!("{} at {}", it.branch, it.commit))
}
