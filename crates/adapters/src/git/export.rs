//! A commit's files as a folder, for programs that need one: `cargo package` and builds.

use std::{collections::BTreeMap, fs, path::Path};

use stationmaster_core::model::{CommitId, LinkFault, StandIn};

use super::{PortResult, Repository, checkout::WrittenOut, failure::failed, written::write_link};

/// What was written to a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// Files and symbolic links written.
    pub written: usize,
    /// What only stands for other files, by path. It was left out; a link that leads nowhere in the commit, but not out of
    /// it, is there.
    pub stand_ins: BTreeMap<String, StandIn>,
}

impl Repository {
    /// Write a commit's files below `dir` (created if need be), as a new clone has them. With prefixes, only files at these
    /// paths or in these folders, and what their links lead to; without, all. Files that are there already are written over.
    /// However large they are, none is held in memory that has more than a few megabytes.
    ///
    /// # Errors
    /// The commit or a tree is missing; a path is not safe to write; the file system says no.
    pub fn export(&self, commit: &CommitId, dir: &Path, prefixes: &[&str]) -> PortResult<Exported> {
        let prefixes: Vec<&str> = prefixes.iter().map(|prefix| prefix.trim_end_matches('/')).collect();
        let below = |path: &str| {
            let mut folders = prefixes.iter().filter_map(|prefix| path.strip_prefix(prefix));
            prefixes.is_empty() || folders.any(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let WrittenOut { files, stand_ins, .. } = self.write_out(commit, dir, &below)?;
        let mut written = files.len();
        for (path, stand_in) in &stand_ins {
            let to = dir.join(path);
            let done = match stand_in {
                StandIn::LargeFile | StandIn::Filter(_) | StandIn::Encoding(_) => fs::remove_file(&to),
                // Builds may make what it leads to. Out of the commit, this machine's files would get in.
                StandIn::Link { target, fault: LinkFault::Dangling | LinkFault::Circle } => {
                    written += 1;
                    to.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| write_link(&to, target.as_bytes()))
                }
                StandIn::Link { .. } | StandIn::Absent | StandIn::Submodule | StandIn::Name => Ok(()),
            };
            done.map_err(|error| failed(format!("write {}", to.display()), error))?;
        }
        Ok(Exported { written, stand_ins })
    }
}
