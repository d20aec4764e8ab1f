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
    workspace::{Dependency, DependencyEntry, Manifest, Package, Replacement, Workspace, join},
};

/// Edits manifests that have a package of the workspace in them.
pub(super) struct Editor<'e> {
    workspace: &'e Workspace,
    moves: &'e Moves<'e>,
    names_by_folder: BTreeMap<&'e str, &'e str>,
    names_by_manifest: BTreeMap<&'e str, &'e str>,
}

/// Packages of the workspace that `[patch]` puts in the place of registry packages, for one manifest.
pub(super) type Patched<'e> = Vec<&'e str>;

impl<'e> Editor<'e> {
    /// Ready for every manifest of the workspace.
    pub(super) fn new(workspace: &'e Workspace, moves: &'e Moves<'e>) -> Self {
        let packages = || workspace.packages.iter();
        Self {
            workspace,
            moves,
            names_by_folder: packages().map(|package| (package.folder(), package.name.as_str())).collect(),
            names_by_manifest: packages().map(|package| (package.manifest.as_str(), package.name.as_str())).collect(),
        }
    }

    /// Whether a manifest is one of the workspace's packages.
    pub(super) fn is_member(&self, path: &str) -> bool {
        self.names_by_manifest.contains_key(path)
    }

    /// The new texts of the root and of all members that have something to change.
    pub(super) fn edit_all(&self, files: &TreeFiles) -> Result<Vec<(String, String)>, EditError> {
        let mut texts = Vec::new();
        let mut patched = Patched::new();
        if let Some((path, text)) = files.get_key_value(&self.workspace.root) {
            let root = Manifest::parse(path, text)?.found_in(self.workspace.folder());
            patched = self.patched(&root);
            texts.push((path.clone(), self.edit(&root, &patched)?));
        }
        let members = self.workspace.packages.iter().filter(|package| package.manifest != self.workspace.root);
        for package in members.filter(|package| self.is_concerned(package)) {
            if let Some((path, text)) = files.get_key_value(&package.manifest) {
                texts.push((
                    path.clone(),
                    self.edit(&Manifest::parse(path, text)?.found_in(package.folder()), &patched)?,
                ));
            }
        }
        Ok(texts)
    }

    /// Whether a member's manifest holds a version that moves: most inherit all of theirs, and need not be parsed again.
    fn is_concerned(&self, package: &Package) -> bool {
        let requires = |dependency: &Dependency| {
            let member =
                dependency.member.as_ref().filter(|_| !dependency.inherited && dependency.requirement.is_some());
            member.is_some_and(|name| self.moves.get(name).is_some())
        };
        let own = !package.inherits_version && self.moves.get(&package.name).is_some();
        own || package.dependencies.iter().any(requires)
    }

    /// Packages of the workspace that a manifest patches in.
    pub(super) fn patched(&self, manifest: &Manifest<'_>) -> Patched<'e> {
        manifest.patches().iter().filter_map(|entry| self.member_by_path(manifest, entry)).collect()
    }

    /// Whether a manifest has a package of the workspace in it, by its path.
    pub(super) fn leads_in(&self, manifest: &Manifest<'_>) -> bool {
        let tables = [manifest.dependencies(), manifest.shared_dependencies(), manifest.patches()];
        let replaced = manifest.replacements();
        let mut entries = tables.iter().flatten().chain(replaced.iter().map(|replacement| &replacement.by));
        entries.any(|entry| self.member_by_path(manifest, entry).is_some())
    }

    /// The new text of a member's or the root's manifest.
    fn edit(&self, manifest: &Manifest<'_>, patched: &[&str]) -> Result<String, EditError> {
        let mut splices = Splices::default();
        let own = self.names_by_manifest.get(manifest.path).and_then(|name| self.moves.get(name));
        if let (Some(own), Some(item)) = (own, manifest.package().and_then(|package| package.get("version"))) {
            // A version that is inherited stands in the root and is no text here.
            if let Some(place) = manifest.text_span(item) {
                splices.replace(place, own.new.to_string());
            }
        }
        let is_root = manifest.path == self.workspace.root;
        if is_root {
            let shared = manifest.workspace_table("package").and_then(|table| table.get("version"));
            if let (Some(version), Some(place)) = (self.moves.shared, shared.and_then(|item| manifest.text_span(item)))
            {
                splices.replace(place, version.to_string());
            }
        }
        for entry in &self.requirements(manifest, is_root, &mut splices) {
            self.edit_entry(manifest, entry, patched, &mut splices)?;
        }
        Ok(splices.apply(manifest.text))
    }

    /// The new text of a manifest that is no member's: only what it requires of the workspace's packages follows. A
    /// requirement that is none stays.
    pub(super) fn edit_outside(&self, manifest: &Manifest<'_>, patched: &[&str]) -> String {
        let mut splices = Splices::default();
        for entry in &self.requirements(manifest, true, &mut splices) {
            let _ = self.edit_entry(manifest, entry, patched, &mut splices);
        }
        splices.apply(manifest.text)
    }

    /// Entries of every table that may require a package. `[replace]` has its versions in its keys and is edited at once.
    fn requirements<'m>(
        &self,
        manifest: &'m Manifest<'_>,
        is_root: bool,
        splices: &mut Splices,
    ) -> Vec<DependencyEntry<'m>> {
        let mut entries = manifest.dependencies();
        if is_root {
            entries.extend(manifest.shared_dependencies());
            entries.extend(manifest.patches());
            for replacement in manifest.replacements() {
                self.edit_replacement(manifest, &replacement, splices);
            }
        }
        entries
    }

    fn edit_entry(
        &self,
        manifest: &Manifest<'_>,
        entry: &DependencyEntry<'_>,
        patched: &[&str],
        splices: &mut Splices,
    ) -> Result<(), EditError> {
        let Some(item) = entry.requirement() else { return Ok(()) };
        let (Some(text), Some(place)) = (item.as_str(), manifest.text_span(item)) else { return Ok(()) };
        let Some(moved) = self.moved(manifest, entry, text, patched) else { return Ok(()) };
        let new = requirement::follow(text, moved.old, moved.new)
            .map_err(|error| requirement_error(manifest, item, text, &error))?;
        if let Some(new) = new {
            splices.replace(place, new);
        }
        Ok(())
    }

    /// The version in the key of `[replace]` is that of the package that stands in.
    fn edit_replacement(&self, manifest: &Manifest<'_>, replacement: &Replacement<'_>, splices: &mut Splices) {
        let moved = self.member_by_path(manifest, &replacement.by).and_then(|name| self.moves.get(name));
        if let Some(moved) = moved.filter(|moved| replacement.version == moved.old.to_string()) {
            splices.replace(replacement.place.clone(), moved.new.to_string());
        }
    }

    /// The move of the package that an entry leads to.
    fn moved(
        &self,
        manifest: &Manifest<'_>,
        entry: &DependencyEntry<'_>,
        requirement: &str,
        patched: &[&str],
    ) -> Option<&Move<'e>> {
        if entry.get("path").is_some() {
            return self.moves.get(self.member_by_path(manifest, entry)?);
        }
        if entry.get("git").is_some() || !patched.contains(&entry.package()) {
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
