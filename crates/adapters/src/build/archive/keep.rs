//! Finished archives of one commit, and a manifest that says what they are.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use stationmaster_core::{
    artifact::{Job, Machine, Note},
    model::{ArchiveFormat, FileDigest},
};
use stationmaster_engine::ports::{ArchiveFile, Archives, PortResult};

use crate::{build::broken, durable, release_folder};

/// The archives of one commit: `files/NAME`, and `manifest.json` beside that folder, which holds nothing else.
pub(super) struct Kept {
    folder: PathBuf,
    tool: String,
}

/// What is kept, by the archives' name without an ending.
type Manifest = BTreeMap<String, Entry>;

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    /// Of all that the archive was made by, but for the commit.
    made_by: FileDigest,
    files: Vec<FileEntry>,
    notes: Vec<Note>,
}

#[derive(Debug, Serialize, Deserialize)]
struct FileEntry {
    name: String,
    checksum: FileDigest,
    size: u64,
}

impl Kept {
    pub(super) fn new(folder: PathBuf, tool: String) -> Self {
        Self { folder, tool }
    }

    /// The archives of a job, if they are there as they were made.
    pub(super) fn find(&self, job: &Job, machine: &Machine) -> Option<Archives> {
        let entry = self.manifest().remove(&job.stem)?;
        let is_whole = |file: &FileEntry| {
            let path = self.files().join(&file.name);
            let has_size = fs::metadata(&path).is_ok_and(|it| it.len() == file.size);
            has_size && release_folder::digest(&path).is_ok_and(|it| it == file.checksum)
        };
        let same = entry.made_by == self.made_by(job, machine) && entry.files.iter().all(is_whole);
        same.then(|| self.archives(&entry))
    }

    /// Write the archives of a job, one for each format. The manifest comes last: what it does not name is made again.
    pub(super) fn make(
        &self,
        job: &Job,
        machine: &Machine,
        notes: Vec<Note>,
        pack: impl Fn(ArchiveFormat, &mut dyn Write) -> io::Result<()>,
    ) -> PortResult<Archives> {
        // The lease of the store sees to it that nobody else writes there.
        self.clear_unfinished().map_err(|error| broken("clearing away what a killed run left", &error))?;
        let mut files = Vec::new();
        for asset in job.assets() {
            let failed = |error: io::Error| broken(&format!("writing {}", asset.name), &error);
            let written =
                durable::write_by(&self.files().join(&asset.name), |file| summed(file, |out| pack(asset.format, out)));
            let (checksum, size) = written.map_err(failed)?;
            files.push(FileEntry { name: asset.name, checksum, size });
        }
        let entry = Entry { made_by: self.made_by(job, machine), files, notes };
        let archives = self.archives(&entry);
        let mut manifest = self.manifest();
        manifest.insert(job.stem.clone(), entry);
        let json = serde_json::to_vec_pretty(&manifest).expect("a map of plain data");
        durable::write(&self.folder.join("manifest.json"), &json)
            .map_err(|error| broken("writing the archives' manifest", &error))?;
        Ok(archives)
    }

    fn archives(&self, entry: &Entry) -> Archives {
        let file = |it: &FileEntry| ArchiveFile {
            path: self.files().join(&it.name),
            name: it.name.clone(),
            digest: it.checksum,
            size: it.size,
        };
        Archives { files: entry.files.iter().map(file).collect(), notes: entry.notes.clone() }
    }

    fn clear_unfinished(&self) -> io::Result<()> {
        if self.folder.is_dir() { durable::clear_unfinished(&self.folder) } else { Ok(()) }
    }

    /// Another policy, another compiler or another version of ours makes other bytes.
    fn made_by(&self, job: &Job, machine: &Machine) -> FileDigest {
        let rustc = machine.rustc.as_ref().filter(|_| job.target.is_some());
        let all = serde_json::to_vec(&(&self.tool, job, rustc)).expect("plain data");
        FileDigest::of(&all)
    }

    fn files(&self) -> PathBuf {
        self.folder.join("files")
    }

    /// What was kept; nothing where the manifest is absent or was spoiled.
    fn manifest(&self) -> Manifest {
        let text = fs::read(self.folder.join("manifest.json")).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }
}

/// Write to a file, and sum up what is written.
fn summed(file: &mut File, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<(FileDigest, u64)> {
    let mut out = Summing { out: io::BufWriter::new(file), hash: Sha256::new(), size: 0 };
    write(&mut out)?;
    out.flush()?;
    Ok((<[u8; 32]>::from(out.hash.finalize()).into(), out.size))
}

struct Summing<W> {
    out: W,
    hash: Sha256,
    size: u64,
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
