//! Packing: fixed order, times, owners and modes, so that the same content gives the same bytes.

mod tarball;
mod zipped;

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read, Write},
    path::PathBuf,
};

use stationmaster_core::model::ArchiveFormat;

/// The time of everything in an archive: the commit's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stamp {
    /// Since 1970.
    pub(super) seconds: i64,
}

/// A file to be packed.
#[derive(Debug)]
pub(super) struct Item {
    /// Below the archive's one folder.
    pub(super) path: String,
    pub(super) content: Content,
    pub(super) is_executable: bool,
}

/// What a file holds.
#[derive(Debug)]
pub(super) enum Content {
    Bytes(Vec<u8>),
    File(PathBuf),
    /// A symbolic link, and where it leads.
    Link(String),
}

/// A file or a folder, as it lies in the archive.
enum Part<'i> {
    /// With a slash at the end.
    Folder(String),
    File {
        path: String,
        item: &'i Item,
    },
}

/// Pack all below one folder of the name `stem`.
pub(super) fn write(
    format: ArchiveFormat,
    stem: &str,
    items: &[Item],
    stamp: Stamp,
    out: &mut dyn Write,
) -> io::Result<()> {
    let parts = parts(stem, items);
    match format {
        ArchiveFormat::Zip => zipped::write(&parts, stamp, out),
        ArchiveFormat::TarXz => {
            // Level 6 needs 100 MB to pack and 9 to unpack; more gains little. One thread: the same bytes on any machine.
            let mut packed = liblzma::write::XzEncoder::new(out, 6);
            tarball::write(&parts, stamp, &mut packed)?;
            packed.finish().map(|_| ())
        }
        ArchiveFormat::TarZst => {
            let mut packed = zstd::Encoder::new(out, 19)?;
            packed.include_checksum(true)?;
            tarball::write(&parts, stamp, &mut packed)?;
            packed.finish().map(|_| ())
        }
        ArchiveFormat::TarGz => {
            // No time and no name in its head, and no system.
            let level = flate2::Compression::best();
            let mut packed = flate2::GzBuilder::new().mtime(0).operating_system(255).write(out, level);
            tarball::write(&parts, stamp, &mut packed)?;
            packed.finish().map(|_| ())
        }
    }
}

/// All files, each after the folders that it is in.
fn parts<'i>(stem: &str, items: &'i [Item]) -> Vec<Part<'i>> {
    let mut folders = BTreeSet::new();
    let mut parts = Vec::new();
    for item in items {
        let path = format!("{stem}/{}", item.path);
        for (at, _) in path.match_indices('/') {
            let folder = path[..=at].to_owned();
            if folders.insert(folder.clone()) {
                parts.push(Part::Folder(folder));
            }
        }
        parts.push(Part::File { path, item });
    }
    parts
}

impl Item {
    fn mode(&self) -> u32 {
        match self.content {
            Content::Link(_) => 0o777,
            _ if self.is_executable => 0o755,
            _ => 0o644,
        }
    }
}

impl Content {
    /// Its length, and a reader of it; none for links.
    fn open(&self) -> io::Result<Option<(u64, Box<dyn Read + '_>)>> {
        Ok(match self {
            Self::Bytes(bytes) => Some((bytes.len() as u64, Box::new(bytes.as_slice()))),
            Self::File(path) => {
                let file = File::open(path)?;
                Some((file.metadata()?.len(), Box::new(file)))
            }
            Self::Link(_) => None,
        })
    }
}

#[cfg(test)]
mod tests;
