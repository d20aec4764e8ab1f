//! The bundled demo workspace.

use std::{fs, io, path::Path};

/// Path from the demo's root, and bytes.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/demo_files.rs"));

/// Write the demo into a folder. An error where this build carries none.
pub(crate) fn unpack(folder: &Path) -> io::Result<()> {
    if FILES.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "this build carries no demo"));
    }
    for (name, bytes) in FILES {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}
