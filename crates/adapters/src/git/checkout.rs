//! A commit's files as a new clone has them, for cargo: it asks git's index which files a crate holds.
//!
//! Nothing of this machine gets in: no link is followed out of the commit, no filter program is run, and only the attributes
//! that are in the commit hold. What cannot be had that way is a [`StandIn`]: a text takes its place, by which a crate that
//! would hold it is known.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
};

use gix::{
    ObjectId,
    index::{
        self, File, State,
        entry::{Flags, Mode, Stat},
    },
    objs::tree::EntryKind,
};
use stationmaster_core::{
    model::{CommitId, LinkFault, StandIn},
    workspace::Links,
};

use super::{
    PortResult, Repository,
    attributes::{Attributes, Treatment},
    failure::failed,
    files::Found,
    parallel,
    written::{Written, create, make_folders},
};

/// First bytes of what takes the place of a file that only stands for another; its path follows. Found in a crate, they stop its
/// release.
pub(crate) const STAND_IN: &[u8] = b"stationmaster: not the file itself, but what stands for ";

/// Which files are to be written.
pub(crate) struct Wanted<'a> {
    /// Whether the file at a path is. What a link leads to is as well.
    pub(crate) file: &'a (dyn Fn(&str) -> bool + Sync),
    /// Paths of the texts that take a stand-in's place: its own, or some below it.
    pub(crate) in_place_of: &'a dyn Fn(&str, &StandIn) -> Vec<String>,
}

/// What is in a folder now.
pub(super) struct WrittenOut {
    root: ObjectId,
    /// Files with content of their own, and links that are followed.
    pub(super) files: Vec<Found>,
    pub(super) stand_ins: BTreeMap<String, StandIn>,
}

impl Repository {
    /// Write a commit's files to a folder that is not there yet, and git's index of them. Gives what only stands for other
    /// files, by path.
    pub(crate) fn checkout(
        &self,
        commit: &CommitId,
        dir: &Path,
        wanted: &Wanted<'_>,
    ) -> PortResult<BTreeMap<String, StandIn>> {
        let WrittenOut { root, files, stand_ins } = self.write_out(commit, dir, wanted.file)?;
        let texts = write_stand_ins(dir, &stand_ins, wanted.in_place_of)
            .map_err(|error| failed(format!("write to {}", dir.display()), error))?;
        write_index(dir, root, &files, &texts)?;
        Ok(stand_ins)
    }

    /// Write a commit's files to a folder, without links that are not followed. What a file with content stands for may be
    /// there as it is in the commit.
    pub(super) fn write_out(
        &self,
        commit: &CommitId,
        dir: &Path,
        is_wanted: &(dyn Fn(&str) -> bool + Sync),
    ) -> PortResult<WrittenOut> {
        let root = Self::tree_of(&self.local(), commit)?;
        let all = self.find_files(root, &|_, _| true, &|_| true)?;
        let attributes = Attributes::of(&self.local(), &all)?;
        let (files, mut stand_ins) = self.choose(all, is_wanted)?;
        make_folders(dir, &files)?;
        let treatments = attributes.map(|it| it.treatments(&self.local(), &files)).transpose()?.unwrap_or_default();
        // Links last: nothing is then written through one.
        let (links, plain): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| file.kind == EntryKind::Link);
        for group in [&plain, &links] {
            for (file, written) in group.iter().zip(self.write_files(dir, group)?) {
                let stand_in = match (written, treatments.get(&file.path)) {
                    (Written::Absent, _) => StandIn::Absent,
                    (Written::Pointer, _) => StandIn::LargeFile,
                    (Written::Yes, Some(Treatment::StandIn(stand_in))) => stand_in.clone(),
                    (Written::Yes, Some(Treatment::Text(text))) => {
                        write_text(dir, file, text)?;
                        continue;
                    }
                    (Written::Yes, None) => continue,
                };
                stand_ins.insert(file.path.clone(), stand_in);
            }
        }
        let files = plain.into_iter().chain(links).filter(|file| !stand_ins.contains_key(&file.path)).collect();
        Ok(WrittenOut { root, files, stand_ins })
    }

    /// Of all files of a commit those that are wanted, with what their links lead to, and what is known to stand for others.
    fn choose(
        &self,
        all: Vec<Found>,
        is_wanted: &(dyn Fn(&str) -> bool + Sync),
    ) -> PortResult<(Vec<Found>, BTreeMap<String, StandIn>)> {
        let links = self.links(&all)?;
        let mut chosen: BTreeSet<usize> = (0..all.len()).filter(|at| is_wanted(&all[*at].path)).collect();
        let mut open: Vec<usize> = chosen.iter().copied().filter(|at| all[*at].kind == EntryKind::Link).collect();
        let mut stand_ins = BTreeMap::new();
        while let Some(at) = open.pop() {
            let path = &all[at].path;
            match reached(&all, &links, path) {
                Ok(reached) => {
                    let new = reached.into_iter().filter(|at| chosen.insert(*at));
                    open.extend(new.filter(|at| all[*at].kind == EntryKind::Link));
                }
                Err(fault) => {
                    let target = links.target(path).unwrap_or_default().to_owned();
                    stand_ins.insert(path.clone(), StandIn::Link { target, fault });
                }
            }
        }
        let mut files = Vec::new();
        for (_, file) in all.into_iter().enumerate().filter(|(at, _)| chosen.contains(at)) {
            if file.kind == EntryKind::Commit {
                stand_ins.insert(file.path, StandIn::Submodule);
            } else if !file.exact {
                stand_ins.insert(file.path, StandIn::Name);
            } else if !stand_ins.contains_key(&file.path) {
                files.push(file);
            }
        }
        Ok((files, stand_ins))
    }

    /// The links among files, with their targets.
    pub(super) fn links(&self, files: &[Found]) -> PortResult<Links> {
        let links: Vec<&Found> = files.iter().filter(|file| file.kind == EntryKind::Link && file.exact).collect();
        let targets = parallel::each(&self.store, &links, |repository, link| {
            let object = repository.try_find_object(link.blob);
            let object = object.map_err(|error| failed(format!("read the link `{}`", link.path), error))?;
            Ok(object.and_then(|object| String::from_utf8(object.data.clone()).ok()))
        })?;
        Ok(Links::new(links.into_iter().map(|link| link.path.clone()).zip(targets)))
    }
}

