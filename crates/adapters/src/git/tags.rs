//! Tags: listing them peeled, and creating annotated ones.

use std::collections::{BTreeMap, HashMap, hash_map::Entry};

use gix::objs::{Kind, Tag};
use stationmaster_core::model::{CommitId, Identity};

use super::{
    PortResult, Repository, commit_id,
    failure::failed,
    object_id,
    refs::{find_ref, full_name, moved},
    write::signature,
};

impl Repository {
    /// Tags peeled to commits. Where `packed-refs` holds the peeled id, no tag object is read.
    pub(super) fn read_tags(&self) -> PortResult<BTreeMap<String, CommitId>> {
        let what = || "list the tags".to_owned();
        let repository = self.local();
        let platform = repository.references().map_err(|error| failed(what(), error))?;
        let tags = platform.tags().map_err(|error| failed(what(), error))?;
        let tags = tags.peeled().map_err(|error| failed(what(), error))?;
        let mut found = BTreeMap::new();
        // Many tags may be on one commit: each object is looked at once.
        let mut kinds = HashMap::new();
        for tag in tags {
            let tag = tag.map_err(|error| failed(what(), error))?;
            let id = tag.id();
            let name = tag.name().shorten().to_string();
            let kind = match kinds.entry(id.detach()) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => {
                    let header = id.header();
                    *new.insert(
                        header.map_err(|error| failed(format!("read what tag {name} points to"), error))?.kind(),
                    )
                }
            };
            if kind == Kind::Commit {
                found.insert(name, commit_id(id));
            }
        }
        Ok(found)
    }

    /// Create an annotated tag. Already on the same commit: fine.
    pub(super) fn write_tag(
        &self,
        tag: &str,
        commit: &CommitId,
        message: &str,
        identity: &Identity,
        seconds: i64,
    ) -> PortResult<()> {
        let name = full_name("refs/tags/", tag)?;
        let what = format!("tag {tag}");
        let repository = self.local();
        let target = Self::commit(&repository, commit)?.id;
        match find_ref(&repository, &name)? {
            Some(now) if now == target => return Ok(()),
            Some(now) => return Err(moved(&what, Some(now))),
            None => {}
        }
        let mut message = message.to_owned();
        if !message.ends_with('\n') {
            message.push('\n');
        }
        let object = Tag {
            target: object_id(commit)?,
            target_kind: Kind::Commit,
            name: tag.into(),
            tagger: Some(signature(identity, seconds)),
            message: message.into(),
            signature: None,
        };
        let id = repository.write_object(&object).map_err(|error| failed(format!("write {what}"), error))?.detach();
        match self.swap(&repository, &name, None, id, "stationmaster: tagged") {
            Ok(()) => Ok(()),
            Err(error) => match find_ref(&repository, &name)? {
                Some(now) if now == target => Ok(()),
                Some(now) => Err(moved(&what, Some(now))),
                None => Err(error),
            },
        }
    }
}
