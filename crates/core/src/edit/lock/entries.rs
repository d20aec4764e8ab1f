//! What a lock file holds, with the place of each version.

use std::ops::Range;

use toml_edit::{Document, Item, TableLike, Value};

use crate::workspace::{text_span, value_span};

/// What a lock file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Entries<'l> {
    /// `[[package]]`.
    pub(crate) packages: Vec<Entry<'l>>,
    /// `[[patch.unused]]`.
    pub(crate) unused: Vec<Entry<'l>>,
}

/// One package.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry<'l> {
    pub(crate) name: &'l str,
    pub(crate) version: &'l str,
    pub(crate) source: Option<&'l str>,
    pub(crate) checksum: Option<&'l str>,
    pub(crate) version_place: Range<usize>,
    /// Its version after the edit, if that is another.
    pub(crate) new_version: Option<String>,
    pub(crate) dependencies: Vec<Reference<'l>>,
}

/// One text of a list of dependencies: `name`, `name version` or `name version (source)`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reference<'l> {
    pub(crate) name: &'l str,
    pub(crate) version: Option<&'l str>,
    pub(crate) source: Option<&'l str>,
    /// Inside its quotes.
    pub(crate) place: Range<usize>,
}

impl<'l> Entries<'l> {
    /// Those of a document that was parsed as any TOML.
    pub(crate) fn read(document: &'l Document<&'l str>, text: &'l str) -> Self {
        let unused = document.get("patch").and_then(Item::as_table_like).and_then(|patch| patch.get("unused"));
        Self { packages: read_tables(document.get("package"), text), unused: read_tables(unused, text) }
    }
}

impl Entry<'_> {
    /// Its version after the edit.
    pub(crate) fn new_version(&self) -> &str {
        self.new_version.as_deref().unwrap_or(self.version)
    }
}

impl<'l> Reference<'l> {
    /// Take a text apart.
    pub(crate) fn read(text: &'l str, place: Range<usize>) -> Self {
        let mut words = text.splitn(3, ' ');
        let name = words.next().unwrap_or_default();
        let version = words.next();
        let source = words.next().map(|source| source.trim_start_matches('(').trim_end_matches(')'));
        Self { name, version, source, place }
    }
}

fn read_tables<'l>(item: Option<&'l Item>, text: &'l str) -> Vec<Entry<'l>> {
    let tables = item.and_then(Item::as_array_of_tables);
    tables.into_iter().flatten().filter_map(|table| read_entry(table, text)).collect()
}

fn read_entry<'l>(table: &'l dyn TableLike, text: &'l str) -> Option<Entry<'l>> {
    let get = |key: &str| table.get(key).and_then(Item::as_str);
    let dependencies = table.get("dependencies").and_then(Item::as_array);
    Some(Entry {
        name: get("name")?,
        version: get("version")?,
        source: get("source"),
        checksum: get("checksum"),
        version_place: text_span(text, table.get("version")?)?,
        new_version: None,
        dependencies: dependencies.into_iter().flatten().filter_map(|value| read_reference(value, text)).collect(),
    })
}

fn read_reference<'l>(value: &'l Value, text: &str) -> Option<Reference<'l>> {
    Some(Reference::read(value.as_str()?, value_span(text, value)?))
}
