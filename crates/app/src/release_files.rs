//! The folder of a release, as commands read it.

use std::{io, path::Path};

use stationmaster_adapters::release_folder::{FolderContents, FolderError, read_folder};
use stationmaster_core::provenance::is_statement;

use crate::diagnostics::{Ending, Failure};

/// All that lies in the folder, with the bytes of files that say something of others.
pub(crate) fn read(dir: &Path, reading: impl FnMut(&str)) -> Result<FolderContents, Failure> {
    read_folder(dir, is_statement, reading).map_err(failure)
}

/// Why the folder could not be read or written, in words.
pub(crate) fn failure(error: FolderError) -> Failure {
    let is_absent = |error: &io::Error| matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
    match &error {
        FolderError::File { error: cause, .. } if is_absent(cause) => {
            Failure::new(Ending::Usage, error.to_string()).hint("name the folder with the files of a release")
        }
        FolderError::File { .. } => Failure::new(Ending::Outside, error.to_string()),
        FolderError::Name { .. } => Failure::new(Ending::Refused, error.to_string()).hint("rename it"),
    }
}
