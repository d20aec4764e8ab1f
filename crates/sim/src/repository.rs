//! Commits as values: the pretend repository.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use sha2::{Digest, Sha256};
use stationmaster_core::model::{CommitId, CommitSpec, Identity, TreeFiles};

/// One commit with its whole tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// None for the first commit, two for a merge; the first parent is the branch that was merged into.
    pub parents: Vec<CommitId>,
    /// Path and text of every file.
    pub tree: Arc<TreeFiles>,
    /// The full message.
    pub message: String,
    /// Author and committer.
    pub identity: Identity,
    /// Seconds since 1970.
    pub seconds: i64,
}

impl Commit {
    /// The id: a hash of everything above, so that the same commit has the same id in every run.
    pub fn id(&self) -> CommitId {
        let mut hash = Sha256::new();
        let mut field = |text: &str| {
            hash.update(text.len().to_le_bytes());
            hash.update(text.as_bytes());
        };
        field(&self.parents.len().to_string());
        self.parents.iter().for_each(|parent| field(parent.as_str()));
        for (path, text) in self.tree.iter() {
            field(path);
            field(text);
        }
        field("message");
        [&self.message, &self.identity.name, &self.identity.email].into_iter().for_each(|text| field(text));
        field(&self.seconds.to_string());
        let hex = hex(&hash.finalize());
        hex[..40].parse().expect("forty hex digits are an id")
    }

    /// The first line of the message.
    pub fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }
}

/// Bytes as lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An annotated tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// What it points to.
    pub commit: CommitId,
    /// Its annotation.
    pub message: String,
    /// Tagger.
    pub identity: Identity,
    /// Tagger time, seconds since 1970.
    pub seconds: i64,
}

/// Commits, branches and tags.
#[derive(Debug, Clone, Default)]
pub struct Repository {
    commits: BTreeMap<CommitId, Commit>,
    /// Branches by short name.
    pub branches: BTreeMap<String, CommitId>,
    /// Tags by short name.
    pub tags: BTreeMap<String, Tag>,
}

impl Repository {
    /// A commit, where there is one of this id.
    pub fn commit(&self, id: &CommitId) -> Option<&Commit> {
        self.commits.get(id)
    }

    /// A file at the head of a branch.
    pub fn file(&self, branch: &str, path: &str) -> Option<&String> {
        self.commit(self.branches.get(branch)?)?.tree.get(path)
    }

    /// All commits.
    pub fn ids(&self) -> impl Iterator<Item = &CommitId> {
        self.commits.keys()
    }

    /// Keep a commit. The second is whether it is new.
    pub fn store(&mut self, commit: Commit) -> (CommitId, bool) {
        let id = commit.id();
        let new = self.commits.insert(id.clone(), commit).is_none();
        (id, new)
    }

    /// The commit that a specification asks for; none where its parent does not exist.
    pub fn commit_of(&self, spec: &CommitSpec) -> Option<Commit> {
        let mut tree = TreeFiles::clone(&self.commits.get(&spec.parent)?.tree);
        tree.extend(spec.edits.iter().map(|edit| (edit.path.clone(), edit.text.clone())));
        spec.removed.iter().for_each(|path| drop(tree.remove(path)));
        Some(Commit {
            parents: vec![spec.parent.clone()],
            tree: Arc::new(tree),
            message: spec.message.clone(),
            identity: spec.identity.clone(),
            seconds: spec.seconds,
        })
    }

    /// A commit and everything before it.
    pub fn ancestors(&self, of: &CommitId) -> BTreeSet<CommitId> {
        let mut seen = BTreeSet::from([of.clone()]);
        let mut queue = VecDeque::from([of.clone()]);
        while let Some(id) = queue.pop_front() {
            for parent in self.commits.get(&id).map_or(&[][..], |commit| &commit.parents) {
                if seen.insert(parent.clone()) {
                    queue.push_back(parent.clone());
                }
            }
        }
        seen
    }

    /// Whether `ancestor` is `commit` or before it.
    pub fn contains(&self, commit: &CommitId, ancestor: &CommitId) -> bool {
        self.ancestors(commit).contains(ancestor)
    }

    /// The newest commit that both have: a common ancestor that no other common ancestor is after.
    pub fn merge_base(&self, one: &CommitId, other: &CommitId) -> Option<CommitId> {
        let mut common: BTreeSet<_> = self.ancestors(one).intersection(&self.ancestors(other)).cloned().collect();
        for id in common.clone() {
            if common.contains(&id) {
                let mut before = self.ancestors(&id);
                before.remove(&id);
                common.retain(|candidate| !before.contains(candidate));
            }
        }
        common.into_iter().next()
    }

