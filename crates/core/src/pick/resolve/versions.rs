//! Versions of the workspace's own packages, where they stand in manifests and version files: the line keeps its own (R1, X6).

use std::{collections::BTreeMap, ops::Range};

use toml_edit::Item;

use super::text;
use crate::{
    edit::{locate, splice::Splices},
    policy::VersionFile,
    workspace::{DependencyEntry, DependencyKind, Manifest},
};

/// A manifest with both changes, and with the line's versions of packages of the workspace. None: the rest does not merge.
pub(super) fn merge_manifest(path: &str, base: &str, ours: &str, theirs: &str) -> Option<String> {
    let [base, line, theirs] = [base, ours, theirs].map(|text| Manifest::parse(path, text).ok());
    let (base, line, theirs) = (base?, line?, theirs?);
    let [before, known, after] = [&base, &line, &theirs].map(places);
    let moved = moved_versions(&known, &before, &after);
    let base = in_versions_of_the_line(&base, &before, &before, &known, &moved)?;
    let theirs = in_versions_of_the_line(&theirs, &after, &before, &known, &moved)?;
    let merged = text::merge(&base, ours, &theirs)?;
    Manifest::parse(path, &merged).ok()?;
    Some(merged)
}

/// A version file with both changes, and with the line's version in all the places that the policy names.
pub(super) fn merge_file(places: &[&VersionFile], base: &str, ours: &str, theirs: &str) -> Option<String> {
    let in_versions_of_the_line =
        |text: &str| places.iter().try_fold(text.to_owned(), |text, file| locate::with_versions_of(file, &text, ours));
    let merged = text::merge(&in_versions_of_the_line(base)?, ours, &in_versions_of_the_line(theirs)?)?;
    places.iter().all(|file| locate::versions_in(file, &merged).is_ok()).then_some(merged)
}

/// What a version is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Of<'m> {
    /// The package of the manifest.
    Package,
    /// Packages that inherit it.
    Workspace,
    /// A package that is required by its path, with the table that does.
    Required(Table, Option<&'m str>, &'m str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Table {
    Dependencies(DependencyKind),
    Shared,
    Patch,
}

/// A version as it is written, without the operator before it.
struct Place<'t> {
    range: Range<usize>,
    version: &'t str,
}

/// Where a manifest names versions of packages of the workspace, itself included.
fn places<'m>(manifest: &'m Manifest<'_>) -> Places<'m> {
    let mut places = BTreeMap::new();
    let mut add = |of: Of<'m>, item: Option<&Item>| {
        if let Some(place) = item.and_then(|item| place(manifest, item)) {
            places.insert(of, place);
        }
    };
    add(Of::Package, manifest.package().and_then(|package| package.get("version")));
    add(Of::Workspace, manifest.workspace_table("package").and_then(|package| package.get("version")));
    let mut entries: Vec<(Table, DependencyEntry<'m>)> = Vec::new();
    entries.extend(manifest.dependencies().into_iter().map(|entry| (Table::Dependencies(entry.kind), entry)));
    entries.extend(manifest.shared_dependencies().into_iter().map(|entry| (Table::Shared, entry)));
    entries.extend(manifest.patches().into_iter().map(|entry| (Table::Patch, entry)));
    for (table, entry) in entries.iter().filter(|(_, entry)| entry.get("path").is_some()) {
        add(Of::Required(*table, entry.target, entry.key), entry.requirement());
    }
    places
}

/// The place of a version, or of a requirement that names just one.
fn place<'m>(manifest: &'m Manifest<'_>, item: &Item) -> Option<Place<'m>> {
    let span = manifest.text_span(item)?;
    let written = &manifest.text[span.clone()];
    let start = span.start + written.find(|c: char| c.is_ascii_digit())?;
    let version = &manifest.text[start..span.end];
    let one = version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+".contains(&byte));
    one.then_some(Place { range: start..span.end, version })
}

/// Where a manifest names versions.
type Places<'m> = BTreeMap<Of<'m>, Place<'m>>;

/// The line's version for each of main's, by the places that both have. None: the line has several for it.
type Moved<'m> = BTreeMap<&'m str, Option<&'m str>>;

fn moved_versions<'m>(line: &Places<'m>, before: &Places<'m>, after: &Places<'m>) -> Moved<'m> {
    let mut moved = Moved::new();
    // A version that the change itself gives says nothing about the line.
    let kept = |(of, place): &(&Of<'m>, &Place<'m>)| after.get(of).is_none_or(|after| after.version == place.version);
    for (of, place) in before.iter().filter(kept) {
        if let Some(line) = line.get(of) {
            let known = moved.entry(place.version).or_insert(Some(line.version));
            *known = known.filter(|known| *known == line.version);
        }
    }
    moved
}

/// A manifest's text with the line's versions. None: it names a version for which the line has several.
fn in_versions_of_the_line(
    manifest: &Manifest<'_>,
    places: &Places<'_>,
    before: &Places<'_>,
    line: &Places<'_>,
    moved: &Moved<'_>,
) -> Option<String> {
    let mut splices = Splices::default();
    for (of, place) in places {
        let given = before.get(of).is_some_and(|before| before.version != place.version);
        let version = match (line.get(of), moved.get(place.version)) {
            // The change gives it the version that others of its workspace have.
            (Some(_), Some(Some(known))) if given => known,
            (Some(line), _) => line.version,
            (None, Some(known)) => (*known)?,
            // Nothing that both have has this version: it is no version of the line's trains.
            (None, None) => place.version,
        };
        splices.replace(place.range.clone(), version);
    }
    Some(splices.apply(manifest.text))
}
