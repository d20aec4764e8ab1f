//! Tags: listing them peeled, and writing annotated ones.

use std::collections::{BTreeMap, HashMap, hash_map::Entry};

use gix::{
    ObjectId,
    objs::{Kind, Tag},
};
use stationmaster_core::model::CommitId;
use stationmaster_engine::ports::TagSpec;

use super::{
    PortResult, Repository, commit_id,
    failure::failed,
    object_id,
    refs::{find_ref, full_name, is_there},
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
        is_there(&repository, what)?;
        Ok(found)
    }

    /// Whether there is a tag of this name.
    ///
    /// # Errors
    /// The name is no tag name, or refs cannot be read.
    pub fn has_tag(&self, tag: &str) -> PortResult<bool> {
        Ok(find_ref(&self.local(), &full_name("refs/tags/", tag)?)?.is_some())
    }

    /// Write the object of an annotated tag. Moves no ref.
    pub(super) fn write_tag(repository: &gix::Repository, tag: &TagSpec) -> PortResult<ObjectId> {
        let mut message = tag.message.clone();
        if !message.ends_with('\n') {
            message.push('\n');
        }
        let object = Tag {
            target: object_id(&tag.commit)?,
            target_kind: Kind::Commit,
            name: tag.name.as_str().into(),
            tagger: Some(signature(&tag.identity, tag.seconds)),
            message: message.into(),
            signature: None,
        };
        let written = repository.write_object(&object).map(gix::Id::detach);
        written.map_err(|error| failed(format!("write tag {}", tag.name), error))
    }
}
