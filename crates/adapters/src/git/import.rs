//! A repository from a plain folder: one commit, the same for the same files.

use std::{fs, io, path::Path};

use gix::{ObjectId, objs::tree::EntryKind};
use stationmaster_core::model::Identity;
use stationmaster_engine::ports::RefUpdate;

use super::{
    PortResult, Repository,
    clone::make_bare,
    failure::{failed, refused},
    write::write_commit,
};

impl Repository {
    /// Make a bare repository at `dest` with one commit, on `main`, of all files below `dir`. A `.git` folder is left
    /// out. The same files, identity and time give the same commit.
    ///
    /// # Errors
    /// Something is at `dest` already, a name is not UTF-8, or the file system says no.
    pub fn init_from_dir(dir: &Path, dest: &Path, identity: &Identity, seconds: i64) -> PortResult<Self> {
        let mut files = Vec::new();
        list(dir, "", &mut files).map_err(|error| failed(format!("read {}", dir.display()), error))?;
        make_bare(dest, "ref: refs/heads/main")?;
        let made = Self::open(dest).map_err(|error| failed(format!("open {}", dest.display()), error))?;
        let repository = made.local();
        let empty = repository.empty_tree();
        let mut editor = empty.edit().map_err(|error| failed("start a tree", error))?;
        for path in files {
            let (kind, data) = read(&dir.join(&path)).map_err(|error| failed(format!("read {path}"), error))?;
            let blob = repository.write_blob(data).map_err(|error| failed(format!("write {path}"), error))?;
            editor.upsert(path.as_str(), kind, blob).map_err(|error| failed(format!("add {path}"), error))?;
        }
        let tree: ObjectId = editor.write().map_err(|error| failed("write the tree", error))?.detach();
        if tree.is_empty_tree() {
            return Err(refused(format!("importing {}", dir.display()), "it holds no files"));
        }
        let commit = write_commit(&repository, tree, &[], "Import the project\n", identity, seconds)?;
        made.update_refs(&[RefUpdate::Branch { name: "main".to_owned(), expected: None, to: commit.clone() }])?;
        Ok(made)
    }
}

/// Paths of all files and links below a folder.
fn list(root: &Path, prefix: &str, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(prefix))? {
        let entry = entry?;
        let name = entry.file_name();
        let name =
            name.to_str().ok_or_else(|| io::Error::other(format!("the name {} is not UTF-8", name.display())))?;
        if name == ".git" {
            continue;
        }
        let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
        if entry.file_type()?.is_dir() {
            list(root, &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn read(path: &Path) -> io::Result<(EntryKind, Vec<u8>)> {
    let metadata = fs::symlink_metadata(path)?;
    if metadata.is_symlink() {
        let target = fs::read_link(path)?;
        return Ok((EntryKind::Link, target.into_os_string().into_encoded_bytes()));
    }
    #[cfg(unix)]
    let executable = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o100 != 0;
    #[cfg(not(unix))]
    let executable = false;
    Ok((if executable { EntryKind::BlobExecutable } else { EntryKind::Blob }, fs::read(path)?))
}