    /// The tree of a three-way merge, file by file; or the paths in conflict.
    pub fn merged_tree(&self, ours: &CommitId, theirs: &CommitId) -> Result<TreeFiles, Vec<String>> {
        let empty = TreeFiles::new();
        let tree = |id: &CommitId| self.commits.get(id).map_or(&empty, |commit| &*commit.tree);
        let base = self.merge_base(ours, theirs);
        let (base, ours, theirs) = (base.as_ref().map_or(&empty, tree), tree(ours), tree(theirs));
        let paths: BTreeSet<&String> = base.keys().chain(ours.keys()).chain(theirs.keys()).collect();
        let (mut merged, mut conflicts) = (TreeFiles::new(), Vec::new());
        for path in paths {
            let (was, our, their) = (base.get(path), ours.get(path), theirs.get(path));
            let text = if our == their || their == was {
                our
            } else if our == was {
                their
            } else {
                conflicts.push(path.clone());
                None
            };
            if let Some(text) = text {
                merged.insert(path.clone(), text.clone());
            }
        }
        if conflicts.is_empty() { Ok(merged) } else { Err(conflicts) }
    }

    /// The commit on a branch's first-parent line that brought `head` to it; none where `head` is not in it.
    pub fn brought_by(&self, branch: &CommitId, head: &CommitId) -> Option<CommitId> {
        if !self.contains(branch, head) {
            return None;
        }
        let mut at = branch.clone();
        while let Some(parent) = self.commits.get(&at).and_then(|commit| commit.parents.first()) {
            if at == *head || !self.contains(parent, head) {
                break;
            }
            at = parent.clone();
        }
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(repository: &mut Repository, parents: &[&CommitId], files: &[(&str, &str)]) -> CommitId {
        let tree = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let identity = Identity { name: "a maintainer".into(), email: "maintainer@example.org".into() };
        let parents = parents.iter().map(|&id| id.clone()).collect();
        repository.store(Commit { parents, tree: Arc::new(tree), message: "m\n".into(), identity, seconds: 1 }).0
    }

    #[test]
    fn the_same_commit_has_the_same_id_and_another_parent_another() {
        let mut one = Repository::default();
        let a = commit(&mut one, &[], &[("f", "1")]);
        let b = commit(&mut one, &[&a], &[("f", "1")]);
        assert_eq!(commit(&mut Repository::default(), &[], &[("f", "1")]), a);
        assert_ne!(a, b);
    }

    #[test]
    fn changes_of_different_files_merge_and_of_one_file_conflict() {
        let mut git = Repository::default();
        let root = commit(&mut git, &[], &[("a", "1"), ("b", "1")]);
        let ours = commit(&mut git, &[&root], &[("a", "2"), ("b", "1")]);
        let theirs = commit(&mut git, &[&root], &[("a", "1"), ("b", "2"), ("c", "new")]);
        let rival = commit(&mut git, &[&root], &[("a", "3"), ("b", "1")]);
        let merged = git.merged_tree(&ours, &theirs).expect("no conflict");
        assert_eq!(merged.into_iter().map(|(path, text)| path + &text).collect::<Vec<_>>(), ["a2", "b2", "cnew"]);
        assert_eq!(git.merged_tree(&ours, &rival), Err(vec!["a".to_owned()]));
    }

    #[test]
    fn a_file_deleted_on_one_side_stays_deleted() {
        let mut git = Repository::default();
        let root = commit(&mut git, &[], &[("a", "1"), ("b", "1")]);
        let ours = commit(&mut git, &[&root], &[("a", "1")]);
        let theirs = commit(&mut git, &[&root], &[("a", "2"), ("b", "1")]);
        assert_eq!(git.merged_tree(&ours, &theirs), Ok(TreeFiles::from([("a".into(), "2".into())])));
    }

    #[test]
    fn the_merge_base_is_the_newest_common_commit() {
        let mut git = Repository::default();
        let root = commit(&mut git, &[], &[("a", "1")]);
        let side = commit(&mut git, &[&root], &[("a", "2")]);
        let main = commit(&mut git, &[&root], &[("b", "2")]);
        let merge = commit(&mut git, &[&main, &side], &[("b", "3")]);
        let later = commit(&mut git, &[&side], &[("a", "4")]);
        assert_eq!(git.merge_base(&merge, &later), Some(side.clone()));
        assert_eq!(git.brought_by(&merge, &side), Some(merge.clone()));
        assert_eq!(git.brought_by(&merge, &main), Some(main.clone()));
        assert_eq!(git.brought_by(&later, &main), None);
    }
}
