//! Files put into packaged crates after cargo made them.

use std::{
    fs::{self, File},
    io::{self, BufReader},
    path::{Path, PathBuf},
};

use flate2::{Compression, GzBuilder, read::GzDecoder};

/// Put one file more into a crate file, in the place that cargo gives it: by name. It is in the folder that we work in: a
/// half-written one is nobody's.
pub(super) fn add_file(path: &Path, stem: &str, name: &str, contents: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    let zip = GzBuilder::new().filename(format!("{stem}.crate")).write(File::create(&new)?, Compression::best());
    let (mut after, inside) = (tar::Builder::new(zip), PathBuf::from(stem).join(name));
    let mut header = Some(header(contents));
    let mut before = tar::Archive::new(GzDecoder::new(BufReader::new(File::open(path)?)));
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
    after.into_inner()?.finish()?;
    fs::rename(new, path)
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
