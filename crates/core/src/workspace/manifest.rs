//! One manifest, parsed once, with the place of every value.

use std::ops::Range;

use toml_edit::{Document, Item, TableLike, Value};

use super::{DependencyKind, Place, WorkspaceError};
use crate::model::Reached;

/// A parsed `Cargo.toml`.
pub(crate) struct Manifest<'t> {
    /// From the repository's root.
    pub(crate) path: &'t str,
    /// The folder from which its paths count: that in which cargo finds it, perhaps over a symbolic link.
    folder: &'t str,
    /// All of it.
    pub(crate) text: &'t str,
    document: Document<&'t str>,
    /// Where the line ends are: every dependency asks for its line.
    line_ends: Vec<usize>,
}

/// One entry of a dependency table.
pub(crate) struct DependencyEntry<'m> {
    /// What it is for.
    pub(crate) kind: DependencyKind,
    /// `cfg(..)` or a target's name, where it is for some only.
    pub(crate) target: Option<&'m str>,
    /// The name the package's code knows it by.
    pub(crate) key: &'m str,
    /// A text, a table or an inline table.
    pub(crate) item: &'m Item,
}

/// One entry of `[replace]`: `"name:1.2.3" = { path = ".." }`.
pub(crate) struct Replacement<'m> {
    /// The version in its key.
    pub(crate) version: &'m str,
    /// The place of that version.
    pub(crate) place: Range<usize>,
    /// What stands in.
    pub(crate) by: DependencyEntry<'m>,
}

impl<'t> Manifest<'t> {
    /// Parse a manifest's text.
    pub(crate) fn parse(path: &'t str, text: &'t str) -> Result<Self, WorkspaceError> {
        let document = Document::parse(text).map_err(|error| WorkspaceError::Syntax {
            manifest: path.to_owned(),
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        })?;
        let line_ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
        Ok(Self { path, folder: super::folder_of(path), text, document, line_ends })
    }

    /// Parse a manifest where it was found.
    pub(crate) fn found(reached: Reached<'t>) -> Result<Self, WorkspaceError> {
        Ok(Self::parse(reached.file, reached.text)?.found_in(super::folder_of(reached.path)))
    }

    /// The same, found by cargo in this folder.
    pub(crate) fn found_in(self, folder: &'t str) -> Self {
        Self { folder, ..self }
    }

    /// The folder in which cargo finds it.
    pub(crate) fn folder(&self) -> &'t str {
        self.folder
    }

    /// The line of a value, from 1.
    pub(crate) fn line(&self, item: &Item) -> usize {
        self.line_at(item.span().map_or(0, |span| span.start))
    }

    /// The line of a place in the text, from 1.
    pub(crate) fn line_at(&self, offset: usize) -> usize {
        1 + self.line_ends.partition_point(|end| *end < offset)
    }

    /// The place of a value.
    pub(crate) fn place(&self, item: &Item) -> Place {
        Place { file: self.path.to_owned(), line: u32::try_from(self.line(item)).unwrap_or(u32::MAX) }
    }

    /// The place of a text's letters inside its quotes.
    pub(crate) fn text_span(&self, item: &Item) -> Option<Range<usize>> {
        text_span(self.text, item)
    }

    /// The `[package]` table.
    pub(crate) fn package(&self) -> Option<&dyn TableLike> {
        self.table("package").or_else(|| self.table("project"))
    }

    /// The `[workspace]` table.
    pub(crate) fn workspace(&self) -> Option<&dyn TableLike> {
        self.table("workspace")
    }

    /// A table of `[workspace]`, such as `package`.
    pub(crate) fn workspace_table(&self, name: &str) -> Option<&dyn TableLike> {
        self.workspace()?.get(name)?.as_table_like()
    }

    fn table(&self, name: &str) -> Option<&dyn TableLike> {
        self.document.get(name)?.as_table_like()
    }

    /// A value of a manifest that is not of the shape cargo takes.
    pub(crate) fn shape(&self, item: &Item, key: &str, expected: &'static str) -> WorkspaceError {
        WorkspaceError::Shape { manifest: self.path.to_owned(), line: self.line(item), key: key.to_owned(), expected }
    }

    /// Entries of all the package's dependency tables, those of targets too.
    pub(crate) fn dependencies(&self) -> Vec<DependencyEntry<'_>> {
        let mut entries = Vec::new();
        dependency_tables(self.document.as_table(), None, &mut entries);
        if let Some(targets) = self.table("target") {
            for (target, item) in targets.iter() {
                if let Some(table) = item.as_table_like() {
                    dependency_tables(table, Some(target), &mut entries);
                }
            }
        }
        entries
    }

    /// Entries of `[workspace.dependencies]`.
    pub(crate) fn shared_dependencies(&self) -> Vec<DependencyEntry<'_>> {
        let mut entries = Vec::new();
        if let Some(table) = self.workspace_table("dependencies") {
            push_entries(table, DependencyKind::Normal, None, &mut entries);
        }
        entries
    }

    /// Entries of every `[patch.*]`.
    pub(crate) fn patches(&self) -> Vec<DependencyEntry<'_>> {
        let mut entries = Vec::new();
        for (_, source) in self.table("patch").into_iter().flat_map(|patch| patch.iter()) {
            if let Some(table) = source.as_table_like() {
                push_entries(table, DependencyKind::Normal, None, &mut entries);
            }
        }
        entries
    }

    /// Entries of `[replace]` whose key holds a version as it is written.
    pub(crate) fn replacements(&self) -> Vec<Replacement<'_>> {
        let Some(table) = self.table("replace") else { return Vec::new() };
        let entries = table.iter().filter_map(|(key, item)| {
            let (_, version) = key.rsplit_once([':', '@'])?;
            let span = table.key(key)?.span()?;
            let start = span.start + self.text.get(span)?.rfind(version)?;
            let by = DependencyEntry { kind: DependencyKind::Normal, target: None, key, item };
            Some(Replacement { version, place: start..start + version.len(), by })
        });
        entries.collect()
    }
}

