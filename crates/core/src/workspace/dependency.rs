//! What a package needs.

use std::collections::BTreeMap;

use semver::{Op, VersionReq};
use serde::Serialize;
use toml_edit::Item;

use super::{DependencyEntry, Manifest, Place, WorkspaceError, join};

/// What a dependency is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DependencyKind {
    /// `[dependencies]`.
    Normal,
    /// `[build-dependencies]`.
    Build,
    /// `[dev-dependencies]`.
    Dev,
}

/// One dependency of a package, with what it inherits filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dependency {
    /// The key, as written.
    pub name: String,
    /// The real name of the package (`package = ".."`).
    pub package: String,
    /// What it is for.
    pub kind: DependencyKind,
    /// The version requirement, as written. None: any version, and no registry will take it.
    pub requirement: Option<String>,
    /// The package of this workspace that it leads to, by path or through `[patch]`.
    pub member: Option<String>,
    /// `cfg(..)` or a target's name, where it is for some only.
    pub target: Option<String>,
    /// Only with a feature.
    pub optional: bool,
    /// A registry by name, other than the default.
    pub registry: Option<String>,
    /// A git repository.
    pub git: Option<String>,
    /// Where it is given as a path: from the repository's root, if it does not leave it.
    pub path: Option<String>,
    /// It is inherited from `[workspace.dependencies]`.
    pub inherited: bool,
    /// Where the requirement stands, or the whole entry where it has none: in the root manifest if it is inherited.
    pub place: Place,
}

impl Dependency {
    /// Its condition never holds: it is there only to tie two versions together.
    pub fn is_never_built(&self) -> bool {
        let condition: Option<String> = self.target.as_ref().map(|it| it.split_whitespace().collect());
        matches!(condition.as_deref(), Some("cfg(any())" | "cfg(false)" | "cfg(not(all()))"))
    }

    /// The requirement lets in one version only: `=1.2.3`.
    pub fn is_exact(&self) -> bool {
        let requirement = self.requirement.as_deref().and_then(|text| VersionReq::parse(text).ok());
        requirement.is_some_and(|it| matches!(&it.comparators[..], [one] if one.op == Op::Exact && one.patch.is_some()))
    }
}

/// What is known of all members while dependencies are read.
pub(super) struct Context<'c, 't> {
    /// The root manifest.
    pub(super) root: &'c Manifest<'t>,
    /// Names of members by folder.
    pub(super) by_folder: &'c BTreeMap<&'c str, &'c str>,
}

impl Context<'_, '_> {
    /// Real names of packages that `[patch]` takes from a folder of the workspace.
    pub(super) fn patched(&self) -> Vec<&str> {
        let folders = self.root.patches().into_iter().filter_map(|entry| {
            let folder = join(self.root.folder(), entry.text("path")?)?;
            self.by_folder.get(folder.as_str()).copied()
        });
        folders.collect()
    }
}

/// Read all dependencies of a manifest.
pub(super) fn read(
    manifest: &Manifest<'_>,
    context: &Context<'_, '_>,
    patched: &[&str],
) -> Result<Vec<Dependency>, WorkspaceError> {
    manifest.dependencies().iter().map(|entry| read_one(manifest, entry, context, patched)).collect()
}

/// Read what the root offers to inherit, and what it replaces. Both may name packages that nothing uses.
pub(super) fn read_root(
    context: &Context<'_, '_>,
    patched: &[&str],
) -> Result<(Vec<Dependency>, Vec<Dependency>), WorkspaceError> {
    let read = |entries: Vec<DependencyEntry<'_>>| {
        let entries = entries.iter().map(|entry| read_one(context.root, entry, context, patched));
        entries.collect::<Result<Vec<_>, _>>()
    };
    Ok((read(context.root.shared_dependencies())?, read(context.root.patches())?))
}

fn read_one(
    manifest: &Manifest<'_>,
    entry: &DependencyEntry<'_>,
    context: &Context<'_, '_>,
    patched: &[&str],
) -> Result<Dependency, WorkspaceError> {
    if !entry.item.is_str() && !entry.item.is_table_like() {
        return Err(manifest.shape(entry.item, entry.key, "a version requirement or a table"));
    }
    let shared = if entry.is_inherited() { Some(inherited(manifest, entry, context.root)?) } else { None };
    let (source, home) = match &shared {
        Some(shared) => (shared, context.root),
        None => (entry, manifest),
    };
    let folder = home.folder();
    let path = source.text("path").and_then(|path| join(folder, path));
    let git = source.text("git").map(str::to_owned);
    let by_path = path.as_deref().and_then(|folder| context.by_folder.get(folder)).copied();
    let from_registry = source.get("path").is_none() && git.is_none();
    let by_patch = patched.iter().copied().find(|name| from_registry && *name == source.package());
    Ok(Dependency {
        name: entry.key.to_owned(),
        package: source.package().to_owned(),
        kind: entry.kind,
        requirement: source.requirement().and_then(Item::as_str).map(str::to_owned),
        member: by_path.or(by_patch).map(str::to_owned),
        target: entry.target.map(str::to_owned),
        optional: entry.get("optional").and_then(Item::as_bool) == Some(true),
        registry: source.text("registry").map(str::to_owned),
        git,
        path,
        inherited: shared.is_some(),
        place: home.place(source.requirement().unwrap_or(source.item)),
    })
}

/// The entry of `[workspace.dependencies]` that an entry stands for.
fn inherited<'m>(
    manifest: &Manifest<'_>,
    entry: &DependencyEntry<'m>,
    root: &'m Manifest<'_>,
) -> Result<DependencyEntry<'m>, WorkspaceError> {
    let table = root.workspace_table("dependencies");
    let (key, item) = table
        .and_then(|table| table.get_key_value(entry.key))
        .map(|(key, item)| (key.get(), item))
        .ok_or_else(|| WorkspaceError::NothingToInherit {
            manifest: manifest.path.to_owned(),
            line: manifest.line(entry.item),
            key: entry.key.to_owned(),
            table: "workspace.dependencies",
            root: root.path.to_owned(),
        })?;
    Ok(DependencyEntry { kind: entry.kind, target: entry.target, key, item })
}
