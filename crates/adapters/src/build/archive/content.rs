//! What files of an archive hold.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use stationmaster_core::artifact::{Entry, Origin};
use stationmaster_engine::ports::{PortError, PortResult};
use tokio::time::timeout;

use super::{
    pack::{Content, Item},
    work_folder::WorkFolder,
};
use crate::build::{broken, environment};

/// A program prints its completions at once.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where things are, and what was printed.
pub(super) struct Contents {
    sources: PathBuf,
    built: Option<PathBuf>,
    /// By program and arguments.
    printed: BTreeMap<(String, Vec<String>), Vec<u8>>,
}

impl Contents {
    pub(super) fn new(sources: PathBuf, built: Option<PathBuf>) -> Self {
        Self { sources, built, printed: BTreeMap::new() }
    }

    /// Whether a program has to print some of these.
    pub(super) fn are_printed(entries: &[Entry]) -> bool {
        entries.iter().any(|entry| matches!(entry.origin, Origin::Printed { .. }))
    }

    /// Run the programs in `folder` that print some of these.
    pub(super) async fn print(&mut self, entries: &[Entry], folder: &Path, work: &WorkFolder) -> PortResult<()> {
        let empty = work.empty();
        fs::create_dir_all(&empty).map_err(|error| broken("making a folder to run programs in", &error))?;
        for entry in entries {
            if let Origin::Printed { program, arguments } = &entry.origin {
                let path = folder.join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
                let text = printed(&path, arguments, &empty).await?;
                self.printed.insert((program.clone(), arguments.clone()), text);
            }
        }
        Ok(())
    }

    /// All files of an archive, to be packed.
    pub(super) fn resolve(mut self, stem: &str, entries: Vec<Entry>) -> PortResult<Vec<Item>> {
        let one = |entry: Entry| {
            let content = self
                .content(&entry.origin)
                .map_err(|error| broken(&format!("packing {stem}: {}", entry.path), &error))?;
            Ok(Item { path: entry.path, content, is_executable: entry.is_executable })
        };
        entries.into_iter().map(one).collect()
    }

    fn content(&mut self, origin: &Origin) -> std::io::Result<Content> {
        let lost = || std::io::Error::other("nothing was made of it");
        Ok(match origin {
            Origin::Commit(path) => Content::File(self.inside(path)?),
            Origin::CommitLink(path) => link(&self.sources.join(path))?,
            Origin::Built(name) => Content::File(self.built.as_ref().ok_or_else(lost)?.join(name)),
            Origin::Text(text) => Content::Bytes(text.clone().into_bytes()),
            Origin::Printed { program, arguments } => {
                let key = (program.clone(), arguments.clone());
                Content::Bytes(self.printed.remove(&key).ok_or_else(lost)?)
            }
        })
    }

    /// A file of the commit. A link of the commit may lead to another file of it, and nowhere else.
    fn inside(&self, path: &str) -> std::io::Result<PathBuf> {
        let real = self.sources.join(path).canonicalize()?;
        if real.starts_with(&self.sources) {
            return Ok(real);
        }
        Err(std::io::Error::other("it is a link that leads out of the commit"))
    }
}

#[cfg(unix)]
fn link(path: &Path) -> std::io::Result<Content> {
    let target = fs::read_link(path)?;
    let text = target.into_os_string().into_string();
    text.map(Content::Link).map_err(|_| std::io::Error::other("the link's target is not UTF-8"))
}

/// Where links need rights that few have, the export holds the target's path as text.
#[cfg(not(unix))]
fn link(path: &Path) -> std::io::Result<Content> {
    fs::read_to_string(path).map(Content::Link)
}

async fn printed(program: &Path, arguments: &[String], folder: &Path) -> PortResult<Vec<u8>> {
    let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let what = || format!("running `{name} {}`", arguments.join(" "));
    let mut command = environment::command(program);
    // Some draw their pages as wide as the terminal, or as the user likes them.
    command.args(arguments).current_dir(folder).env("HOME", folder).env("COLUMNS", "80").env("NO_COLOR", "1");
    let refused = |why: String| PortError::Refused { what: what(), why };
    let output = match timeout(PATIENCE, command.output()).await {
        Ok(output) => output.map_err(|error| broken(&what(), &error))?,
        Err(_) => return Err(refused(format!("it did not end within {} seconds", PATIENCE.as_secs()))),
    };
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(refused(format!("it ended with {}: {}", output.status, said.trim())));
    }
    if output.stdout.is_empty() {
        return Err(refused("it printed nothing".to_owned()));
    }
    Ok(output.stdout)
}
