//! Revisions as people write them: `main`, `v36.0.0`, `main~3`, `65b79544b8`.

use stationmaster_core::model::CommitId;

use super::{
    PortResult, Repository, commit_id,
    failure::{failed, missing},
};

impl Repository {
    /// The commit that a revision names, through any annotated tag. All that `git rev-parse` understands of names, ids and
    /// their parents is understood.
    ///
    /// # Errors
    /// [`PortError::Missing`](stationmaster_engine::ports::PortError::Missing) where it names nothing, or no commit.
    pub fn resolve(&self, revision: &str) -> PortResult<CommitId> {
        let repository = self.local();
        let nothing = || missing(format!("revision `{revision}`"));
        if revision.is_empty() || revision.starts_with('-') {
            return Err(nothing());
        }
        let found = repository.rev_parse_single(revision).map_err(|_| nothing())?;
        let object = found.object().map_err(|error| failed(format!("read `{revision}`"), error))?;
        let commit = object.peel_to_commit().map_err(|_| missing(format!("a commit at `{revision}`")))?;
        Ok(commit_id(commit.id))
    }
}