fn dependency_tables<'m>(table: &'m dyn TableLike, target: Option<&'m str>, entries: &mut Vec<DependencyEntry<'m>>) {
    const TABLES: [(&str, DependencyKind); 5] = [
        ("dependencies", DependencyKind::Normal),
        ("build-dependencies", DependencyKind::Build),
        ("build_dependencies", DependencyKind::Build),
        ("dev-dependencies", DependencyKind::Dev),
        ("dev_dependencies", DependencyKind::Dev),
    ];
    for (name, kind) in TABLES {
        if let Some(table) = table.get(name).and_then(Item::as_table_like) {
            push_entries(table, kind, target, entries);
        }
    }
}

fn push_entries<'m>(
    table: &'m dyn TableLike,
    kind: DependencyKind,
    target: Option<&'m str>,
    entries: &mut Vec<DependencyEntry<'m>>,
) {
    entries.extend(table.iter().map(|(key, item)| DependencyEntry { kind, target, key, item }));
}

impl<'m> DependencyEntry<'m> {
    /// The value of a key, where the entry is a table.
    pub(crate) fn get(&self, key: &str) -> Option<&'m Item> {
        self.item.as_table_like()?.get(key)
    }

    /// A text of a key, where the entry is a table.
    pub(crate) fn text(&self, key: &str) -> Option<&'m str> {
        self.get(key)?.as_str()
    }

    /// The real name of the package.
    pub(crate) fn package(&self) -> &'m str {
        self.text("package").unwrap_or(self.key)
    }

    /// The version requirement: the entry itself, or its `version`.
    pub(crate) fn requirement(&self) -> Option<&'m Item> {
        if self.item.is_str() { Some(self.item) } else { self.get("version").filter(|item| item.is_str()) }
    }

    /// Says `workspace = true`.
    pub(crate) fn is_inherited(&self) -> bool {
        self.get("workspace").and_then(Item::as_bool) == Some(true)
    }
}

/// The place of a text's letters inside its quotes.
pub(crate) fn text_span(raw: &str, item: &Item) -> Option<Range<usize>> {
    value_span(raw, item.as_value()?)
}

/// The place of a text's letters inside its quotes.
pub(crate) fn value_span(raw: &str, value: &Value) -> Option<Range<usize>> {
    let span = value.is_str().then(|| value.span()).flatten()?;
    let quoted = raw.get(span.clone())?;
    let quotes = if quoted.starts_with("\"\"\"") || quoted.starts_with("'''") { 3 } else { 1 };
    (quoted.len() >= 2 * quotes).then(|| span.start + quotes..span.end - quotes)
}

/// The line of a place in a text, from 1.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count()
}
