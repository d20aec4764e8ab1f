//! What changed between two commits, as unified text.

use gix::{
    ObjectId,
    bstr::ByteSlice,
    diff::{
        Options, Rewrites,
        blob::{
            Algorithm, InternedInput, UnifiedDiff, diff_with_slider_heuristics,
            unified_diff::{ConsumeHunk, ContextSize, DiffLineKind, HunkHeader},
        },
    },
    object::tree::diff::ChangeDetached,
};
use stationmaster_core::model::CommitId;

use super::{PortResult, Repository, commit_id, failure::failed};

/// What happened to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileChange {
    /// It is new.
    Added,
    /// It is gone.
    Deleted,
    /// Its content or its mode differs.
    Modified,
    /// It was at this path before. Its content may differ too.
    Renamed {
        /// The path before.
        from: String,
    },
}

/// The change of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// Where it is, or was if it is gone.
    pub path: String,
    /// What happened.
    pub change: FileChange,
    /// Hunks in unified form with three lines of context, without the file header. Empty for bytes, for a submodule, and
    /// where only the name or the mode differs.
    pub hunks: String,
    /// Lines that are new.
    pub added: usize,
    /// Lines that are gone.
    pub removed: usize,
}

/// Files with a zero byte in so many first bytes are not text.
const LOOKED_AT: usize = 8000;

impl Repository {
    /// The commit at which two histories parted. None if they have nothing in common.
    ///
    /// # Errors
    /// A commit is missing, or history cannot be read.
    pub fn merge_base(&self, one: &CommitId, other: &CommitId) -> PortResult<Option<CommitId>> {
        let repository = self.local();
        let (one, other) = (Self::commit(&repository, one)?.id, Self::commit(&repository, other)?.id);
        let bases = repository
            .merge_bases_many(one, &[other])
            .map_err(|error| failed(format!("look for what {one} and {other} have in common"), error))?;
        Ok(bases.first().copied().map(commit_id))
    }

    /// The commit that a commit was made on. None for a first one.
    ///
    /// # Errors
    /// The commit is missing.
    pub fn first_parent(&self, commit: &CommitId) -> PortResult<Option<CommitId>> {
        Ok(Self::commit(&self.local(), commit)?.parent_ids().next().map(commit_id))
    }

    /// What changed from one commit's tree to another's, sorted by path. Renames are found, as git does.
    ///
    /// # Errors
    /// A commit, tree or blob is missing.
    pub fn diff(&self, before: &CommitId, after: &CommitId) -> PortResult<Vec<FileDiff>> {
        let what = || format!("compare {before} with {after}");
        let repository = self.local();
        let (old, new) = (Self::tree_of(&repository, before)?, Self::tree_of(&repository, after)?);
        let old = repository.find_tree(old).map_err(|error| failed(what(), error))?;
        let new = repository.find_tree(new).map_err(|error| failed(what(), error))?;
        let options = Options::default().with_rewrites(Some(Rewrites::default()));
        let changes = repository.diff_tree_to_tree(&old, &new, options).map_err(|error| failed(what(), error))?;
        let files = changes.into_iter().filter(|change| !change.entry_mode().is_tree());
        let mut diffs = files.map(|change| file_diff(&repository, &change)).collect::<PortResult<Vec<_>>>()?;
        diffs.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(diffs)
    }
}

fn file_diff(repository: &gix::Repository, change: &ChangeDetached) -> PortResult<FileDiff> {
    let path = change.location().to_str_lossy().into_owned();
    let (kind, old, new) = match change {
        ChangeDetached::Addition { id, .. } => (FileChange::Added, None, Some(*id)),
        ChangeDetached::Deletion { id, .. } => (FileChange::Deleted, Some(*id), None),
        ChangeDetached::Modification { previous_id, id, .. } => (FileChange::Modified, Some(*previous_id), Some(*id)),
        ChangeDetached::Rewrite { source_location, source_id, id, .. } => {
            let from = source_location.to_str_lossy().into_owned();
            (FileChange::Renamed { from }, Some(*source_id), Some(*id))
        }
    };
    let mut diff = FileDiff { path, change: kind, hunks: String::new(), added: 0, removed: 0 };
    if old == new || change.entry_mode().is_commit() {
        return Ok(diff);
    }
    let (old, new) = (content(repository, &diff.path, old)?, content(repository, &diff.path, new)?);
    if is_text(&old) && is_text(&new) {
        let input = InternedInput::new(old.as_slice(), new.as_slice());
        let lines = diff_with_slider_heuristics(Algorithm::Histogram, &input);
        diff.added = lines.count_additions() as usize;
        diff.removed = lines.count_removals() as usize;
        let text = UnifiedDiff::new(&lines, &input, Hunks(String::new()), ContextSize::symmetrical(3)).consume();
        diff.hunks = text.map_err(|error| failed(format!("compare `{}`", diff.path), error))?;
    }
    Ok(diff)
}

fn content(repository: &gix::Repository, path: &str, blob: Option<ObjectId>) -> PortResult<Vec<u8>> {
    let Some(blob) = blob else { return Ok(Vec::new()) };
    let object = repository.find_object(blob);
    object.map(|object| object.detach().data).map_err(|error| failed(format!("read `{path}` (blob {blob})"), error))
}

/// Whether bytes are a text, by git's own rule.
pub(super) fn is_text(data: &[u8]) -> bool {
    !data[..data.len().min(LOOKED_AT)].contains(&0)
}

/// Hunks as git prints them.
struct Hunks(String);

impl ConsumeHunk for Hunks {
    type Out = String;

    fn consume_hunk(&mut self, header: HunkHeader, lines: &[(DiffLineKind, &[u8])]) -> std::io::Result<()> {
        let before = range(header.before_hunk_start, header.before_hunk_len);
        let after = range(header.after_hunk_start, header.after_hunk_len);
        self.0.push_str(&format!("@@ -{before} +{after} @@\n"));
        for (kind, line) in lines {
            self.0.push(match kind {
                DiffLineKind::Context => ' ',
                DiffLineKind::Add => '+',
                DiffLineKind::Remove => '-',
            });
            self.0.push_str(&line.to_str_lossy());
            if !line.ends_with(b"\n") {
                self.0.push_str("\n\\ No newline at end of file\n");
            }
        }
        Ok(())
    }

    fn finish(self) -> String {
        self.0
    }
}

/// Start and length; a length of one goes without saying, and an empty range names the line before it.
fn range(start: u32, length: u32) -> String {
    match length {
        0 => format!("{},0", start.saturating_sub(1)),
        1 => start.to_string(),
        _ => format!("{start},{length}"),
    }
}
