//! What stands at a path where a text is expected, and is none.

use gix::objs::tree::EntryKind;
use stationmaster_core::model::{CommitId, FileSelection, UnreadableFiles};

use super::{
    PortResult, Repository,
    failure::{failed, missing},
};

impl Repository {
    /// What is at the selected paths, and directly in the selected folders, and is no text. What is not there is none.
    ///
    /// # Errors
    /// The commit, one of its trees or a blob is missing.
    pub fn read_unreadable(&self, commit: &CommitId, wanted: &FileSelection) -> PortResult<UnreadableFiles> {
        let mut found = UnreadableFiles::new();
        for path in &wanted.paths {
            found.extend(self.why_unreadable(commit, path)?.map(|why| (path.clone(), why)));
        }
        for folder in &wanted.folders {
            if let Some(why) = self.why_unreadable(commit, &format!("{folder}/."))? {
                found.insert(folder.clone(), why);
            }
            let root = Self::tree_of(&self.local(), commit)?;
            let of_folder = FileSelection { folders: vec![folder.clone()], ..FileSelection::default() };
            let files = self.find_files(root, &|path, _| of_folder.takes(path), &|at| of_folder.may_take_below(at))?;
            for file in files {
                found.extend(self.why_unreadable(commit, &file.path)?.map(|why| (file.path, why)));
            }
        }
        Ok(found)
    }

    /// What stands in the way of reading a path as text. None: it is text, or not there.
    fn why_unreadable(&self, commit: &CommitId, path: &str) -> PortResult<Option<String>> {
        let repository = self.local();
        let read = |error| failed(format!("look for {path} in {commit}"), error);
        let mut tree = Self::tree_of(&repository, commit)?;
        let mut parts = path.split('/').peekable();
        let mut above = String::new();
        while let Some(part) = parts.next() {
            let entries =
                repository.find_tree(tree).map_err(|error| failed(format!("read a tree of {commit}"), error))?;
            let Some(entry) = entries.lookup_entry([part]).map_err(read)? else { return Ok(None) };
            let is_last = parts.peek().is_none();
            let blob = || {
                let object = repository.try_find_object(entry.object_id());
                let object = object.map_err(|error| failed(format!("read `{path}`"), error))?;
                object.ok_or_else(|| missing(format!("blob {} of `{path}`", entry.object_id())))
            };
            let what = match entry.mode().kind() {
                EntryKind::Tree if is_last => "a folder".to_owned(),
                EntryKind::Tree => {
                    tree = entry.object_id();
                    above = if above.is_empty() { part.to_owned() } else { format!("{above}/{part}") };
                    continue;
                }
                EntryKind::Link => format!("a symbolic link to `{}`", String::from_utf8_lossy(&blob()?.data)),
                EntryKind::Commit => "a submodule".to_owned(),
                EntryKind::Blob | EntryKind::BlobExecutable if !is_last => return Ok(None),
                EntryKind::Blob | EntryKind::BlobExecutable => {
                    let is_text = std::str::from_utf8(&blob()?.data).is_ok();
                    return Ok((!is_text).then(|| "is not UTF-8".to_owned()));
                }
            };
            let folder = if above.is_empty() { part.to_owned() } else { format!("{above}/{part}") };
            return Ok(Some(if is_last { format!("is {what}") } else { format!("is in `{folder}`, which is {what}") }));
        }
        Ok(None)
    }
}
