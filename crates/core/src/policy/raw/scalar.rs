//! Scalars as they are written: a day, a version, an amount. Validation makes values of them.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};
use toml_edit::Datetime;

/// A day, either bare (`2021-12-05`) or quoted. Not yet known to exist.
#[derive(Debug, Clone)]
pub(in crate::policy) struct RawDate(pub(in crate::policy) String);

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

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawDate, A::Error> {
                Ok(RawDate(Datetime::deserialize(MapAccessDeserializer::new(map))?.to_string()))
            }
        }
        deserializer.deserialize_any(DateVisitor)
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
