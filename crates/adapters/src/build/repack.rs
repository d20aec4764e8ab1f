//! Files in packaged crates, after cargo made them: read, and put in.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read as _},
    path::{Path, PathBuf},
};

use flate2::{Compression, GzBuilder, read::GzDecoder};

/// Put one file more into a crate file, in the place that cargo gives it: by name. It is in the folder that we work in: a
/// half-written one is nobody's.
pub(super) fn add_file(path: &Path, stem: &str, name: &str, contents: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    let zip = GzBuilder::new()
        .filename(format!("{stem}.crate"))
        .write(BufWriter::new(File::create(&new)?), Compression::best());
    let (mut after, inside) = (tar::Builder::new(zip), PathBuf::from(stem).join(name));
    let mut header = Some(header(contents));
    let mut before = packed(path)?;
    for entry in before.entries()? {
        let mut entry = entry?;
        let there = entry.path()?.into_owned();
        if let Some(mut header) = header.take_if(|_| there > inside) {
            after.append_data(&mut header, &inside, contents)?;
        }
        let mut own = entry.header().clone();
        after.append_data(&mut own, &there, &mut entry)?;
    }
    if let Some(mut header) = header {
        after.append_data(&mut header, &inside, contents)?;
    }
    after.into_inner()?.finish()?.into_inner()?;
    fs::rename(new, path)
}

/// The text of one file of a crate, of which no more than `limit` bytes are read; none where the crate does not have it.
pub(super) fn text_of(path: &Path, stem: &str, name: &str, limit: u64) -> io::Result<Option<String>> {
    let inside = Path::new(stem).join(name);
    for entry in packed(path)?.entries()? {
        let entry = entry?;
        if entry.path()? == inside {
            let mut text = String::new();
            entry.take(limit).read_to_string(&mut text)?;
            return Ok(Some(text));
        }
    }
    Ok(None)
}

fn packed(path: &Path) -> io::Result<tar::Archive<GzDecoder<BufReader<File>>>> {
    Ok(tar::Archive::new(GzDecoder::new(BufReader::new(File::open(path)?))))
}

/// As cargo writes it for files that it makes: nobody's, and of no day.
fn header(contents: &[u8]) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(tar::EntryType::Regular);
    header.set_mode(0o644);
    header.set_mtime(1);
    header.set_size(contents.len() as u64);
    header
}
