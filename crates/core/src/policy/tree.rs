//! A TOML document as a tree whose keys and values know where they stand.

use std::ops::Range;

use toml_edit::{Document, Item, TableLike};

use super::error::{Fault, Problem};

/// A byte range of the policy's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    /// First byte.
    pub(super) start: usize,
    /// One past the last.
    pub(super) end: usize,
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

/// A value and its place; no place if it is a preset's.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) span: Option<Span>,
}

/// What TOML knows.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Text(String),
    Whole(i64),
    Point(f64),
    Switch(bool),
    /// A date, a time, or both, as written.
    Day(String),
    List(Vec<Node>),
    Table(Table),
}

/// Keys and values, in the order of the text.
#[derive(Debug, Clone, Default)]
pub(super) struct Table(pub(super) Vec<Entry>);

/// A key, its place, and its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) span: Option<Span>,
    pub(super) node: Node,
}

impl Table {
    /// A document, with places.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let document = Document::parse(text).map_err(|error| {
            let reason = error.message().trim().replace('\n', ", ");
            Fault::new(error.span().map(Span::from), Problem::Syntax { reason })
        })?;
        Ok(Self::of(document.as_table()))
    }

    fn of(table: &dyn TableLike) -> Self {
        let entry = |(key, item): (&str, &Item)| {
            let span = table.key(key).and_then(toml_edit::Key::span).map(Span::from);
            Some(Entry { key: key.to_owned(), span, node: Node::of(item)? })
        };
        Self(table.iter().filter_map(entry).collect())
    }

    /// A key's value.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.0.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// The table of a section.
    pub(super) fn section(&self, key: &str) -> Option<&Self> {
        match &self.get(key)?.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub(super) fn section_mut(&mut self, key: &str) -> Option<&mut Self> {
        match &mut self.0.iter_mut().find(|entry| entry.key == key)?.node.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Takes a key out.
    pub(super) fn take(&mut self, key: &str) -> Option<Node> {
        let at = self.0.iter().position(|entry| entry.key == key)?;
        Some(self.0.remove(at).node)
    }

    /// Forgets places: what a preset says must not be looked for in the user's text.
    pub(super) fn homeless(mut self) -> Self {
        for entry in &mut self.0 {
            entry.span = None;
            entry.node.forget_places();
        }
        self
    }
}

impl Node {
    fn of(item: &Item) -> Option<Self> {
        let value = match item {
            Item::None => return None,
            Item::Table(table) => Value::Table(Table::of(table)),
            Item::ArrayOfTables(tables) => {
                let node = |table: &toml_edit::Table| Self {
                    value: Value::Table(Table::of(table)),
                    span: table.span().map(Span::from),
                };
                Value::List(tables.iter().map(node).collect())
            }
            Item::Value(value) => return Some(Self::of_value(value)),
        };
        Some(Self { value, span: item.span().map(Span::from) })
    }

    fn of_value(written: &toml_edit::Value) -> Self {
        let value = match written {
            toml_edit::Value::String(text) => Value::Text(text.value().clone()),
            toml_edit::Value::Integer(number) => Value::Whole(*number.value()),
            toml_edit::Value::Float(number) => Value::Point(*number.value()),
            toml_edit::Value::Boolean(switch) => Value::Switch(*switch.value()),
            toml_edit::Value::Datetime(day) => Value::Day(day.value().to_string()),
            toml_edit::Value::Array(values) => Value::List(values.iter().map(Self::of_value).collect()),
            toml_edit::Value::InlineTable(table) => Value::Table(Table::of(table)),
        };
        Self { value, span: written.span().map(Span::from) }
    }

    fn forget_places(&mut self) {
        self.span = None;
        match &mut self.value {
            Value::List(nodes) => nodes.iter_mut().for_each(Self::forget_places),
            Value::Table(table) => *table = std::mem::take(table).homeless(),
            _ => {}
        }
    }
}
