//! Versions in manifests (R1, X6).

use std::collections::BTreeMap;

use toml_edit::Item;

use super::{
    EditError,
    moves::{Move, Moves},
    requirement,
    splice::Splices,
};
use crate::{
    model::TreeFiles,
    workspace::{DependencyEntry, Manifest, Workspace, join},
};

/// Edits the manifests of one workspace.
pub(super) struct Editor<'e> {
    workspace: &'e Workspace,
    moves: &'e Moves<'e>,
    names_by_folder: BTreeMap<&'e str, &'e str>,
    names_by_manifest: BTreeMap<&'e str, &'e str>,
    /// Members that `[patch]` puts in the place of registry packages.
    patched: Vec<&'e str>,
}

impl<'e> Editor<'e> {
    /// Read from the root what concerns all manifests.
    pub(super) fn new(files: &TreeFiles, workspace: &'e Workspace, moves: &'e Moves<'e>) -> Result<Self, EditError> {
        let packages = || workspace.packages.iter();
        let mut editor = Self {
            workspace,
            moves,
            names_by_folder: packages().map(|package| (package.folder(), package.name.as_str())).collect(),
            names_by_manifest: packages().map(|package| (package.manifest.as_str(), package.name.as_str())).collect(),
            patched: Vec::new(),
        };
        if let Some(text) = files.get(&workspace.root).filter(|text| text.contains("patch")) {
            let root = Manifest::parse(&workspace.root, text)?;
            editor.patched = root.patches().iter().filter_map(|entry| editor.member_by_path(&root, entry)).collect();
        }
        Ok(editor)
    }

    /// The new text of a manifest.
    pub(super) fn edit(&self, path: &str, text: &str) -> Result<String, EditError> {
        let manifest = Manifest::parse(path, text)?;
        let mut splices = Splices::default();
        let own = self.names_by_manifest.get(path).and_then(|name| self.moves.get(name));
        if let (Some(own), Some(item)) = (own, manifest.package().and_then(|package| package.get("version"))) {
            // A version that is inherited stands in the root and is no text here.
            if let Some(place) = manifest.text_span(item) {
                splices.replace(place, own.new.to_string());
            }
        }
        let mut entries = manifest.dependencies();
        if path == self.workspace.root {
            let shared = manifest.workspace_table("package").and_then(|table| table.get("version"));
            if let (Some(version), Some(place)) = (self.moves.shared, shared.and_then(|item| manifest.text_span(item)))
            {
                splices.replace(place, version.to_string());
            }
            entries.extend(manifest.shared_dependencies());
            entries.extend(manifest.patches());
        }
        for entry in &entries {
            self.edit_entry(&manifest, entry, &mut splices)?;
        }
        Ok(splices.apply(text))
    }

    fn edit_entry(
        &self,
        manifest: &Manifest<'_>,
        entry: &DependencyEntry<'_>,
        splices: &mut Splices,
    ) -> Result<(), EditError> {
        let Some(item) = entry.requirement() else { return Ok(()) };
        let (Some(text), Some(place)) = (item.as_str(), manifest.text_span(item)) else { return Ok(()) };
        let Some(moved) = self.moved(manifest, entry, text) else { return Ok(()) };
        let new = requirement::follow(text, moved.old, moved.new)
            .map_err(|error| requirement_error(manifest, item, text, &error))?;
        if let Some(new) = new {
            splices.replace(place, new);
        }
        Ok(())
    }

    /// The move of the package that an entry leads to.
    fn moved(&self, manifest: &Manifest<'_>, entry: &DependencyEntry<'_>, requirement: &str) -> Option<&Move<'e>> {
        if entry.get("path").is_some() {
            return self.moves.get(self.member_by_path(manifest, entry)?);
        }
        if entry.get("git").is_some() || !self.patched.contains(&entry.package()) {
            return None;
        }
        // The registry's package of that name may be meant as well, at another version than the workspace's.
        let moved = self.moves.get(entry.package())?;
        let meant = semver::VersionReq::parse(requirement).is_ok_and(|requirement| requirement.matches(moved.old));
        meant.then_some(moved)
    }

    fn member_by_path(&self, manifest: &Manifest<'_>, entry: &DependencyEntry<'_>) -> Option<&'e str> {
        let folder = join(manifest.folder(), entry.text("path")?)?;
        self.names_by_folder.get(folder.as_str()).copied()
    }
}

fn requirement_error(manifest: &Manifest<'_>, item: &Item, text: &str, error: &semver::Error) -> EditError {
    EditError::Requirement {
        manifest: manifest.path.to_owned(),
        line: manifest.line(item),
        requirement: text.to_owned(),
        why: error.to_string(),
    }
}
