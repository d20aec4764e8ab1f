//! Selected files of a commit's tree, without a checkout.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use gix::{
    ObjectId,
    bstr::ByteSlice,
    objs::{TreeRefIter, tree::EntryKind},
};
use stationmaster_core::{
    artifact::{TreeFile, TreeSort},
    model::{CommitId, FileSelection, TreeFiles},
    workspace::Links,
};

use super::{
    PortResult, Repository,
    failure::{failed, missing, refused},
    parallel,
};

/// What was read once. Sibling commits, such as the heads of release branches, share most trees and many files.
#[derive(Default)]
pub(super) struct ObjectCache {
    trees: Mutex<HashMap<ObjectId, Arc<[u8]>>>,
    texts: Mutex<HashMap<ObjectId, Option<Arc<str>>>>,
}

/// A folder of a tree that is still to be looked through.
struct Folder {
    /// With a slash at the end, or empty for the root.
    prefix: String,
    tree: ObjectId,
    exact: bool,
}

/// A file that was found.
pub(super) struct Found {
    pub(super) path: String,
    pub(super) blob: ObjectId,
    pub(super) kind: EntryKind,
    /// The path is what the tree holds. Otherwise it is not UTF-8, and `path` only resembles it.
    pub(super) exact: bool,
}

impl Repository {
    /// The selected files that are UTF-8, and those to which symbolic links lead from a selected path. Submodules are no files.
    ///
    /// # Errors
    /// The commit, one of its trees or a blob is missing.
    pub fn read_files(&self, commit: &CommitId, wanted: &FileSelection) -> PortResult<TreeFiles> {
        let root = Self::tree_of(&self.local(), commit)?;
        let takes = |path: &str, kind| kind == EntryKind::Link || wanted.takes(path);
        let found = self.find_files(root, &takes, &|prefix| wanted.may_take_below(prefix))?;
        let (links, found): (Vec<_>, Vec<_>) = found.into_iter().partition(|file| file.kind == EntryKind::Link);
        let mut found: Vec<Found> = found.into_iter().filter(|file| file.exact && is_file(file.kind)).collect();
        let linked = self.linked(root, wanted, &links, &mut found)?;
        let texts = self.texts(&found)?;
        let pairs = found.into_iter().zip(texts);
        let files: TreeFiles = pairs.filter_map(|(file, text)| Some((file.path, text?.as_ref().to_owned()))).collect();
        Ok(files.with_links(linked).of_workspace(self.workspace.clone()))
    }

    /// Selected paths that lead to files over links, with these files. What is found only so is added to the files.
    fn linked(
        &self,
        root: ObjectId,
        wanted: &FileSelection,
        links: &[Found],
        found: &mut Vec<Found>,
    ) -> PortResult<BTreeMap<String, String>> {
        let mut linked = BTreeMap::new();
        if links.is_empty() {
            return Ok(linked);
        }
        let links = self.links(links)?;
        let itself = links.iter().map(|(path, _)| path).filter(|path| wanted.takes(path));
        for path in itself.chain(wanted.paths.iter().map(String::as_str)) {
            if let Some(file) = links.follow(path).ok().filter(|file| file != path) {
                linked.insert(path.to_owned(), file);
            }
        }
        for (link, _) in links.iter() {
            let Ok(folder) = links.follow(link).map(|folder| if folder.is_empty() { folder } else { folder + "/" })
            else {
                continue;
            };
            let first = found.partition_point(|file| file.path.as_str() < folder.as_str());
            for file in found[first..].iter().take_while(|file| file.path.starts_with(&folder)) {
                let path = format!("{link}/{}", &file.path[folder.len()..]);
                // A link to a folder above itself has no end.
                if wanted.takes(&path) && !link.starts_with(&folder) {
                    linked.insert(path, file.path.clone());
                }
            }
        }
        over_further_links(&links, wanted, &mut linked)?;
        let local = self.local();
        let known: BTreeSet<String> = found.iter().map(|file| file.path.clone()).collect();
        for path in linked.values().filter(|path| !known.contains(*path)).collect::<BTreeSet<_>>() {
            found.extend(file_at(&local, root, path)?);
        }
        Ok(linked)
    }

