//! What is done, step by step. One file per kind of step; each says what came out, for the journal.

mod attest;
mod create_forge_release;
mod cut_branch;
mod deliver;
mod head;
mod make_archives;
mod mark_latest;
mod open_pull_request;
pub mod publish;
mod refresh_pull_request;
mod show_forge_release;
mod tag;
mod yank;

use stationmaster_core::step::{Action, Step};

use crate::{ports::World, stopped::Stopped};

/// Do a step whose preconditions hold, in its repository. Returns the evidence for the journal.
///
/// # Errors
/// It could not be done, or not whole.
pub(crate) async fn of(world: &World<'_>, step: &Step) -> Result<String, Stopped> {
    let world = &world.at(&step.repository)?;
    match &step.action {
        Action::CutBranch(it) => Ok(cut_branch::run(world, it).await?),
        Action::OpenPullRequest(it) => Ok(open_pull_request::run(world, it).await?),
        Action::RefreshPullRequest(it) => Ok(refresh_pull_request::run(world, it).await?),
        Action::Tag(it) => Ok(tag::run(world, it).await?),
        Action::Publish(it) => publish::run(world, &step.id, it).await,
        Action::CreateForgeRelease(it) => Ok(create_forge_release::run(world, it).await?),
        Action::MakeArchives(it) => Ok(make_archives::run(world, &step.id, it).await?),
        Action::Attest(it) => Ok(attest::run(world, it).await?),
        Action::ShowForgeRelease(it) => Ok(show_forge_release::run(world, it).await?),
        Action::MarkLatest(it) => Ok(mark_latest::run(world, it).await?),
        Action::Yank(it) => yank::run(world, &step.id, it).await,
        Action::Deliver(it) => deliver::run(world, it).await,
    }
}
