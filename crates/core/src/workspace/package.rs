//! One package, with what it inherits filled in.

use std::collections::BTreeMap;

use semver::Version;
use serde::Serialize;
use toml_edit::Item;

use super::{
    Dependency, Manifest, Place, WorkspaceError,
    dependency::{self, Context},
    join,
    members::Found,
};

/// A package of the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version; 0.0.0 where the manifest gives none.
    pub version: Version,
    /// Where that stands; the name where the manifest gives none.
    pub version_place: Place,
    /// The version is the one of `[workspace.package]`.
    pub inherits_version: bool,
    /// Path of its manifest, from the repository's root.
    pub manifest: String,
    /// The folder in which cargo finds that, which differs where it is found over a symbolic link.
    #[serde(skip)]
    folder: String,
    /// May go to some registry: `publish` is not false and not an empty list, and there is a version.
    pub publish: bool,
    /// Registries it may go to, by name. Empty: all that `publish` allows.
    pub registries: Vec<String>,
    /// The oldest Rust that builds it, as written.
    pub rust_version: Option<String>,
    /// In the order of the tables: normal, build, dev, then by target.
    pub dependencies: Vec<Dependency>,
    /// Folders below its own that its `exclude` keeps out of the package: those that are written without a pattern. None where
    /// `include` or a `!` makes it harder to say.
    pub excluded_folders: Vec<String>,
    /// The patterns of its `include`, as written. Empty: the package takes all that `exclude` leaves.
    pub include: Vec<String>,
    /// What registries look at.
    pub metadata: Metadata,
    /// Where the keys of `[package]` have their values, in this manifest or in the one they are inherited from.
    pub places: BTreeMap<String, Place>,
}

impl Package {
    /// The folder of the package, from the repository's root.
    pub fn folder(&self) -> &str {
        &self.folder
    }
}

/// What registries look at. Empty texts are kept: a registry may refuse them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// One or two sentences.
    pub description: Option<String>,
    /// SPDX expression.
    pub license: Option<String>,
    /// From the repository's root.
    pub license_file: Option<String>,
    /// From the repository's root, where the manifest names one; `README.md` of the package's folder for `readme = true`.
    pub readme: Option<String>,
    /// `readme = false`: cargo is not to look for one.
    pub no_readme: bool,
    /// Search words.
    pub keywords: Vec<String>,
    /// Slugs of the registry.
    pub categories: Vec<String>,
    /// URL.
    pub homepage: Option<String>,
    /// URL.
    pub repository: Option<String>,
    /// URL.
    pub documentation: Option<String>,
    /// The native library it links.
    pub links: Option<String>,
}

/// All that is read of a workspace.
pub(super) struct ReadAll {
    pub(super) packages: Vec<Package>,
    pub(super) shared: Vec<Dependency>,
    pub(super) patches: Vec<Dependency>,
}

/// Read every package of a workspace, and what its root declares for all.
pub(super) fn read_all(found: &Found<'_>) -> Result<ReadAll, WorkspaceError> {
    let mut by_folder = BTreeMap::new();
    for manifest in found.manifests() {
        by_folder.insert(manifest.folder(), name(manifest)?);
    }
    let context = Context { root: &found.root, by_folder: &by_folder };
    let patched = context.patched();
    let packages =
        found.manifests().map(|manifest| read_one(manifest, &context, &patched)).collect::<Result<_, _>>()?;
    let (shared, patches) = dependency::read_root(&context, &patched)?;
    Ok(ReadAll { packages, shared, patches })
}

fn name<'m>(manifest: &'m Manifest<'_>) -> Result<&'m str, WorkspaceError> {
    let item = manifest.package().and_then(|package| package.get("name"));
    item.and_then(Item::as_str).ok_or_else(|| WorkspaceError::Shape {
        manifest: manifest.path.to_owned(),
        line: item.map_or(1, |item| manifest.line(item)),
        key: "package.name".to_owned(),
        expected: "a text",
    })
}

fn read_one(manifest: &Manifest<'_>, context: &Context<'_, '_>, patched: &[&str]) -> Result<Package, WorkspaceError> {
    let fields = Fields { manifest, root: context.root };
    let VersionField { version, inherits_version, version_place } = fields.version()?;
    let (allowed, registries) = fields.publish()?;
    Ok(Package {
        name: name(manifest)?.to_owned(),
        publish: allowed && version.is_some(),
        version: version.unwrap_or(Version::new(0, 0, 0)),
        version_place,
        inherits_version,
        manifest: manifest.path.to_owned(),
        folder: manifest.folder().to_owned(),
        registries,
        rust_version: fields.text("rust-version")?,
        dependencies: dependency::read(manifest, context, patched)?,
        excluded_folders: fields.excluded_folders()?,
        include: fields.list("include")?,
        metadata: fields.metadata()?,
        places: fields.places(),
    })
}

/// The `[package]` table, seen through inheritance.
struct Fields<'f, 't> {
    manifest: &'f Manifest<'t>,
    root: &'f Manifest<'t>,
}

/// A value, and the manifest that holds it.
struct Field<'f, 't> {
    item: &'f Item,
    home: &'f Manifest<'t>,
    inherited: bool,
}

