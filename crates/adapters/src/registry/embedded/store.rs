//! The registry as files: index entries, crate files, owners. Whatever moment the process stops at, a crate is in the index
//! with its file on the disk, or it is not there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use stationmaster_core::{
    lint::registry_rules::{self, RegistryLimits},
    model::{Observed, Severity},
};
use thiserror::Error;

use super::{
    super::{
        PackageError, PackagedCrate, entry,
        location::{CrateName, entry_path},
        package::UploadMetadata,
    },
    line::Line,
    rates::{Allowances, Exhausted, Kind, Rates},
};
use crate::durable;

/// Why the registry does not do what it is asked.
#[derive(Debug, Error)]
pub(super) enum Refusal {
    #[error("this crate exists but you don't seem to be an owner")]
    NotOwner,
    #[error("Trusted Publishing tokens do not support creating new crates. Publish the crate manually, first")]
    NewByTrust,
    #[error("crate `{0}` does not exist")]
    NoCrate(String),
    #[error("{0} is not a version of this crate here")]
    NoVersion(String),
    #[error("max upload size is: {0}")]
    TooLarge(u64),
    #[error("{0}")]
    Rules(String),
    #[error("the upload is not a crate: {0}")]
    Package(#[from] PackageError),
    #[error("metadata says {told}, but the crate file holds {held}")]
    Mismatch { told: String, held: String },
    #[error("crate was previously named `{0}`")]
    OtherSpelling(String),
    #[error("a crate cannot be left without an owner")]
    LastOwner,
    #[error("you have {} in a short period of time; please try again after {}", too_many(.0.kind), .0.date())]
    Exhausted(Exhausted),
    #[error("the registry's files cannot be read or written: {0}")]
    Disk(#[from] io::Error),
}

fn too_many(kind: Kind) -> &'static str {
    match kind {
        Kind::Update => "published too many versions of existing crates",
        Kind::NewCrate => "published too many new crates",
        Kind::Yank => "yanked or unyanked too many versions",
    }
}

/// Who uploads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Publisher {
    pub(super) account: String,
    /// Also crates that are not there yet.
    pub(super) may_create: bool,
}

/// The files below one folder. Only one process has them open.
#[derive(Debug)]
pub(super) struct Store {
    dir: PathBuf,
    limits: RegistryLimits,
    allowances: Allowances,
    /// By spelling that does not count: one writer a crate, so that crates do not wait for each other's disk.
    crates: Mutex<BTreeMap<String, Arc<Mutex<Crate>>>>,
    /// Held while we live; the system lets go of it when the process ends.
    lock: File,
}

/// What only the writer of a crate changes.
#[derive(Debug, Default)]
struct Crate {
    /// The spelling of the first upload.
    settled: Option<String>,
}

impl Drop for Store {
    fn drop(&mut self) {
        // Closing is not enough: a child that is just being started has a copy of the file until it runs its program, and the
        // lock ends with the last copy. Where this fails, closing is what is left.
        let _freed = self.lock.unlock();
    }
}

