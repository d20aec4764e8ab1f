//! A version in a TOML file.

use std::ops::Range;

use toml_edit::{Document, Item, Table, Value};

use super::place::{Fault, Reached};
use crate::{
    policy::{KeyPath, KeyStep},
    workspace::{line_of, value_span},
};

/// Something with a place below the root.
#[derive(Clone, Copy)]
enum Node<'d> {
    Item(&'d Item),
    Table(&'d Table),
    Value(&'d Value),
}

/// The letters of the text that the keys lead to.
pub(super) fn find(text: &str, path: &KeyPath) -> Result<Range<usize>, Fault> {
    let document = Document::parse(text).map_err(|error| Fault::Unreadable {
        line: line_of(text, error.span().map_or(0, |span| span.start)),
        why: format!("not TOML: {}", error.message()),
    })?;
    let mut node = Node::Table(document.as_table());
    for step in path.steps() {
        let line = node.start().map_or(1, |start| line_of(text, start));
        node = node.below(step).ok_or_else(|| Fault::Nothing(Some(Reached { line, missing: step.to_string() })))?;
    }
    let place = node.value().and_then(|value| value_span(text, value));
    place.ok_or_else(|| {
        let range = node.range().unwrap_or_default();
        Fault::no_version(text, range.start, text.get(range.clone()).unwrap_or_default())
    })
}

impl<'d> Node<'d> {
    fn below(self, step: &KeyStep) -> Option<Self> {
        match (self, step) {
            (Self::Table(table), KeyStep::Key(key)) => table.get(key).map(Self::Item),
            (Self::Item(Item::Table(table)), _) => Self::Table(table).below(step),
            (Self::Item(Item::Value(value)), _) => Self::Value(value).below(step),
            (Self::Item(Item::ArrayOfTables(tables)), KeyStep::Index(at)) => tables.get(*at).map(Self::Table),
            (Self::Value(Value::InlineTable(table)), KeyStep::Key(key)) => table.get(key).map(Self::Value),
            (Self::Value(Value::Array(array)), KeyStep::Index(at)) => array.get(*at).map(Self::Value),
            _ => None,
        }
    }

    fn value(self) -> Option<&'d Value> {
        match self {
            Self::Item(item) => item.as_value(),
            Self::Value(value) => Some(value),
            Self::Table(_) => None,
        }
    }

    fn range(self) -> Option<Range<usize>> {
        match self {
            Self::Item(item) => item.span(),
            Self::Table(table) => table.span(),
            Self::Value(value) => value.span(),
        }
    }

    fn start(self) -> Option<usize> {
        self.range().map(|range| range.start)
    }
}
