//! Keys on the disk.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use stationmaster_core::model::PublicKey;
use zeroize::Zeroizing;

use super::{KeptKey, Password, SecretKey, SigningError};

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
        write_new(&self.secret, secret.as_bytes(), 0o600)?;
        let text = format!("untrusted comment: minisign public key {}\n{public}\n", public.id);
        write_new(&self.public, text.as_bytes(), 0o644).inspect_err(|_| {
            // The first error is the one to tell of.
            let _ = fs::remove_file(&self.secret);
        })
    }
}

fn write_new(path: &Path, bytes: &[u8], mode: u32) -> Result<(), SigningError> {
    let at = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => SigningError::Exists { path: path.to_owned() },
        _ => SigningError::File { path: path.to_owned(), error },
    };
    let mut file = create_new(path, mode).map_err(at)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(at)
}

/// With its permissions from the first moment on.
#[cfg(unix)]
fn create_new(path: &Path, mode: u32) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().write(true).create_new(true).mode(mode).open(path)
}

#[cfg(not(unix))]
fn create_new(path: &Path, _mode: u32) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
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