    /// Paths of a commit's files for which the filter holds, sorted. Their contents are not read.
    ///
    /// # Errors
    /// The commit or one of its trees is missing.
    pub fn paths(&self, commit: &CommitId, is_wanted: impl Fn(&str) -> bool + Sync) -> PortResult<Vec<String>> {
        let root = Self::tree_of(&self.local(), commit)?;
        let found = self.find_files(root, &|path, _| is_wanted(path), &|_| true)?;
        let files = found.into_iter().filter(|file| file.exact && matches!(file.kind, EntryKind::Blob));
        let mut paths: Vec<String> = files.map(|file| file.path).collect();
        paths.sort();
        Ok(paths)
    }

    /// All that is in a commit, sorted by path: files, links and submodules.
    ///
    /// # Errors
    /// The commit or one of its trees is missing, or a path is not UTF-8.
    pub fn listing(&self, commit: &CommitId) -> PortResult<Vec<TreeFile>> {
        let root = Self::tree_of(&self.local(), commit)?;
        let found = self.find_files(root, &|_, _| true, &|_| true)?;
        let listed = found.into_iter().map(|file| {
            let sort = match file.kind {
                EntryKind::BlobExecutable => TreeSort::Executable,
                EntryKind::Link => TreeSort::Link,
                EntryKind::Commit => TreeSort::Submodule,
                EntryKind::Blob | EntryKind::Tree => TreeSort::Plain,
            };
            let is_plain = file.exact.then_some(TreeFile { path: file.path.clone(), sort });
            is_plain.ok_or_else(|| refused(format!("listing `{}`", file.path), "its path is not UTF-8"))
        });
        listed.collect()
    }

    /// The text of one file of a commit, or nothing where there is no such file.
    ///
    /// # Errors
    /// The commit or the blob is missing, or the file is not UTF-8.
    pub fn read_blob_at(&self, commit: &CommitId, path: &str) -> PortResult<Option<String>> {
        let repository = self.local();
        let tree = Self::commit(&repository, commit)?
            .tree()
            .map_err(|error| failed(format!("read the tree of {commit}"), error))?;
        let entry = tree
            .lookup_entry(path.split('/'))
            .map_err(|error| failed(format!("look for {path} in {commit}"), error))?;
        let Some(entry) = entry.filter(|entry| entry.mode().is_blob()) else { return Ok(None) };
        match read_text(&repository, path, entry.object_id())? {
            Some(text) => Ok(Some(text.as_ref().to_owned())),
            None => Err(refused(format!("reading {path} of {commit} as text"), "it is not UTF-8")),
        }
    }

