//! An index that is a git repository: a bare mirror of ours in a cache folder, fetched anew for every look by the user's own
//! `git`, which knows how to reach the server; what it brings is read from the objects.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};

use stationmaster_core::model::{CommitId, CrateVersions, Observed};
use tokio::process::Command;

use super::{
    entry::parse,
    location::{entry_path, shown},
    package::checksum,
};
use crate::{
    git::Repository,
    http::{Patience, Try},
};

/// The newest commit of a large index comes over a slow line within this time.
const FETCH_TIME: Duration = Duration::from_secs(300);
/// Where the mirror keeps what it fetched last.
const NEWEST: &str = "refs/stationmaster/newest";

/// An index, as it was at one look.
pub(super) struct GitIndex {
    repository: Repository,
    commit: CommitId,
}

impl GitIndex {
    /// Fetch the index's newest commit, without its history. Looks at the same mirror wait for each other, also those of other
    /// processes. The error is for people.
    pub(super) async fn fetch(patience: &Patience, url: &str, cache: &Path) -> Result<Self, String> {
        let mirror = cache.join(format!("{}.git", &checksum(url.as_bytes())[..16]));
        let unusable = |error: io::Error| format!("the mirror of the index in {}: {error}", mirror.display());
        // Held until the commit is known. Objects only ever come to a mirror, so that reading needs no lock.
        let _lock = lock(mirror.with_extension("lock")).await.map_err(unusable)?;
        if !mirror.join("HEAD").is_file() {
            git(url, Command::new("git").args(["init", "--quiet", "--bare"]).arg(&mirror)).await?;
        }
        let fetch = || async { meaning(git(url, &mut fetching(&mirror, url)).await) };
        patience.until_answered("the index", fetch).await?;
        let repository = Repository::open(&mirror).map_err(|error| error.to_string())?;
        let commit = repository.resolve(NEWEST).map_err(|error| error.to_string())?;
        Ok(Self { repository, commit })
    }

    /// The text of `config.json`.
    pub(super) fn config(&self) -> Result<String, String> {
        let text = self.repository.read_blob_at(&self.commit, "config.json").map_err(|error| error.to_string())?;
        text.ok_or_else(|| "the index has no config.json".to_owned())
    }

    /// Versions of a crate.
    pub(super) fn entry(&self, name: &str) -> Observed<CrateVersions> {
        let Some(path) = entry_path(name) else { return Observed::Known(CrateVersions::new()) };
        match self.repository.read_blob_at(&self.commit, &path) {
            Ok(Some(text)) => parse(&text),
            Ok(None) => Observed::Known(CrateVersions::new()),
            Err(error) => Observed::Unknown(error.to_string()),
        }
    }
}

/// Where mirrors are kept if nobody says otherwise: in the user's cache folder.
pub(super) fn default_cache() -> Option<PathBuf> {
    let folder = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))?;
    Some(caches.join("stationmaster/indexes"))
}

fn fetching(mirror: &Path, url: &str) -> Command {
    let refspec = format!("+HEAD:{NEWEST}");
    let mut fetch = Command::new("git");
    fetch.arg("--git-dir").arg(mirror).args(["-c", "gc.auto=0", "-c", "maintenance.auto=false"]);
    fetch.args(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--depth=1", "--", url, &refspec]);
    fetch
}

/// Git gives the same code for every failure, so that its words must tell what asking again will not change.
fn meaning(fetched: Result<Output, String>) -> Try<()> {
    const FINAL: [&str; 9] = [
        "does not run",
        "does not exist",
        "returned error: 40",
        "Authentication failed",
        "could not read Username",
        "could not read Password",
        "Permission denied",
        "does not appear to be a git repository",
        "not found",
    ];
    match fetched {
        Ok(_) => Try::Answer(()),
        Err(why) if FINAL.iter().any(|words| why.contains(words)) => Try::Hopeless(why),
        Err(why) => Try::Weather { why, pause: None },
    }
}

async fn lock(path: PathBuf) -> io::Result<File> {
    let take = move || {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        file.lock()?;
        Ok(file)
    };
    tokio::task::spawn_blocking(take).await.map_err(io::Error::other)?
}

/// Run git. It asks nobody for a password, and knows nothing of the repository that we may have been called from.
async fn git(url: &str, command: &mut Command) -> Result<Output, String> {
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"] {
        command.env_remove(name);
    }
    command.env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C").stdin(Stdio::null()).kill_on_drop(true);
    let output = match tokio::time::timeout(FETCH_TIME, command.output()).await {
        Ok(Ok(output)) => output,
        Ok(Err(error)) => return Err(format!("git, which fetches the index {}, does not run: {error}", shown(url))),
        Err(_) => return Err(format!("git did not fetch the index {} in {FETCH_TIME:?}", shown(url))),
    };
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr).replace(url, &shown(url));
    Err(format!("git could not fetch the index {}: {}", shown(url), said.trim()))
}
