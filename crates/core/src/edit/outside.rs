//! Manifests and lock files of the repository that are not the workspace's own: excluded examples, fuzz targets, nested
//! workspaces. Where they use a package of the workspace by its path, cargo would refuse them with the old version.
//!
//! Rules: R1.

use std::collections::BTreeMap;

use super::{
    lock,
    manifest::{Editor, Patched},
    moves::Moves,
};
use crate::{
    model::TreeFiles,
    workspace::{Manifest, Workspace, folder_of, is_inside},
};

/// The new texts of all that follow. What cargo could not read anyway, such as test data, is passed over.
pub(super) fn edit(
    files: &TreeFiles,
    workspace: &Workspace,
    moves: &Moves<'_>,
    editor: &Editor<'_>,
) -> Vec<(String, String)> {
    let outside = Outside::read(files, workspace, editor);
    let using = outside.manifests.values().filter_map(|manifest| {
        let patched = outside.patched(manifest, editor);
        (editor.leads_in(manifest) || !patched.is_empty()).then_some((manifest, patched))
    });
    let using: Vec<(&Manifest<'_>, Patched<'_>)> = using.collect();
    let manifests =
        using.iter().map(|(manifest, patched)| (manifest.path.to_owned(), editor.edit_outside(manifest, patched)));
    let main = workspace.lock_path();
    let others = files.iter().filter(|(path, _)| is_lock(path) && **path != main);
    let locks = others.filter_map(|(path, text)| {
        let folder = folder_of(path);
        using.iter().find(|(manifest, _)| is_inside(manifest.folder(), folder))?;
        Some((path.clone(), lock::edit_outside(path, text, moves, &outside.packages_in(folder)).ok()?))
    });
    manifests.chain(locks).collect()
}

fn is_lock(path: &str) -> bool {
    path == "Cargo.lock" || path.ends_with("/Cargo.lock")
}

/// Manifests that may have to do with the workspace, by folder.
struct Outside<'t> {
    manifests: BTreeMap<&'t str, Manifest<'t>>,
}

impl<'t> Outside<'t> {
    /// Those that speak of paths or workspaces, and all below one that patches. Reading the others would take time for
    /// nothing. What is no TOML is test data and is passed over.
    fn read(files: &'t TreeFiles, workspace: &Workspace, editor: &Editor<'_>) -> Self {
        let is_manifest = |path: &str| path == "Cargo.toml" || path.ends_with("/Cargo.toml");
        let is_other = |path: &str| is_manifest(path) && path != workspace.root && !editor.is_member(path);
        let (speaking, others): (Vec<_>, Vec<_>) = files
            .iter()
            .filter(|(path, _)| is_other(path))
            .partition(|(_, text)| text.contains("path") || text.contains("workspace"));
        let parse = |(path, text): (&'t String, &'t String)| {
            Manifest::parse(path, text).ok().map(|manifest| (manifest.folder(), manifest))
        };
        let mut manifests: BTreeMap<&str, Manifest<'_>> = speaking.into_iter().filter_map(parse).collect();
        let patching = manifests.values().filter(|manifest| !editor.patched(manifest).is_empty());
        let patching: Vec<&str> = patching.map(Manifest::folder).collect();
        let below = |path: &str| patching.iter().any(|folder| is_inside(path, folder));
        manifests.extend(others.into_iter().filter(|(path, _)| below(path)).filter_map(parse));
        Self { manifests }
    }

    /// Packages that are patched in where a manifest is built: by itself, or by the workspace it is in.
    fn patched<'e>(&self, manifest: &Manifest<'_>, editor: &Editor<'e>) -> Patched<'e> {
        let mut patched = editor.patched(manifest);
        let mut folder = manifest.folder();
        while !folder.is_empty() && self.manifests.get(folder).is_none_or(|it| it.workspace().is_none()) {
            folder = folder_of(folder);
        }
        if let Some(root) = self.manifests.get(folder) {
            patched.extend(editor.patched(root));
        }
        patched
    }

    /// Names of packages below a folder: an entry of a lock file may be one of these.
    fn packages_in(&self, folder: &str) -> Vec<&str> {
        let below = self.manifests.values().filter(|manifest| is_inside(manifest.folder(), folder));
        let names = below.filter_map(|manifest| manifest.package()?.get("name")?.as_str());
        names.collect()
    }
}
