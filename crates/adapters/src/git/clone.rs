//! A bare copy that stands alone, for rehearsals: all objects, but only branches and tags.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, Write as _},
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
            match fs::read(repository.common_dir().join("shallow")) {
                Ok(shallow) => write_new(&dest.join("shallow"), &shallow)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
            write_new(&dest.join("packed-refs"), packed.as_bytes())
        };
        copy().map_err(|error| failed(what(), error))?;
        Self::open(dest).map_err(|error| failed(what(), error))
    }
}

/// The skeleton of a bare repository at a path where nothing is, or an empty folder. Of several who want the same place at the
/// same time, one gets it.
pub(super) fn make_bare(dest: &Path, head: &str) -> PortResult<()> {
    let what = || format!("create {}", dest.display());
    let taken = || refused(what(), "there is something already");
    let claim = || -> io::Result<bool> {
        fs::create_dir_all(dest)?;
        let is_empty = fs::read_dir(dest)?.next().is_none();
        if is_empty {
            // Fails for all but the first.
            fs::create_dir(dest.join("objects"))?;
        }
        Ok(is_empty)
    };
    match claim() {
        Ok(true) => {}
        Ok(false) => return Err(taken()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(taken()),
        Err(error) => return Err(failed(what(), error)),
    }
    let make = || -> io::Result<()> {
        for folder in ["objects/info", "objects/pack", "refs/heads", "refs/tags"] {
            fs::create_dir_all(dest.join(folder))?;
        }
        write_new(&dest.join("config"), CONFIG.as_bytes())?;
        write_new(&dest.join("HEAD"), format!("{head}\n").as_bytes())
    };
    make().map_err(|error| failed(what(), error))
}

/// Write a file where none is.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    File::create_new(path)?.write_all(bytes)
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

/// Give an object file a second name, or where the file system has none, copy it. What is at `to` already is the same object,
/// from another object folder; it stays as it is, for it may be one file with the original.
fn link_or_copy(from: &Path, to: &Path) -> io::Result<()> {
    let real: PathBuf = from.canonicalize()?;
    match fs::hard_link(&real, to) {
        Err(error) if has_no_links(&error) => copy_new(&real, to),
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Whether this file can have no second name there: it is on another file system, or on one without hard links, has as many as it
/// may have, or is another user's.
fn has_no_links(error: &io::Error) -> bool {
    use io::ErrorKind::{CrossesDevices, PermissionDenied, TooManyLinks, Unsupported};
    matches!(error.kind(), CrossesDevices | PermissionDenied | TooManyLinks | Unsupported)
}

/// Copy a file to where none is: beside its place, under a name that git takes for unfinished, and then there, over nothing.
fn copy_new(from: &Path, to: &Path) -> io::Result<()> {
    let folder = to.parent().ok_or_else(|| io::Error::other("a file has no folder"))?;
    let mut copy = tempfile::Builder::new().prefix("tmp_obj_").tempfile_in(folder)?;
    io::copy(&mut File::open(from)?, &mut copy)?;
    copy.as_file().set_permissions(from.metadata()?.permissions())?;
    match copy.persist_noclobber(to) {
        Err(failure) if failure.error.kind() != io::ErrorKind::AlreadyExists => Err(failure.error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_never_writes_over_what_came_meanwhile() {
        let folder = tempfile::tempdir().expect("a folder");
        let (object, link) = (folder.path().join("object"), folder.path().join("link"));
        fs::write(&object, "the only copy").expect("written");
        fs::hard_link(&object, &link).expect("linked");
        copy_new(&object, &link).expect("left as it is");
        link_or_copy(&object, &link).expect("left as it is");
        assert_eq!(fs::read_to_string(&object).expect("read"), "the only copy");
        let copied = folder.path().join("copied");
        copy_new(&object, &copied).expect("copied");
        assert_eq!(fs::read_to_string(&copied).expect("read"), "the only copy");
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 3, "nothing unfinished is left");
    }

    #[test]
    fn many_who_copy_the_same_objects_to_one_place_leave_the_originals_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        let objects: Vec<PathBuf> = (0..64).map(|at| from.join(format!("{:02x}/object", at))).collect();
        for object in &objects {
            fs::create_dir_all(object.parent().expect("a folder")).expect("made");
            fs::write(object, vec![b'x'; 4096]).expect("written");
        }
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| copy_objects(&from, &to).expect("copied"));
            }
        });
        for object in &objects {
            assert_eq!(fs::metadata(object).expect("there").len(), 4096, "{}", object.display());
        }
    }

    #[test]
    fn only_where_there_can_be_no_link_a_file_is_copied() {
        use io::ErrorKind as Kind;
        let copied = [Kind::CrossesDevices, Kind::PermissionDenied, Kind::TooManyLinks, Kind::Unsupported];
        let told = [Kind::AlreadyExists, Kind::NotFound, Kind::StorageFull, Kind::ReadOnlyFilesystem, Kind::Other];
        assert!(copied.into_iter().all(|kind| has_no_links(&kind.into())));
        assert!(!told.into_iter().any(|kind| has_no_links(&kind.into())));
    }
}
