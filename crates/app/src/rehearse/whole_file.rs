//! Files of the sandbox: there whole, or not at all.

use std::{io, path::Path};

use crate::diagnostics::{Ending, Failure};

/// Names of what is being written start so.
pub(super) const UNFINISHED: &str = ".rehearsal-";

/// Write a file whole or not at all.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map(|_| ()).map_err(|error| error.error)
}

pub(super) fn outside(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Ending::Outside, format!("{}: {error}", path.display()))
}