    /// Every entry below a tree for which `is_wanted(path, kind)` holds, looking only into folders for which
    /// `may_hold(path with a slash)` holds. Sorted by path.
    pub(super) fn find_files(
        &self,
        root: ObjectId,
        is_wanted: &(dyn Fn(&str, EntryKind) -> bool + Sync),
        may_hold: &(dyn Fn(&str) -> bool + Sync),
    ) -> PortResult<Vec<Found>> {
        let first = vec![Folder { prefix: String::new(), tree: root, exact: true }];
        let mut found = parallel::spread(&self.store, first, |repository, folder, grown| {
            let data = self.tree(repository, &folder)?;
            let mut path = folder.prefix.clone();
            for entry in TreeRefIter::from_bytes(&data, root.kind()) {
                let entry = entry.map_err(|error| failed(format!("read tree {}", folder.tree), error))?;
                let name = entry.filename.to_str_lossy();
                let exact = folder.exact && matches!(name, Cow::Borrowed(_));
                path.truncate(folder.prefix.len());
                path.push_str(&name);
                if entry.mode.is_tree() {
                    path.push('/');
                    if may_hold(&path) {
                        grown.open.push(Folder { prefix: path.clone(), tree: entry.oid.to_owned(), exact });
                    }
                } else if is_wanted(&path, entry.mode.kind()) {
                    let (blob, kind) = (entry.oid.to_owned(), entry.mode.kind());
                    grown.results.push(Found { path: path.clone(), blob, kind, exact });
                }
            }
            Ok(())
        })?;
        found.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    /// The raw tree of a folder.
    fn tree(&self, repository: &gix::Repository, folder: &Folder) -> PortResult<Arc<[u8]>> {
        let known = || self.cache.trees.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(data) = known().get(&folder.tree) {
            return Ok(Arc::clone(data));
        }
        let object = repository
            .try_find_object(folder.tree)
            .map_err(|error| failed(format!("read the tree of `{}`", folder.prefix), error))?;
        let object = object.ok_or_else(|| missing(format!("tree {} of `{}`", folder.tree, folder.prefix)))?;
        let data = Arc::<[u8]>::from(object.data.as_slice());
        known().insert(folder.tree, Arc::clone(&data));
        Ok(data)
    }

    /// The texts of files, from the cache or read in parallel. None for those that are not UTF-8.
    fn texts(&self, files: &[Found]) -> PortResult<Vec<Option<Arc<str>>>> {
        let mut known = self.cache.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let new: Vec<&Found> = files.iter().filter(|file| !known.contains_key(&file.blob)).collect();
        let read = parallel::each(&self.store, &new, |repository, file| read_text(repository, &file.path, file.blob))?;
        known.extend(new.iter().map(|file| file.blob).zip(read));
        Ok(files.iter().map(|file| known[&file.blob].clone()).collect())
    }
}

/// More paths over links than any workspace has: links that lead into each other make them.
const MOST_LINKED: usize = 100_000;

/// Add the paths that lead over another link before those that lead over one already. None goes over the same link twice: such
/// a path leads in circles.
fn over_further_links(links: &Links, wanted: &FileSelection, linked: &mut BTreeMap<String, String>) -> PortResult<()> {
    let folders = links.iter().filter_map(|(link, _)| Some((link, links.follow(link).ok()? + "/")));
    let folders: Vec<(&str, String)> = folders.filter(|(link, folder)| !link.starts_with(folder)).collect();
    let mut new: Vec<String> = linked.keys().cloned().collect();
    while let Some(path) = new.pop() {
        for (link, folder) in &folders {
            let Some(rest) = path.strip_prefix(folder) else { continue };
            let further = format!("{link}/{rest}");
            let goes_on = |over: &[String]| over.iter().collect::<BTreeSet<_>>().len() == over.len();
            if !wanted.takes(&further) || linked.contains_key(&further) {
                continue;
            }
            if links.way(&further).is_ok_and(|way| goes_on(&way.over)) {
                linked.insert(further.clone(), linked[&path].clone());
                new.push(further);
            }
            if linked.len() > MOST_LINKED {
                return Err(refused("following the links of a commit", "they lead into each other without end"));
            }
        }
    }
    Ok(())
}

fn is_file(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Blob | EntryKind::BlobExecutable)
}

/// The file at a path of a tree, if there is one.
fn file_at(repository: &gix::Repository, root: ObjectId, path: &str) -> PortResult<Option<Found>> {
    let unread = |error| failed(format!("look for {path}"), error);
    let tree = repository.find_tree(root).map_err(|error| failed(format!("read tree {root}"), error))?;
    let entry = tree.lookup_entry(path.split('/')).map_err(unread)?;
    Ok(entry.filter(|entry| is_file(entry.mode().kind())).map(|entry| Found {
        path: path.to_owned(),
        blob: entry.object_id(),
        kind: entry.mode().kind(),
        exact: true,
    }))
}

/// The text of one blob. A blob that is missing (a partial clone) is an error, never an absent file.
fn read_text(repository: &gix::Repository, path: &str, blob: ObjectId) -> PortResult<Option<Arc<str>>> {
    let object =
        repository.try_find_object(blob).map_err(|error| failed(format!("read `{path}` (blob {blob})"), error))?;
    let object = object.ok_or_else(|| missing(format!("blob {blob} of `{path}`")))?;
    Ok(std::str::from_utf8(&object.data).ok().map(Arc::from))
}
