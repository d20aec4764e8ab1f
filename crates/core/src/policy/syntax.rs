//! From the TOML reader's errors to ours: the key meant, and plain words for types.

use serde::Deserialize;
use toml_edit::{Document, Item, TableLike, Value, de::Deserializer};

use super::{
    error::{Fault, Problem},
    raw::{RawPolicy, Span},
};

/// Reads the text into the raw policy.
pub(super) fn read(text: &str) -> Result<RawPolicy, Fault> {
    let document = Document::parse(text).map_err(|error| {
        let reason = error.message().trim().replace('\n', ", ");
        Fault::new(error.span().map(Span::from), Problem::Syntax { reason })
    })?;
    RawPolicy::deserialize(Deserializer::from(document)).map_err(|error| explain(text, &error))
}

fn explain(text: &str, error: &toml_edit::de::Error) -> Fault {
    let span = error.span().map(Span::from);
    Fault::new(span, problem(error.message().trim(), || key_at(text, span)))
}

/// serde says what is wrong in one line of fixed form; this is that form, read back.
fn problem(message: &str, key: impl Fn() -> String) -> Problem {
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let (key, known) = word_and_known(rest);
        return Problem::UnknownKey { key, known };
    }
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        let (word, known) = word_and_known(rest);
        return Problem::UnknownWord { key: key(), word, known };
    }
    if let Some((found, expected)) = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))
        .and_then(|rest| rest.split_once(", expected "))
    {
        return Problem::WrongType { key: key(), expected: plain_expected(expected), found: plain_found(found) };
    }
    if let Some(missing) = message.strip_prefix("missing field ") {
        let missing = missing.trim_matches('`');
        return Problem::MissingKey { key: missing.to_owned(), example: format!("{missing} = \"...\"") };
    }
    Problem::Unreadable { reason: message.to_owned() }
}

/// Splits "`x`, expected one of `a`, `b`" into `x` and the rest.
fn word_and_known(rest: &str) -> (String, Vec<String>) {
    let mut quoted = rest.split('`').skip(1).step_by(2).map(str::to_owned);
    let word = quoted.next().unwrap_or_default();
    (word, quoted.collect())
}

fn plain_expected(expected: &str) -> String {
    match expected {
        "i64" => "a whole number",
        "a string" | "string" => "text in quotes",
        "a boolean" | "boolean" => "`true` or `false`",
        "a sequence" | "sequence" => "a list in brackets",
        "a map" | "map" => "a table",
        "string or table" => "one of its words in quotes",
        other if other.starts_with("enum ") => "one of its words in quotes",
        other if other.starts_with("struct ") => "a table",
        other => other,
    }
    .to_owned()
}

fn plain_found(found: &str) -> String {
    let (kind, value) = found.split_once(' ').unwrap_or((found, ""));
    match kind {
        "string" => format!("the text {value}"),
        "integer" => format!("the number {}", value.trim_matches('`')),
        "floating" => "a number with a point".to_owned(),
        "boolean" => value.to_owned(),
        "sequence" => "a list".to_owned(),
        "map" => "a table".to_owned(),
        _ => found.to_owned(),
    }
}

/// The dotted key whose value holds the place.
fn key_at(text: &str, span: Option<Span>) -> String {
    let (Ok(document), Some(span)) = (Document::parse(text), span) else { return "policy".to_owned() };
    let mut path = Vec::new();
    descend(document.as_table(), span, &mut path);
    if path.is_empty() { "policy".to_owned() } else { path.join(".") }
}

fn descend(table: &dyn TableLike, span: Span, path: &mut Vec<String>) {
    for (key, item) in table.iter() {
        if holds(item, span) {
            path.push(key.to_owned());
            into_item(item, span, path);
            return;
        }
    }
}

fn into_item(item: &Item, span: Span, path: &mut Vec<String>) {
    if let Some(table) = item.as_table_like() {
        descend(table, span, path);
    } else if let Some(tables) = item.as_array_of_tables() {
        if let Some(table) = tables.iter().find(|table| holds(&Item::Table((*table).clone()), span)) {
            descend(table, span, path);
        }
    } else if let Some(values) = item.as_array() {
        let tables = values.iter().filter_map(Value::as_inline_table);
        if let Some(table) = tables.into_iter().find(|table| table.span().is_some_and(|range| within(span, range))) {
            descend(table, span, path);
        }
    }
}

/// Whether the item's own text, or that of anything in it, holds the place. A table's own text is only its header.
fn holds(item: &Item, span: Span) -> bool {
    if item.span().is_some_and(|range| within(span, range)) {
        return true;
    }
    if let Some(table) = item.as_table_like() {
        return table.iter().any(|(_, item)| holds(item, span));
    }
    item.as_array_of_tables().is_some_and(|tables| {
        tables.iter().any(|table| {
            table.span().is_some_and(|range| within(span, range)) || table.iter().any(|(_, item)| holds(item, span))
        })
    })
}

fn within(span: Span, range: std::ops::Range<usize>) -> bool {
    range.start <= span.start && span.end <= range.end
}
