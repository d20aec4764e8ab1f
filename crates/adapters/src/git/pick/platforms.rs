//! What compares and merges the files of a change. Made once for many picks: it reads the attributes of the whole head.

use gix::{
    ObjectId,
    merge::{blob::builtin_driver::text::Labels, plumbing::tree::Conflict},
    objs::{Kind, Write},
    worktree::stack::state::attributes::Source,
};

use super::PortResult;
use crate::git::failure::failed;

/// Kept between merges.
pub(super) struct Platforms {
    compare: gix::diff::blob::Platform,
    merge: gix::merge::blob::Platform,
    walk: gix::diff::tree::State,
}

/// A merge of three trees.
pub(super) struct Merged {
    /// The tree, with conflicts in it where there are any.
    pub(super) tree: ObjectId,
    /// What did not merge.
    pub(super) conflicts: Vec<Conflict>,
}

impl Platforms {
    /// With the attributes of the head. Files are compared, to find renames, without any: likeness needs none.
    pub(super) fn new(repository: &gix::Repository) -> PortResult<Self> {
        let what = || "prepare to merge".to_owned();
        let no_files = gix::index::State::new(repository.object_hash());
        let attributes =
            repository.attributes_only(&no_files, Source::IdMapping).map_err(|error| failed(what(), error))?;
        let mode = gix::diff::blob::pipeline::Mode::ToGit;
        let compare = gix::diff::resource_cache(repository, mode, attributes.detach(), Default::default());
        let merge = repository.merge_resource_cache(Default::default());
        Ok(Self {
            compare: compare.map_err(|error| failed(what(), error))?,
            merge: merge.map_err(|error| failed(what(), error))?,
            walk: Default::default(),
        })
    }

    /// Merge the trees of a change and of a line, as git does.
    pub(super) fn merge(
        &mut self,
        repository: &gix::Repository,
        base: ObjectId,
        ours: ObjectId,
        theirs: ObjectId,
    ) -> PortResult<Merged> {
        let what = || "merge the change's files".to_owned();
        let options = repository.tree_merge_options().map_err(|error| failed(what(), error))?;
        let labels =
            Labels { ancestor: Some("before".into()), current: Some("line".into()), other: Some("change".into()) };
        let merged = gix::merge::plumbing::tree(
            &base,
            &ours,
            &theirs,
            labels,
            repository,
            |blob| repository.write_buf(Kind::Blob, blob),
            &mut self.walk,
            &mut self.compare,
            &mut self.merge,
            options.into(),
        );
        let mut merged = merged.map_err(|error| failed(what(), error))?;
        let tree = merged.tree.write(|tree| repository.write(tree)).map_err(|error| failed(what(), error))?;
        self.compare.clear_resource_cache_keep_allocation();
        Ok(Merged { tree, conflicts: merged.conflicts })
    }
}
