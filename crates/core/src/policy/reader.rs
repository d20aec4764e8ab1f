//! Reads the shape of a policy from its tree. What does not fit is a [`Fault`] with its key and its place.

use std::{fmt, slice};

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, Error, Expected, IntoDeserializer, MapAccess, Unexpected, Visitor,
        value::{BorrowedStrDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_spanned::de::{SpannedDeserializer, is_spanned};

use super::{
    error::{Fault, Problem},
    raw::{NOWHERE, RawDate},
    tree::{Entry, Node, Table, Value},
};

/// Reads a value.
pub(super) fn read<'de, T: Deserialize<'de>>(node: &'de Node) -> Result<T, Fault> {
    T::deserialize(Reader { node })
}

/// Reads a table of which some keys were taken out before: these are known as well.
pub(super) fn read_rest<'de, T: Deserialize<'de>>(table: &'de Table, taken: &[&str]) -> Result<T, Fault> {
    let entries = Entries { rest: table.0.iter(), value: None, taken };
    T::deserialize(serde::de::value::MapAccessDeserializer::new(entries))
}

#[derive(Clone, Copy)]
struct Reader<'de> {
    node: &'de Node,
}

impl Reader<'_> {
    fn place<T>(self, read: Result<T, Fault>) -> Result<T, Fault> {
        read.map_err(|fault| fault.or_at(self.node.span))
    }
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.place(match &self.node.value {
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::Whole(number) => visitor.visit_i64(*number),
            Value::Point(number) => visitor.visit_f64(*number),
            Value::Switch(switch) => visitor.visit_bool(*switch),
            Value::Day(_) => Err(Fault::invalid_type(self.node.unexpected(), &visitor)),
            Value::List(nodes) => visitor.visit_seq(SeqDeserializer::new(nodes.iter().map(|node| Reader { node }))),
            Value::Table(table) => visitor.visit_map(Entries { rest: table.0.iter(), value: None, taken: &[] }),
        })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::Day(day) if name == RawDate::NAME => self.place(visitor.visit_borrowed_str(day)),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if !is_spanned(name) {
            return self.deserialize_any(visitor);
        }
        let range = self.node.span.map_or(NOWHERE, |span| span.start..span.end);
        visitor.visit_map(SpannedDeserializer::<Self, Fault>::new(self, range))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.place(match &self.node.value {
            Value::Text(word) => visitor.visit_enum(BorrowedStrDeserializer::new(word)),
            _ => Err(Fault::invalid_type(self.node.unexpected(), &"one of its words in quotes")),
        })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Fault> for Reader<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The keys and values of a table.
struct Entries<'de, 'k> {
    rest: slice::Iter<'de, Entry>,
    value: Option<&'de Entry>,
    taken: &'k [&'k str],
}

impl<'de> MapAccess<'de> for Entries<'de, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some(entry) = self.rest.next() else { return Ok(None) };
        self.value = Some(entry);
        let key = seed.deserialize(BorrowedStrDeserializer::<Fault>::new(&entry.key));
        key.map(Some).map_err(|fault| fault.or_at(entry.span).knowing(self.taken))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let entry = self.value.take().ok_or_else(|| Fault::custom("a value without a key"))?;
        seed.deserialize(Reader { node: &entry.node }).map_err(|fault| fault.under(&entry.key))
    }
}

impl Node {
    fn unexpected(&self) -> Unexpected<'_> {
        match &self.value {
            Value::Text(text) => Unexpected::Str(text),
            Value::Whole(number) => Unexpected::Signed(*number),
            Value::Point(number) => Unexpected::Float(*number),
            Value::Switch(switch) => Unexpected::Bool(*switch),
            Value::Day(_) => Unexpected::Other("a date"),
            Value::List(_) => Unexpected::Seq,
            Value::Table(_) => Unexpected::Map,
        }
    }

    /// What it is, in plain words.
    pub(super) fn in_words(&self) -> String {
        found(self.unexpected())
    }
}

impl Error for Fault {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self::new(None, Problem::Unreadable { reason: reason.to_string() })
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (expected, found) = (plain(&expected.to_string()), found(unexpected));
        Self::new(None, Problem::WrongType { key: String::new(), expected, found })
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        Self::new(None, Problem::UnknownWord { key: String::new(), word: word.to_owned(), known: owned(known) })
    }

    fn unknown_field(key: &str, known: &'static [&'static str]) -> Self {
        Self::new(None, Problem::UnknownKey { key: key.to_owned(), known: owned(known) })
    }

    fn missing_field(key: &'static str) -> Self {
        Self::new(None, Problem::MissingKey { key: key.to_owned(), example: format!("{key} = \"...\"") })
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn plain(expected: &str) -> String {
    match expected {
        "i64" => "a whole number",
        "a string" | "string" => "text in quotes",
        "a boolean" | "boolean" => "`true` or `false`",
        "a sequence" | "sequence" => "a list in brackets",
        "a map" | "map" => "a table",
        other if other.starts_with("enum ") => "one of its words in quotes",
        other if other.starts_with("struct ") => "a table",
        other => other,
    }
    .to_owned()
}

fn found(unexpected: Unexpected<'_>) -> String {
    match unexpected {
        Unexpected::Str(text) => format!("the text {text:?}"),
        Unexpected::Signed(number) => format!("the number {number}"),
        Unexpected::Float(_) => "a number with a point".to_owned(),
        Unexpected::Bool(switch) => format!("`{switch}`"),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a table".to_owned(),
        other => other.to_string(),
    }
}