impl Field<'_, '_> {
    fn place(&self) -> Place {
        self.home.place(self.item)
    }
}

/// The version of a package, where it has one.
struct VersionField {
    version: Option<Version>,
    inherits_version: bool,
    version_place: Place,
}

impl<'f, 't> Fields<'f, 't> {
    fn get(&self, key: &str) -> Result<Option<Field<'f, 't>>, WorkspaceError> {
        let Some(item) = self.manifest.package().and_then(|package| package.get(key)) else { return Ok(None) };
        let inherited = item.as_table_like().and_then(|table| table.get("workspace")).and_then(Item::as_bool);
        if inherited != Some(true) {
            return Ok(Some(Field { item, home: self.manifest, inherited: false }));
        }
        let shared = self.root.workspace_table("package").and_then(|table| table.get(key));
        let item = shared.ok_or_else(|| WorkspaceError::NothingToInherit {
            manifest: self.manifest.path.to_owned(),
            line: self.manifest.line(item),
            key: key.to_owned(),
            table: "workspace.package",
            root: self.root.path.to_owned(),
        })?;
        Ok(Some(Field { item, home: self.root, inherited: true }))
    }

    /// Where every key's value stands. A key that inherits what is not there has none.
    fn places(&self) -> BTreeMap<String, Place> {
        let keys = self.manifest.package().into_iter().flat_map(|package| package.iter()).map(|(key, _)| key);
        let place = |key: &str| Some((key.to_owned(), self.get(key).ok()??.place()));
        keys.filter_map(place).collect()
    }

    fn text(&self, key: &str) -> Result<Option<String>, WorkspaceError> {
        let Some(field) = self.get(key)? else { return Ok(None) };
        match field.item.as_str() {
            Some(text) => Ok(Some(text.to_owned())),
            None => Err(field.home.shape(field.item, key, "a text")),
        }
    }

    fn list(&self, key: &str) -> Result<Vec<String>, WorkspaceError> {
        let Some(field) = self.get(key)? else { return Ok(Vec::new()) };
        let texts = field.item.as_array().map(|array| array.iter().map(|value| value.as_str().map(str::to_owned)));
        texts.and_then(|texts| texts.collect()).ok_or_else(|| field.home.shape(field.item, key, "a list of texts"))
    }

    fn version(&self) -> Result<VersionField, WorkspaceError> {
        let Some(field) = self.get("version")? else {
            let name = self.manifest.package().and_then(|package| package.get("name")).unwrap_or(&Item::None);
            let version_place = self.manifest.place(name);
            return Ok(VersionField { version: None, inherits_version: false, version_place });
        };
        let text = field.item.as_str().ok_or_else(|| field.home.shape(field.item, "version", "a text"))?;
        let version = text.trim().parse().map_err(|error: semver::Error| WorkspaceError::Version {
            manifest: field.home.path.to_owned(),
            line: field.home.line(field.item),
            version: text.to_owned(),
            why: error.to_string(),
        })?;
        let version_place = field.home.place(field.item);
        Ok(VersionField { version: Some(version), inherits_version: field.inherited, version_place })
    }

    fn publish(&self) -> Result<(bool, Vec<String>), WorkspaceError> {
        let Some(field) = self.get("publish")? else { return Ok((true, Vec::new())) };
        if let Some(allowed) = field.item.as_bool() {
            return Ok((allowed, Vec::new()));
        }
        let registries = self.list("publish")?;
        Ok((!registries.is_empty(), registries))
    }

    fn excluded_folders(&self) -> Result<Vec<String>, WorkspaceError> {
        let patterns = self.list("exclude")?;
        if !self.list("include")?.is_empty() || patterns.iter().any(|pattern| pattern.starts_with('!')) {
            return Ok(Vec::new());
        }
        let plain = patterns.iter().filter(|pattern| !pattern.contains(['*', '?', '[', '\\']));
        Ok(plain.map(|pattern| pattern.trim_matches('/').to_owned()).filter(|path| !path.is_empty()).collect())
    }

    /// A path, from the repository's root.
    fn file(&self, key: &str) -> Result<Option<String>, WorkspaceError> {
        let Some(field) = self.get(key)? else { return Ok(None) };
        Ok(field.item.as_str().and_then(|path| join(field.home.folder(), path)))
    }

    fn metadata(&self) -> Result<Metadata, WorkspaceError> {
        let readme = self.get("readme")?;
        let switch = readme.as_ref().and_then(|field| field.item.as_bool());
        Ok(Metadata {
            description: self.text("description")?,
            license: self.text("license")?,
            license_file: self.file("license-file")?,
            readme: match switch {
                Some(true) => join(self.manifest.folder(), "README.md"),
                Some(false) => None,
                None => self.file("readme")?,
            },
            no_readme: switch == Some(false),
            keywords: self.list("keywords")?,
            categories: self.list("categories")?,
            homepage: self.text("homepage")?,
            repository: self.text("repository")?,
            documentation: self.text("documentation")?,
            links: self.text("links")?,
        })
    }
}
