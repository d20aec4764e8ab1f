//! A bare copy that stands alone, for rehearsals: all objects, but only branches and tags.

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

use gix::{objs::Kind, refs::TargetRef};

use super::{
    PortResult, Repository,
    failure::{failed, refused},
};

/// What a bare repository needs beside its objects. No hooks.
const CONFIG: &str = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n";

impl Repository {
    /// Copy this repository to a new bare one: branches, tags, `HEAD`, and all objects, those of alternates too. Object
    /// files are hard links where the file system allows (git never changes one in place), else copies. Other refs, such
    /// as pull requests of a mirror, are left behind. This repository is not written to.
    ///
    /// # Errors
    /// Something is at `dest` already, or the file system says no.
    pub fn clone_to_bare(&self, dest: &Path) -> PortResult<Self> {
        let what = || format!("copy {} to {}", self.git_dir().display(), dest.display());
        let repository = self.local();
        let objects = repository.objects.store_ref().path().to_owned();
        let current = std::env::current_dir().map_err(|error| failed(what(), error))?;
        let mut sources =
            gix::odb::alternate::resolve(objects.clone(), &current).map_err(|error| failed(what(), error))?;
        sources.insert(0, objects);
        let head = match repository.head_ref() {
            _ if self.head_is_unborn() => self.main_branch_guess().map(|name| format!("ref: refs/heads/{name}")),
            Ok(Some(branch)) => Some(format!("ref: {}", branch.name().as_bstr())),
            _ => repository.head_id().ok().map(|id| id.to_string()),
        };
        let packed = packed_refs(&repository)?;
        make_bare(dest, &head.unwrap_or_else(|| "ref: refs/heads/main".to_owned()))?;
        let copy = || -> io::Result<()> {
            for source in sources {
                copy_objects(&source, &dest.join("objects"))?;
            }
            let shallow = repository.common_dir().join("shallow");
            if shallow.exists() {
                fs::copy(shallow, dest.join("shallow"))?;
            }
            fs::write(dest.join("packed-refs"), packed)
        };
        copy().map_err(|error| failed(what(), error))?;
        Self::open(dest).map_err(|error| failed(what(), error))
    }
}

/// The skeleton of a bare repository at a path where nothing is, or an empty folder.
pub(super) fn make_bare(dest: &Path, head: &str) -> PortResult<()> {
    let what = || format!("create {}", dest.display());
    if fs::read_dir(dest).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(refused(what(), "there is something already"));
    }
    let make = || -> io::Result<()> {
        for folder in ["objects/info", "objects/pack", "refs/heads", "refs/tags"] {
            fs::create_dir_all(dest.join(folder))?;
        }
        fs::write(dest.join("config"), CONFIG)?;
        fs::write(dest.join("HEAD"), format!("{head}\n"))
    };
    make().map_err(|error| failed(what(), error))
}

/// Branches and tags as the text of a `packed-refs` file, with peeled ids, sorted.
fn packed_refs(repository: &gix::Repository) -> PortResult<String> {
    let what = || "list branches and tags".to_owned();
    let platform = repository.references().map_err(|error| failed(what(), error))?;
    let branches = platform.local_branches().map_err(|error| failed(what(), error))?;
    let tags = platform.tags().map_err(|error| failed(what(), error))?;
    let mut text = "# pack-refs with: peeled fully-peeled sorted \n".to_owned();
    for found in branches.chain(tags) {
        let mut found = found.map_err(|error| failed(what(), error))?;
        let name = found.name().as_bstr().to_string();
        let target = match found.target() {
            TargetRef::Object(id) => id.to_owned(),
            TargetRef::Symbolic(_) => {
                found.peel_to_id().map_err(|error| failed(format!("read {name}"), error))?.detach()
            }
        };
        let object = repository.find_object(target).map_err(|error| failed(format!("read {name}"), error))?;
        // Writing to a String cannot fail.
        let _infallible = writeln!(text, "{target} {name}");
        if object.kind == Kind::Tag {
            let peeled = object.peel_tags_to_end().map_err(|error| failed(format!("peel {name}"), error))?;
            let _infallible = writeln!(text, "^{}", peeled.id);
        }
    }
    Ok(text)
}

/// Link or copy the object files of one object folder: loose ones, packs and commit graphs.
fn copy_objects(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let loose = name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if (loose || name == "pack") && entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to.join(name))?;
        }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let source = entry?.path();
        if is_object_file(&source) {
            link_or_copy(&source, &to.join(source.file_name().unwrap_or_default()))?;
        }
    }
    Ok(())
}

/// Not: locks, what a running fetch is still writing, and indexes over several packs, which would name packs of one
/// object folder only.
fn is_object_file(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    path.is_file() && !name.starts_with("tmp_") && !name.starts_with("multi-pack-index") && !name.ends_with(".lock")
}

fn link_or_copy(from: &Path, to: &Path) -> io::Result<()> {
    if to.exists() {
        return Ok(());
    }
    let real: PathBuf = from.canonicalize()?;
    match fs::hard_link(&real, to) {
        Ok(()) => Ok(()),
        Err(_) => fs::copy(&real, to).map(drop),
    }
}
