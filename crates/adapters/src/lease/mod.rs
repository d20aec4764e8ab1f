//! The lease: at most one process applies steps to a repository.
//!
//! The lock is the operating system's, on an open file, so it ends with the process however that ends. What is written in
//! the file only tells people who has it.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use jiff::Timestamp;
use stationmaster_engine::ports::{LeaseGuard, LeaseKeeper, PortError, PortResult};

/// The lease of one repository, kept as a lock on `lease.lock` in its state folder.
#[derive(Debug, Clone)]
pub struct FileLease {
    path: PathBuf,
    who: String,
}

impl FileLease {
    /// The lease in a state folder, to be taken in this name. Touches nothing yet.
    pub fn new(state_dir: &Path, who: impl Into<String>) -> Self {
        Self { path: state_dir.join("lease.lock"), who: who.into() }
    }

    fn failed(&self, error: &std::io::Error) -> PortError {
        PortError::Failed { what: format!("take the lease {}", self.path.display()), why: error.to_string() }
    }

    fn open(&self) -> std::io::Result<File> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        // Not truncated: until the lock is held, what is written there is someone else's.
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&self.path)
    }

    /// One line, for whoever finds the lease taken.
    fn sign(&self, mut file: &File) -> std::io::Result<()> {
        let line = format!("{}, process {}, since {:.0}\n", self.who, std::process::id(), Timestamp::now());
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(line.as_bytes())
    }
}

#[async_trait]
impl LeaseKeeper for FileLease {
    async fn acquire(&self) -> PortResult<Box<dyn LeaseGuard>> {
        self.lock()
    }
}

impl FileLease {
    /// Take the lease; see the port.
    ///
    /// # Errors
    /// [`PortError::Refused`] names who has it; else the file system says no.
    pub fn lock(&self) -> PortResult<Box<dyn LeaseGuard>> {
        let mut file = self.open().map_err(|error| self.failed(&error))?;
        match file.try_lock() {
            Ok(()) => {
                self.sign(&file).map_err(|error| self.failed(&error))?;
                Ok(Box::new(Held { file }))
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let read = file.read_to_string(&mut holder);
                let holder = if read.is_ok() && !holder.trim().is_empty() { holder.trim() } else { "another process" };
                let why = format!("it is held by {holder}");
                Err(PortError::Refused { what: "the lease".to_owned(), why })
            }
            Err(TryLockError::Error(error)) => Err(self.failed(&error)),
        }
    }
}

/// The lock, held. The file stays, empty: deleting it would let two processes lock two files of the same name.
struct Held {
    file: File,
}

impl LeaseGuard for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        // An old name in the file would only mislead.
        let _emptied = self.file.set_len(0);
        // Closing is not enough: a child that is just being started has a copy of the file until it runs its program, and the
        // lock ends with the last copy. Where this fails, closing is what is left.
        let _freed = self.file.unlock();
    }
}
