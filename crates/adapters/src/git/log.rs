//! What was committed: messages along the first parents, and when.

use std::collections::HashSet;

use gix::objs::Kind;
use stationmaster_core::model::{CommitId, LoggedCommit};

use super::{PortResult, Repository, commit_id, encoding, failure::failed, refs::full_name};

/// A time with the zone it was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970, at UTC.
    pub seconds: i64,
    /// Seconds east of UTC.
    pub offset: i32,
}

impl Repository {
    /// A commit and those before it, newest first, along first parents, until one that is in `known` or there is none.
    ///
    /// # Errors
    /// A commit is missing, or cannot be read.
    pub fn log(&self, from: &CommitId, known: &HashSet<CommitId>) -> PortResult<Vec<LoggedCommit>> {
        let repository = self.local();
        let mut logged = Vec::new();
        let mut next = Some(from.clone());
        while let Some(id) = next.take().filter(|id| !known.contains(id)) {
            let commit = Self::commit(&repository, &id)?;
            let what = || format!("read commit {id}");
            let time = commit.time().map_err(|error| failed(what(), error))?;
            let message = encoding::message(&commit.decode().map_err(|error| failed(what(), error))?);
            next = commit.parent_ids().next().map(commit_id);
            logged.push(LoggedCommit { id, message, seconds: time.seconds, brought: Vec::new() });
        }
        Ok(logged)
    }

    /// When a commit was committed, with its time zone.
    ///
    /// # Errors
    /// The commit is missing, or cannot be read.
    pub fn committed_at(&self, commit: &CommitId) -> PortResult<Moment> {
        let repository = self.local();
        let time = Self::commit(&repository, commit)?.time();
        let time = time.map_err(|error| failed(format!("read commit {commit}"), error))?;
        Ok(Moment { seconds: time.seconds, offset: time.offset })
    }

    /// When an annotated tag was made. None: it is none, or says not when.
    ///
    /// # Errors
    /// The tag is missing, or cannot be read.
    pub fn tagged_at(&self, tag: &str) -> PortResult<Option<Moment>> {
        let what = || format!("read tag {tag}");
        let repository = self.local();
        let name = full_name("refs/tags/", tag)?;
        let found = repository.find_reference(name.as_ref()).map_err(|error| failed(what(), error))?;
        let Some(id) = found.target().try_id().map(ToOwned::to_owned) else { return Ok(None) };
        let object = repository.find_object(id).map_err(|error| failed(what(), error))?;
        if object.kind != Kind::Tag {
            return Ok(None);
        }
        let tag = object.into_tag();
        let tagger = tag.tagger().map_err(|error| failed(what(), error))?;
        let time = tagger.and_then(|tagger| tagger.time().ok());
        Ok(time.map(|time| Moment { seconds: time.seconds, offset: time.offset }))
    }
}
