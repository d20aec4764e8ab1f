//! What this registry does not hold, fetched from the one it stands in for, and kept.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use stationmaster_engine::ports::PortError;
use tame_index::{KrateName, SparseIndex, index::FileLock};
use thiserror::Error;
use tokio::sync::Mutex as AsyncMutex;

use super::{
    super::{
        LocationError, RegistryTarget,
        entry::versions,
        keeper::Keeper,
        location::{IndexPlace, cargo_cached, entry_path, http_base},
        sparse::{Pass, Sparse},
    },
    store::absent_is_none,
};
use crate::{
    durable,
    http::{Patience, causes},
};

/// The registry behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Upstream {
    /// None: what is not held is not there.
    #[default]
    Absent,
    /// This registry, over the network. `project` is where the search for cargo's configuration starts.
    Online {
        /// Which.
        target: RegistryTarget,
        /// A folder; the current one if none.
        project: Option<PathBuf>,
    },
    /// What cargo has in its cache of this registry, and nothing else: no request is made.
    CargoCache {
        /// Which.
        target: RegistryTarget,
        /// A folder; the current one if none.
        project: Option<PathBuf>,
    },
}

/// Why it could not be asked.
#[derive(Debug, Error)]
pub(super) enum UpstreamError {
    #[error("the upstream registry could not be asked: {0}")]
    Asking(#[from] PortError),
    #[error("cargo's cache cannot be read: {0}")]
    Cache(#[from] tame_index::Error),
    #[error("the cache cannot be read or written: {0}")]
    Disk(#[from] io::Error),
}

/// An answer is asked for again after this time.
const FRESH: Duration = Duration::from_secs(300);

/// A registry that did not answer is not asked the same again before this time: whoever asks us asks again and again.
const AWAY: Duration = Duration::from_secs(30);

/// The registry behind, with its cache.
pub(super) enum Source {
    Absent,
    /// A folder (`local-registry`).
    Folder(PathBuf),
    CargoCache {
        index: Box<SparseIndex>,
        crates: PathBuf,
    },
    Online(Box<Online>),
}

pub(super) struct Online {
    sparse: Sparse,
    cache: PathBuf,
    /// When each entry was last fetched by this process.
    fetched: Mutex<BTreeMap<String, Instant>>,
    /// What was asked for, or nothing where it was the index as a whole, and did not come.
    away: AsyncMutex<BTreeMap<String, (Instant, PortError)>>,
}

impl Source {
    pub(super) fn open(upstream: &Upstream, dir: &Path, patience: Patience) -> Result<Self, LocationError> {
        let (target, project, online) = match upstream {
            Upstream::Absent => return Ok(Self::Absent),
            Upstream::Online { target, project } => (target, project, true),
            Upstream::CargoCache { target, project } => (target, project, false),
        };
        let (base, cargo_cache) = match target.index(project.as_deref())? {
            IndexPlace::Local(folder) => return Ok(Self::Folder(folder)),
            IndexPlace::Sparse { base, cargo_cache } => (base, cargo_cache),
            IndexPlace::Git(_) => return Err(LocationError::GitBehind),
        };
        if !online {
            let index = Box::new(cargo_cached(&base, &cargo_cache)?);
            return Ok(Self::CargoCache { index, crates: crates_beside(&cargo_cache) });
        }
        let keeper = match http_base(&target.home(project.as_deref())?) == Some(base.clone()) {
            true => Keeper::new(target.clone(), project.clone()),
            false => Keeper::of_source(&base, project.clone()),
        };
        let sparse = Sparse::new(base, Arc::new(keeper), patience);
        let sparse = sparse.map_err(|error| LocationError::Client(causes(&error)))?;
        Ok(Self::Online(Box::new(Online {
            sparse,
            cache: dir.join("cache"),
            fetched: Mutex::default(),
            away: AsyncMutex::default(),
        })))
    }

    /// The index entry of a crate.
    pub(super) async fn entry(&self, name: &str) -> Result<Option<String>, UpstreamError> {
        let Some(path) = entry_path(name) else { return Ok(None) };
        match self {
            Self::Absent => Ok(None),
            Self::Folder(folder) => Ok(absent_is_none(fs::read_to_string(folder.join("index").join(path)))?),
            Self::CargoCache { index, .. } => {
                let Ok(name) = KrateName::try_from(name) else { return Ok(None) };
                let lock = FileLock::unlocked();
                let Some(entry) = index.cached_krate(name, &lock)? else { return Ok(None) };
                let lines = entry.iter()?.map(|version| String::from_utf8_lossy(version.raw().1).into_owned() + "\n");
                Ok(Some(lines.filter(|line| line.starts_with('{')).collect()))
            }
            Self::Online(online) => online.entry(name, &path).await,
        }
    }

    /// A crate file.
    pub(super) async fn crate_file(&self, name: &str, version: &str) -> Result<Option<Vec<u8>>, UpstreamError> {
        if entry_path(name).is_none() || semver::Version::parse(version).is_err() {
            return Ok(None);
        }
        let file = format!("{name}-{version}.crate");
        match self {
            Self::Absent => Ok(None),
            Self::Folder(folder) => Ok(absent_is_none(fs::read(folder.join(file)))?),
            Self::CargoCache { crates, .. } => Ok(absent_is_none(fs::read(crates.join(file)))?),
            Self::Online(online) => online.crate_file(name, version, &file).await,
        }
    }
}

impl Online {
    async fn entry(&self, name: &str, path: &str) -> Result<Option<String>, UpstreamError> {
        let kept = self.cache.join("index").join(path);
        if self.is_fresh(name) {
            return Ok(absent_is_none(fs::read_to_string(&kept))?);
        }
        let pass = self.pass().await?;
        let whole = |text: String| versions(&text).map(|_| text);
        let known = self.away.lock().await.get(path).cloned();
        if let Some((at, error)) = known
            && at.elapsed() < AWAY
        {
            return Err(error.into());
        }
        let asked = self.sparse.entry(&pass, path, whole).await;
        if let Err(error) = &asked {
            self.away.lock().await.insert(path.to_owned(), (Instant::now(), error.clone()));
        }
        let Some(text) = asked? else {
            absent_is_none(fs::remove_file(&kept))?;
            self.mark_fresh(name);
            return Ok(None);
        };
        durable::write(&kept, text.as_bytes())?;
        self.mark_fresh(name);
        Ok(Some(text))
    }

    async fn crate_file(&self, name: &str, version: &str, file: &str) -> Result<Option<Vec<u8>>, UpstreamError> {
        let kept = self.cache.join("crates").join(file);
        if let Some(bytes) = absent_is_none(fs::read(&kept))? {
            return Ok(Some(bytes));
        }
        let Ok(krate) = KrateName::try_from(name) else { return Ok(None) };
        // Cargo compares it with the index's checksum, whichever way it came.
        let Some(bytes) = self.sparse.crate_file(krate, version).await? else { return Ok(None) };
        durable::write(&kept, &bytes)?;
        Ok(Some(bytes))
    }

    /// What to ask the index with. One asks at a time: if it is away, the others need not find that out again.
    async fn pass(&self) -> Result<Pass, PortError> {
        let mut away = self.away.lock().await;
        if let Some((at, error)) = away.get("")
            && at.elapsed() < AWAY
        {
            return Err(error.clone());
        }
        let pass = self.sparse.pass().await;
        if let Err(error) = &pass {
            away.insert(String::new(), (Instant::now(), error.clone()));
        }
        pass
    }

    fn is_fresh(&self, name: &str) -> bool {
        let fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        fetched.get(name).is_some_and(|at| at.elapsed() < FRESH)
    }

    fn mark_fresh(&self, name: &str) {
        self.fetched.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), Instant::now());
    }
}

/// Cargo keeps crate files of `registry/index/HOST-HASH` in `registry/cache/HOST-HASH`.
fn crates_beside(cargo_cache: &Path) -> PathBuf {
    let name = cargo_cache.file_name().unwrap_or_default();
    cargo_cache.ancestors().nth(2).unwrap_or(cargo_cache).join("cache").join(name)
}