/// All that a link needs to lead where it does: other links on the way, and the file or all files of the folder at its end.
fn reached(all: &[Found], links: &Links, link: &str) -> Result<Vec<usize>, LinkFault> {
    let way = links.way(link)?;
    let place = |path: &str| all.binary_search_by(|file| file.path.as_str().cmp(path)).ok();
    let mut reached: Vec<usize> = way.over.iter().filter_map(|path| place(path)).collect();
    let mut above = Some(way.end.as_str());
    while let Some(path) = above.filter(|path| !path.is_empty()) {
        if place(path).is_some_and(|at| all[at].kind == EntryKind::Commit) {
            return Err(LinkFault::Unreadable);
        }
        above = path.rsplit_once('/').map(|(folder, _)| folder);
    }
    if let Some(at) = place(&way.end) {
        reached.push(at);
        return Ok(reached);
    }
    let folder = if way.end.is_empty() { String::new() } else { format!("{}/", way.end) };
    let first = all.partition_point(|file| file.path.as_str() < folder.as_str());
    let inside = all[first..].iter().take_while(|file| file.path.starts_with(&folder)).count();
    if inside == 0 {
        return Err(LinkFault::Dangling);
    }
    reached.extend(first..first + inside);
    Ok(reached)
}

fn write_text(dir: &Path, file: &Found, text: &[u8]) -> PortResult<()> {
    let path = dir.join(&file.path);
    let written =
        create(&path, file.kind == EntryKind::BlobExecutable).and_then(|mut to| io::Write::write_all(&mut to, text));
    written.map_err(|error| failed(format!("write {}", path.display()), error))
}

/// Let texts take the place of what only stands for other files. Gives their paths.
fn write_stand_ins(
    dir: &Path,
    stand_ins: &BTreeMap<String, StandIn>,
    in_place_of: &dyn Fn(&str, &StandIn) -> Vec<String>,
) -> io::Result<Vec<String>> {
    let mut texts = Vec::new();
    for (path, stand_in) in stand_ins {
        for text in in_place_of(path, stand_in) {
            let to = dir.join(&text);
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder)?;
            }
            if to.is_symlink() {
                fs::remove_file(&to)?;
            }
            fs::write(to, [STAND_IN, path.as_bytes()].concat())?;
            texts.push(text);
        }
    }
    Ok(texts)
}

/// An index that holds these files, as if they had been checked out: cargo is not to ask whether they are as in the commit.
fn write_index(dir: &Path, root: ObjectId, files: &[Found], texts: &[String]) -> PortResult<()> {
    let mut state = State::new(root.kind());
    let mut add = |path: &str, id, mode| {
        state.dangerously_push_entry(Stat::default(), id, Flags::ASSUME_VALID, mode, path.into());
    };
    for file in files {
        let mode = match file.kind {
            EntryKind::BlobExecutable => Mode::FILE_EXECUTABLE,
            EntryKind::Link => Mode::SYMLINK,
            EntryKind::Blob | EntryKind::Tree | EntryKind::Commit => Mode::FILE,
        };
        add(&file.path, file.blob, mode);
    }
    for text in texts {
        add(text, ObjectId::empty_blob(root.kind()), Mode::FILE);
    }
    state.sort_entries();
    let git = dir.join(".git");
    fs::create_dir_all(&git).map_err(|error| failed(format!("create {}", git.display()), error))?;
    let written = File::from_state(state, git.join("index")).write(index::write::Options::default());
    written.map_err(|error| failed(format!("write an index to {}", git.display()), error))
}
