//! Conflicts that need no person (X2): where a change meets what only tells one line from another.
//!
//! Three kinds of files are known: release notes, lock files, and files that name the line's versions. Each is merged as what
//! it is. Where it cannot be told what is right, the conflict stays.

mod conflict;
mod lock;
mod notes;
mod text;
mod versions;

pub use conflict::{ConflictKind, ConflictedFile};
pub use text::Meeting;

use crate::{
    edit::notes::style_of,
    policy::{NotesStyle, Rules, VersionFile},
};

/// Resolves what needs no person.
#[derive(Debug, Clone, Default)]
pub struct Mechanical {
    /// The file of release notes, and how it is kept. None: any that looks like one.
    notes: Option<(String, NotesStyle)>,
    version_files: Vec<VersionFile>,
}

/// Files of release notes that are known without a policy.
const NOTES: [&str; 2] = ["RELEASES.md", "CHANGELOG.md"];

impl Mechanical {
    /// With the notes and the version files of a policy. Without one, [`Mechanical::default`] knows manifests, lock files, and
    /// notes by their names and their look.
    pub fn new(rules: &Rules) -> Self {
        Self {
            notes: rules.notes.as_ref().map(|notes| (notes.file.clone(), notes.style)),
            version_files: rules.version_files.clone(),
        }
    }

    /// The text of a file that did not merge as text, or that should not have merged as it did. None: a person must look at
    /// it, or it is right as it is.
    pub fn resolve(&self, file: &ConflictedFile) -> Option<String> {
        let (base, ours, theirs) = (file.base.as_deref()?, file.ours.as_deref()?, file.theirs.as_deref()?);
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        if name == "Cargo.lock" {
            let texts = lock::Texts { base, ours, theirs, manifests: &file.manifests };
            let sound = file.merged.as_ref().is_some_and(|merged| lock::is_sound(merged, &texts));
            return if sound { None } else { lock::merge(&texts) };
        }
        if file.merged.is_some() {
            return None;
        }
        if let Some(style) = self.notes_style(&file.path, name, ours) {
            return notes::merge(style, base, ours, theirs);
        }
        if name == "Cargo.toml" {
            return versions::merge_manifest(&file.path, base, ours, theirs);
        }
        let places: Vec<_> = self.version_files.iter().filter(|known| known.path == file.path).collect();
        if places.is_empty() { None } else { versions::merge_file(&places, base, ours, theirs) }
    }

    /// How a file of release notes is kept. None: it is none.
    fn notes_style(&self, path: &str, name: &str, text: &str) -> Option<NotesStyle> {
        match &self.notes {
            Some((file, style)) => (file == path).then_some(*style),
            None => NOTES.contains(&name).then(|| style_of(text)).flatten(),
        }
    }
}

#[cfg(test)]
mod tests;
