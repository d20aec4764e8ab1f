//! Single values as they are written: a day, a version, an amount, a word or a table. Validation makes values of them.

use std::{borrow::Cow, fmt, marker::PhantomData};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{
        Error, MapAccess, Visitor,
        value::{MapAccessDeserializer, StrDeserializer},
    },
};

/// A day, either bare (`2021-12-05`) or quoted. Not yet known to exist.
#[derive(Debug, Clone)]
pub(in crate::policy) struct RawDate(pub(in crate::policy) String);

impl RawDate {
    /// What the reader knows it by: nothing else may be written as a bare date.
    pub(in crate::policy) const NAME: &str = "RawDate";
}

impl<'de> Deserialize<'de> for RawDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DateVisitor;
        impl<'de> Visitor<'de> for DateVisitor {
            type Value = RawDate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date such as 2021-12-05")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<RawDate, E> {
                Ok(RawDate(text.to_owned()))
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<RawDate, D::Error> {
                deserializer.deserialize_str(self)
            }
        }
        deserializer.deserialize_newtype_struct(Self::NAME, DateVisitor)
    }
}

impl JsonSchema for RawDate {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date", "description": "A day, as YYYY-MM-DD." })
    }
}

/// A semantic version, as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub(in crate::policy) struct RawVersion(pub(in crate::policy) String);

impl JsonSchema for RawVersion {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Version".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": r"^\d+\.\d+\.\d+$" })
    }
}

/// An amount or a day of the month: a whole number, not yet known to be in range.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub(in crate::policy) struct Amount(pub(in crate::policy) i64);

/// One of a few words, or a table.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(untagged, inline)]
pub(in crate::policy) enum WordOr<W, T> {
    Word(W),
    Table(T),
}

/// A table in whose place a word may stand.
pub(in crate::policy) trait OrWord {
    /// What may be written, in a sentence.
    const EXPECTED: &str;
    /// What may be written, one by one.
    const CHOICES: &[&str];
}

impl<'de, W: Deserialize<'de>, T: Deserialize<'de> + OrWord> Deserialize<'de> for WordOr<W, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EitherVisitor<W, T>(PhantomData<(W, T)>);
        impl<'de, W: Deserialize<'de>, T: Deserialize<'de> + OrWord> Visitor<'de> for EitherVisitor<W, T> {
            type Value = WordOr<W, T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::EXPECTED)
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<Self::Value, E> {
                let read = W::deserialize(StrDeserializer::<E>::new(word));
                read.map(WordOr::Word).map_err(|_| E::unknown_variant(word, T::CHOICES))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(WordOr::Table)
            }
        }
        deserializer.deserialize_any(EitherVisitor(PhantomData))
    }
}
