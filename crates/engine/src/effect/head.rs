//! The head branch of a pull request.

use stationmaster_core::model::{CommitId, DraftChange, PullRequestDraft};

use crate::ports::{PortError, PortResult, World};

/// Write the commit and point the head branch at it.
pub(super) async fn write(world: &World<'_>, draft: &PullRequestDraft) -> PortResult<CommitId> {
    let head = match &draft.change {
        DraftChange::Commit(spec) => world.here.objects.write_commit(spec).await?,
        DraftChange::Pick { pick, commit, .. } => {
            let made = world.here.objects.write_pick(pick).await?;
            if made != *commit {
                let found = format!("it comes to {made}, and not to {commit}");
                return Err(PortError::Moved { what: format!("the pick onto {}", pick.onto), found });
            }
            made
        }
    };
    world.here.refs.set_branch(&draft.head, draft.replaces.as_ref(), &head).await?;
    Ok(head)
}
