//! A clock for sandboxes: it stands still, and moves when told to. Where it stands outlives the process.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use stationmaster_engine::ports::Clock;
use thiserror::Error;

/// Why the position of a simulated clock could not be kept.
#[derive(Debug, Error)]
pub enum SimulatedClockError {
    /// The file cannot be read or written.
    #[error("the clock's file {} cannot be used", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error("the clock's file {} contains no time", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: jiff::Error,
    },
}

/// A clock that stands where it was put. Its position is kept in a file of one line.
#[derive(Debug)]
pub struct SimulatedClock {
    path: PathBuf,
    now: Mutex<Timestamp>,
}

impl SimulatedClock {
    /// Go on where the file says, or start (and write the file) at `start` if there is none.
    ///
    /// # Errors
    /// [`SimulatedClockError`].
    pub fn open(path: impl Into<PathBuf>, start: Timestamp) -> Result<Self, SimulatedClockError> {
        let path = path.into();
        let now = match fs::read_to_string(&path) {
            Ok(text) => match text.trim().parse() {
                Ok(now) => now,
                Err(source) => return Err(SimulatedClockError::Content { path, source }),
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                save(&path, start)?;
                start
            }
            Err(source) => return Err(SimulatedClockError::File { path, source }),
        };
        Ok(Self { path, now: Mutex::new(now) })
    }

    /// Move forward. A time that is past already changes nothing: the clock never goes back.
    ///
    /// # Errors
    /// The file cannot be written; the clock has not moved then.
    pub fn advance_to(&self, to: Timestamp) -> Result<(), SimulatedClockError> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if to > *now {
            save(&self.path, to)?;
            *now = to;
        }
        Ok(())
    }
}

/// Replace the file as a whole, so that a crash leaves the old or the new time.
fn save(path: &Path, now: Timestamp) -> Result<(), SimulatedClockError> {
    let write = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        writeln!(file, "{now}")?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|source| SimulatedClockError::File { path: path.to_owned(), source })
}

#[async_trait]
impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn today(&self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }

    async fn sleep_until(&self, until: Timestamp) {
        let moved = self.advance_to(until);
        if moved.is_err() {
            // The file could not be written: time still passes for this process, or it would wait for ever.
            let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
            *now = until.max(*now);
        }
    }
}
