//! The folder of a rehearsal, which has it alone for as long as it runs.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use stationmaster_adapters::lease::FileLease;
use stationmaster_engine::ports::{LeaseGuard, PortError};

use super::{
    parameters,
    whole_file::{UNFINISHED, outside},
};
use crate::{
    diagnostics::{Ending, Failure},
    policy_file,
};

/// The lock, as [`FileLease`] calls it.
const LOCK: &str = "lease.lock";
/// All that a rehearsal makes in its folder.
const PARTS: [&str; 9] = [
    parameters::FILE,
    policy_file::NAME,
    ".repository.new",
    "repository.git",
    "artifacts",
    "cargo",
    "clock",
    "registry",
    "staging",
];

/// A sandbox that is ours.
pub(crate) struct Claim {
    /// Its folder, without links.
    pub(crate) dir: PathBuf,
    /// The folder is there because of us.
    is_made: bool,
    /// A rehearsal had begun in it before.
    is_used: bool,
    _lease: Box<dyn LeaseGuard>,
}

impl Claim {
    /// Take the folder that was named, or a new one in the system's temporary folder. What is in it must be a rehearsal that is
    /// gone on with, or nothing: into other people's files nothing is written, not even the lock.
    pub(crate) fn take(named: Option<&Path>, resume: bool) -> Result<Self, Failure> {
        let (dir, is_made) = match named {
            Some(dir) => (dir.to_owned(), made(dir)?),
            None => {
                let made = tempfile::Builder::new().prefix("stationmaster-rehearsal-").tempdir();
                (made.map_err(|error| outside(&std::env::temp_dir(), &error))?.keep(), true)
            }
        };
        let dir = dir.canonicalize().map_err(|error| outside(&dir, &error))?;
        // Once to write nothing among other files, and once more when nobody else can write.
        if state_of(&dir)? == State::Foreign {
            return Err(full(&dir, resume));
        }
        let lease: Box<dyn LeaseGuard> =
            FileLease::new(&dir, "a rehearsal").lock().map_err(|error| in_use(&dir, error))?;
        clear_unfinished(&dir).map_err(|error| outside(&dir, &error))?;
        match state_of(&dir)? {
            State::Empty => Ok(Self { dir, is_made, is_used: false, _lease: lease }),
            State::Begun if resume => Ok(Self { dir, is_made, is_used: true, _lease: lease }),
            State::Begun | State::Foreign => Err(full(&dir, resume)),
        }
    }

    /// Leave the folder as it was found, unless a rehearsal had begun in it: nothing was rehearsed.
    pub(crate) fn undo(self) {
        if self.is_used {
            return;
        }
        for part in PARTS.into_iter().chain([LOCK]) {
            let path = self.dir.join(part);
            // What cannot be taken away stays.
            let _gone = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
        }
        if self.is_made {
            let _gone = fs::remove_dir(&self.dir);
        }
    }
}

/// What is in a folder.
#[derive(Debug, PartialEq, Eq)]
enum State {
    /// Nothing, or a lock.
    Empty,
    /// A rehearsal.
    Begun,
    /// Something else.
    Foreign,
}

fn state_of(dir: &Path) -> Result<State, Failure> {
    let failed = |error: io::Error| outside(dir, &error);
    let mut state = State::Empty;
    for entry in fs::read_dir(dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        if name == parameters::FILE {
            return Ok(State::Begun);
        }
        if name != LOCK && !name.to_string_lossy().starts_with(UNFINISHED) {
            state = State::Foreign;
        }
    }
    Ok(state)
}

/// Take away what a killed rehearsal was just writing.
fn clear_unfinished(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            continue;
        }
        if entry.file_type()?.is_dir() { fs::remove_dir_all(entry.path())? } else { fs::remove_file(entry.path())? }
    }
    Ok(())
}

/// Make a folder, and say whether it was not there.
fn made(dir: &Path) -> Result<bool, Failure> {
    let make = || -> io::Result<bool> {
        if let Some(above) = dir.parent().filter(|above| !above.as_os_str().is_empty()) {
            fs::create_dir_all(above)?;
        }
        match fs::create_dir(dir) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && dir.is_dir() => Ok(false),
            Err(error) => Err(error),
        }
    };
    make().map_err(|error| outside(dir, &error))
}

fn full(dir: &Path, resume: bool) -> Failure {
    if resume {
        return Failure::new(Ending::Usage, format!("{} has other files, and no rehearsal", dir.display()))
            .hint("name the folder in which the rehearsal began");
    }
    Failure::new(Ending::Usage, format!("the sandbox {} is not empty", dir.display()))
        .hint("add `--resume` to continue its rehearsal, or name another folder")
}

fn in_use(dir: &Path, error: PortError) -> Failure {
    match error {
        PortError::Refused { why, .. } => {
            Failure::new(Ending::Refused, format!("another rehearsal is running in {}: {why}", dir.display()))
                .hint("wait until it ends, or name another folder")
        }
        other => other.into(),
    }
}