impl Store {
    /// Open a folder, created if need be. None where another process has it open.
    pub(super) fn open(dir: &Path, limits: RegistryLimits, rates: Rates) -> io::Result<Option<Self>> {
        fs::create_dir_all(dir.join("index"))?;
        fs::create_dir_all(dir.join("crates"))?;
        let lock = File::options().create(true).truncate(false).write(true).open(dir.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {
                durable::clear_unfinished(&dir.join("index"))?;
                durable::clear_unfinished(&dir.join("crates"))?;
                for folder in ["owners", "cache"].map(|name| dir.join(name)).into_iter().filter(|it| it.is_dir()) {
                    durable::clear_unfinished(&folder)?;
                }
                let (allowances, crates) = (Allowances::new(rates), Mutex::default());
                let store = Self { dir: dir.to_owned(), limits, allowances, crates, lock };
                store.settle_spellings()?;
                Ok(Some(store))
            }
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }

    pub(super) fn limits(&self) -> RegistryLimits {
        self.limits
    }

    /// The index entry of a crate as it is on the disk.
    pub(super) fn entry(&self, name: &str) -> io::Result<Option<String>> {
        let Some(path) = self.entry_file(name) else { return Ok(None) };
        absent_is_none(fs::read_to_string(path))
    }

    /// A crate file, if the index has that version here.
    pub(super) fn crate_file(&self, name: &str, version: &str) -> io::Result<Option<Vec<u8>>> {
        let held = self.lines(name)?.into_iter().find(|line| line.name == name && line.vers == version);
        let path = held.and_then(|line| Some(self.crate_path(&CrateName::new(&line.name)?, &line.vers.parse().ok()?)));
        path.map(fs::read).transpose()
    }

    /// Take an upload: the rules, the file, the owner, and last the line in the index, which makes it public.
    pub(super) fn publish(
        &self,
        publisher: &Publisher,
        metadata: &UploadMetadata,
        bytes: &[u8],
        own_index: &str,
    ) -> Result<(), Refusal> {
        let (name, version) = (&metadata.name, &metadata.vers);
        let valid = CrateName::new(name).ok_or_else(|| Refusal::Rules(format!("`{name}` is no valid crate name")))?;
        if bytes.len() as u64 > self.limits.size {
            return Err(Refusal::TooLarge(self.limits.size));
        }
        let packaged = PackagedCrate::read(bytes, &format!("{name}-{version}"))?;
        let writer = self.writer(name);
        let mut writer = sound(writer.lock());
        let lines = self.lines(name)?;
        let account = &publisher.account;
        match lines.is_empty() {
            true if !publisher.may_create => return Err(Refusal::NewByTrust),
            false if !self.owners(name)?.contains(account) => return Err(Refusal::NotOwner),
            _ => {}
        }
        if let Some(other) = writer.settled.as_ref().filter(|settled| *settled != name) {
            return Err(Refusal::OtherSpelling(other.clone()));
        }
        self.judge(&packaged, metadata, &lines, own_index)?;
        // Last, so that what is refused costs nothing.
        let kind = if lines.is_empty() { Kind::NewCrate } else { Kind::Update };
        self.allowances.take(account, kind, Timestamp::now()).map_err(Refusal::Exhausted)?;
        self.write_crate_file(name, version, bytes)?;
        if lines.is_empty() {
            self.write_owners(&valid, &BTreeSet::from([account.clone()]))?;
        }
        self.write_line(lines, Line::of(&packaged, own_index))?;
        writer.settled = Some(name.clone());
        Ok(())
    }

    fn judge(
        &self,
        packaged: &PackagedCrate,
        metadata: &UploadMetadata,
        lines: &[Line],
        own_index: &str,
    ) -> Result<(), Refusal> {
        let facts = packaged.facts(Some(own_index));
        let told = format!("{} {}", metadata.name, metadata.vers);
        let held = format!("{} {}", facts.name, facts.version);
        if told != held {
            return Err(Refusal::Mismatch { told, held });
        }
        let published = match entry::parse(&Line::print_all(lines)) {
            Observed::Known(published) => published,
            Observed::Unknown(why) => return Err(Refusal::Disk(io::Error::other(why))),
        };
        let findings = registry_rules::judge(&facts, &published, self.limits);
        let breaches = findings.into_iter().filter(|finding| finding.severity == Severity::Finding);
        let words: Vec<String> = breaches.map(|finding| finding.detail).collect();
        if words.is_empty() { Ok(()) } else { Err(Refusal::Rules(words.join("; "))) }
    }

    /// First stage of an upload. A file without a line in the index is not published; the next upload replaces it.
    pub(super) fn write_crate_file(&self, name: &str, version: &str, bytes: &[u8]) -> Result<(), Refusal> {
        let path = CrateName::new(name).zip(version.parse().ok());
        let path = path.map(|(name, version)| self.crate_path(&name, &version));
        let path = path.ok_or_else(|| Refusal::Rules(format!("`{name} {version}` is no crate's name and version")))?;
        Ok(durable::write(&path, bytes)?)
    }

    /// Last stage of an upload.
    fn write_line(&self, mut lines: Vec<Line>, line: Line) -> Result<(), Refusal> {
        let name = line.name.clone();
        lines.push(line);
        self.write_entry(&name, &lines)
    }

    fn write_entry(&self, name: &str, lines: &[Line]) -> Result<(), Refusal> {
        let path = self.entry_file(name).ok_or_else(|| Refusal::NoCrate(name.to_owned()))?;
        Ok(durable::write(&path, Line::print_all(lines).as_bytes())?)
    }

    /// Withdraw a version, or take that back.
    pub(super) fn set_yanked(&self, account: &str, name: &str, version: &str, yanked: bool) -> Result<(), Refusal> {
        let writer = self.writer(name);
        let _writing = sound(writer.lock());
        let mut lines = self.owned(account, name)?;
        let line = lines.iter_mut().find(|line| line.vers == version);
        line.ok_or_else(|| Refusal::NoVersion(version.to_owned()))?.yanked = yanked;
        self.allowances.take(account, Kind::Yank, Timestamp::now()).map_err(Refusal::Exhausted)?;
        self.write_entry(name, &lines)
    }

    /// Accounts that may publish a crate.
    pub(super) fn owners(&self, name: &str) -> io::Result<BTreeSet<String>> {
        let Some(name) = CrateName::new(name) else { return Ok(BTreeSet::new()) };
        let text = absent_is_none(fs::read(self.owners_file(&name)))?;
        text.map_or(Ok(BTreeSet::new()), |bytes| serde_json::from_slice(&bytes).map_err(io::Error::other))
    }

    /// Add owners, or take some away.
    pub(super) fn change_owners(&self, account: &str, name: &str, users: &[String], add: bool) -> Result<(), Refusal> {
        let valid = CrateName::new(name).ok_or_else(|| Refusal::NoCrate(name.to_owned()))?;
        let writer = self.writer(name);
        let _writing = sound(writer.lock());
        self.owned(account, name)?;
        let mut owners = self.owners(name)?;
        for user in users {
            if add {
                owners.insert(user.clone())
            } else {
                owners.remove(user)
            };
        }
        if owners.is_empty() {
            return Err(Refusal::LastOwner);
        }
        self.write_owners(&valid, &owners)
    }

    /// The lines of a crate that this account owns.
    fn owned(&self, account: &str, name: &str) -> Result<Vec<Line>, Refusal> {
        let lines = self.lines(name)?;
        match (lines.is_empty(), self.owners(name)?.contains(account)) {
            (true, _) => Err(Refusal::NoCrate(name.to_owned())),
            (false, false) => Err(Refusal::NotOwner),
            (false, true) => Ok(lines),
        }
    }

    fn lines(&self, name: &str) -> io::Result<Vec<Line>> {
        Line::parse_all(&self.entry(name)?.unwrap_or_default()).map_err(io::Error::other)
    }

    /// Who may write this crate: one at a time. `-` and `_` are the same to the registry, and so are upper and lower case; the
    /// first upload settles the spelling.
    fn writer(&self, name: &str) -> Arc<Mutex<Crate>> {
        let same = name.to_ascii_lowercase().replace('-', "_");
        Arc::clone(sound(self.crates.lock()).entry(same).or_default())
    }

    /// Learn how the crates in the index are spelled.
    fn settle_spellings(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.dir.join("crates"))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if self.entry(&name)?.is_some() {
                let writer = self.writer(&name);
                sound(writer.lock()).settled = Some(name);
            }
        }
        Ok(())
    }

    fn write_owners(&self, name: &CrateName, owners: &BTreeSet<String>) -> Result<(), Refusal> {
        let json = serde_json::to_vec(owners).expect("a set of strings");
        Ok(durable::write(&self.owners_file(name), &json)?)
    }

    fn entry_file(&self, name: &str) -> Option<PathBuf> {
        Some(self.dir.join("index").join(entry_path(name)?))
    }

    fn crate_path(&self, name: &CrateName, version: &semver::Version) -> PathBuf {
        let name = name.as_str();
        self.dir.join("crates").join(name).join(format!("{name}-{version}.crate"))
    }

    fn owners_file(&self, name: &CrateName) -> PathBuf {
        self.dir.join("owners").join(format!("{}.json", name.as_str()))
    }
}

/// The files are sound at every moment, also after a panic of whoever held it.
fn sound<'a, T>(locked: Result<MutexGuard<'a, T>, PoisonError<MutexGuard<'a, T>>>) -> MutexGuard<'a, T> {
    locked.unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn absent_is_none<T>(read: io::Result<T>) -> io::Result<Option<T>> {
    match read {
        Ok(contents) => Ok(Some(contents)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
