//! Many new objects as one pack: two files in a folder that is there, however many objects there are.
//!
//! The format is git's own, `gitformat-pack(5)`, in version 2. Objects are whole: none is kept as what differs from another.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use flate2::Crc;
use gix::{
    ObjectId,
    hash::{Kind as HashKind, hasher},
    objs::Kind,
    odb::pack::data::{Version, entry::Header, header},
    zlib::{
        Compression, Status,
        stream::deflate::{Compress, FlushCompress},
    },
};

/// A new object: its id, its kind and what it holds.
pub(super) type NewObject = (ObjectId, (Kind, Vec<u8>));

/// Write objects, no two of them the same, into the object folder of a repository. The same objects make the same files.
///
/// The index comes last: without it, git passes the pack over. What an interrupted write leaves behind has the names that
/// `git gc` clears away.
pub(super) fn write(objects_folder: &Path, hash: HashKind, mut objects: Vec<NewObject>) -> io::Result<()> {
    objects.sort_unstable_by_key(|(id, _)| *id);
    let pack = Pack::of(hash, &objects)?;
    let index = pack.index(hash, &objects)?;
    let folder = objects_folder.join("pack");
    fs::create_dir_all(&folder)?;
    let name = format!("pack-{}", pack.checksum);
    place(&folder, "tmp_pack_", &format!("{name}.pack"), &pack.bytes)?;
    place(&folder, "tmp_idx_", &format!("{name}.idx"), &index)
}

/// A pack in memory.
struct Pack {
    /// All of it, with the checksum at its end.
    bytes: Vec<u8>,
    checksum: ObjectId,
    /// Where each object begins, and the CRC-32 of its bytes in the pack.
    entries: Vec<(u32, u32)>,
}

impl Pack {
    fn of(hash: HashKind, objects: &[NewObject]) -> io::Result<Self> {
        let count = u32::try_from(objects.len()).map_err(io::Error::other)?;
        let mut bytes = header::encode(Version::V2, count).to_vec();
        let mut entries = Vec::with_capacity(objects.len());
        let mut compressor = Compress::new(Compression::BEST_SPEED);
        for (_, (kind, data)) in objects {
            let start = bytes.len();
            header_of(*kind).write_to(data.len() as u64, &mut bytes)?;
            compress(&mut compressor, data, &mut bytes)?;
            let mut crc = Crc::new();
            crc.update(&bytes[start..]);
            // Larger offsets are written in another way. No commit that is written here is of two gigabytes.
            let offset = i32::try_from(start).map_err(|_| io::Error::other("a pack of more than two gigabytes"))?;
            entries.push((offset.unsigned_abs(), crc.sum()));
        }
        let checksum = sealed(hash, &mut bytes)?;
        Ok(Self { bytes, checksum, entries })
    }

    /// Where git finds each object of the pack. The objects are the pack's, sorted by id.
    fn index(&self, hash: HashKind, objects: &[NewObject]) -> io::Result<Vec<u8>> {
        let mut bytes = b"\xfftOc\0\0\0\x02".to_vec();
        let mut put = |number: u32| bytes.extend(number.to_be_bytes());
        for first in 0..=u8::MAX {
            let so_far = objects.partition_point(|(id, _)| id.first_byte() <= first);
            put(u32::try_from(so_far).map_err(io::Error::other)?);
        }
        objects.iter().for_each(|(id, _)| bytes.extend(id.as_slice()));
        self.entries.iter().for_each(|(_, crc)| bytes.extend(crc.to_be_bytes()));
        self.entries.iter().for_each(|(offset, _)| bytes.extend(offset.to_be_bytes()));
        bytes.extend(self.checksum.as_slice());
        sealed(hash, &mut bytes)?;
        Ok(bytes)
    }
}

/// Put data behind what is there, compressed. A compressor is large: one does for all objects.
fn compress(compressor: &mut Compress, data: &[u8], bytes: &mut Vec<u8>) -> io::Result<()> {
    let start = bytes.len();
    compressor.reset();
    let mut ended = false;
    while !ended {
        let read = usize::try_from(compressor.total_in()).map_err(io::Error::other)?;
        let end = bytes.len();
        // Nearly always enough at once; what cannot be compressed grows.
        bytes.resize(end + data.len() / 2 + 512, 0);
        let status = compressor.compress(&data[read..], &mut bytes[end..], FlushCompress::Finish);
        ended = status.map_err(io::Error::other)? == Status::StreamEnd;
        bytes.truncate(start + usize::try_from(compressor.total_out()).map_err(io::Error::other)?);
    }
    Ok(())
}

/// Put the checksum of all bytes behind them.
fn sealed(hash: HashKind, bytes: &mut Vec<u8>) -> io::Result<ObjectId> {
    let mut hasher = hasher(hash);
    hasher.update(bytes);
    let checksum = hasher.try_finalize().map_err(io::Error::other)?;
    bytes.extend(checksum.as_slice());
    Ok(checksum)
}

fn header_of(kind: Kind) -> Header {
    match kind {
        Kind::Blob => Header::Blob,
        Kind::Tree => Header::Tree,
        Kind::Commit => Header::Commit,
        Kind::Tag => Header::Tag,
    }
}

/// A file that is there with all its bytes, or not at all.
fn place(folder: &Path, temporary: &str, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o444));
    let mut file = builder.prefix(temporary).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(folder.join(name))?;
    Ok(())
}
