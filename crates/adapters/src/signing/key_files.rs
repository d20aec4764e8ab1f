//! Keys on the disk.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use stationmaster_core::model::PublicKey;
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use super::{KeptKey, Password, SecretKey, SigningError};
use crate::durable;

/// The two files of a key pair: `NAME.key`, which only its owner may read, and `NAME.pub`, which is for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFiles {
    /// The secret key.
    pub secret: PathBuf,
    /// The public key.
    pub public: PathBuf,
}

impl KeyFiles {
    /// The files of a pair with this name.
    pub fn named(name: &Path) -> Self {
        let with = |ending: &str| {
            let mut path = name.as_os_str().to_owned();
            path.push(ending);
            PathBuf::from(path)
        };
        Self { secret: with(".key"), public: with(".pub") }
    }

    /// Neither of them is there yet.
    ///
    /// # Errors
    /// One is: whoever wrote over a secret key could never sign with it again.
    pub fn check_free(&self) -> Result<(), SigningError> {
        let taken = [&self.secret, &self.public].into_iter().find(|path| path.symlink_metadata().is_ok());
        taken.map_or(Ok(()), |path| Err(SigningError::Exists { path: path.clone() }))
    }

    /// Write a key. What is there is never written over.
    ///
    /// # Errors
    /// A file is in the way, or cannot be written; then neither is there.
    pub fn write(&self, key: &SecretKey, password: Option<&Password>) -> Result<(), SigningError> {
        self.check_free()?;
        let public = key.public();
        let secret = key.to_text(password)?;
        let text = format!("untrusted comment: minisign public key {}\n{public}\n", public.id);
        // Both are whole before either gets its name. The public one comes first: whoever has a secret key has its public half.
        let secret = unfinished(&self.secret, secret.as_bytes(), 0o600)?;
        name(unfinished(&self.public, text.as_bytes(), 0o644)?, &self.public)?;
        name(secret, &self.secret).inspect_err(|_| {
            // The first error is the one to tell of.
            let _ = fs::remove_file(&self.public);
        })
    }
}

/// Names of files that have not got theirs start so.
const UNFINISHED: &str = ".stationmaster-key-";
/// A file that has none after so long was left by a process that was killed.
const STALE: Duration = Duration::from_secs(3600);

/// A whole file beside its place, gone again unless it is named. What killed processes left there is taken away.
fn unfinished(path: &Path, bytes: &[u8], mode: u32) -> Result<NamedTempFile, SigningError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> io::Result<NamedTempFile> {
        durable::clear_stale(folder, UNFINISHED, STALE)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(UNFINISHED);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
        #[cfg(not(unix))]
        let _no_such_bits_here = mode;
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        Ok(file)
    };
    write().map_err(|error| SigningError::File { path: path.to_owned(), error })
}

/// Let a file have its name, unless something else has it.
fn name(file: NamedTempFile, path: &Path) -> Result<(), SigningError> {
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(failure) if failure.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(SigningError::Exists { path: path.to_owned() })
        }
        Err(failure) => Err(SigningError::File { path: path.to_owned(), error: failure.error }),
    }
}

/// Read the file of a secret key, which is then to be opened.
///
/// # Errors
/// It cannot be read, others than its owner can read it, or it holds no key.
pub fn read_secret_key(path: &Path) -> Result<KeptKey, SigningError> {
    let at = |error| SigningError::File { path: path.to_owned(), error };
    let file = File::open(path).map_err(at)?;
    // The file that was opened is the one that is judged, whatever the path leads to meanwhile.
    if let Some(mode) = too_open(&file).map_err(at)? {
        return Err(SigningError::Open { path: path.to_owned(), mode });
    }
    let text = io::read_to_string(file).map(Zeroizing::new).map_err(at)?;
    KeptKey::read(&text).map_err(|why| SigningError::NoSecretKey { path: path.to_owned(), why })
}

#[cfg(unix)]
fn too_open(file: &File) -> io::Result<Option<u32>> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.metadata()?.permissions().mode() & 0o777;
    Ok((mode & 0o077 != 0).then_some(mode))
}

#[cfg(not(unix))]
fn too_open(_file: &File) -> io::Result<Option<u32>> {
    Ok(None)
}

/// Read the file of a public key.
///
/// # Errors
/// It cannot be read, or holds no key.
pub fn read_public_key(path: &Path) -> Result<PublicKey, SigningError> {
    let text = fs::read_to_string(path).map_err(|error| SigningError::File { path: path.to_owned(), error })?;
    let line = text.lines().find(|line| !line.starts_with("untrusted comment:")).unwrap_or_default();
    line.parse().map_err(|why| SigningError::NoPublicKey { path: path.to_owned(), why })
}
