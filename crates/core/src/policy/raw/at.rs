//! Values that remember where in the text they stand.

use std::{borrow::Cow, ops::Range};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};
use serde_spanned::Spanned;

/// A byte range of the policy's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::policy) struct Span {
    /// First byte.
    pub(in crate::policy) start: usize,
    /// One past the last.
    pub(in crate::policy) end: usize,
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

/// A value and its place; no place if it is a preset's.
#[derive(Debug, Clone)]
pub(in crate::policy) struct At<T> {
    pub(in crate::policy) value: T,
    pub(in crate::policy) span: Option<Span>,
}

/// Forgets places: what comes from a preset must not be looked for in the user's text.
pub(in crate::policy) trait Homeless {
    /// The same value without a place.
    fn homeless(self) -> Self;
}

impl<T> Homeless for At<T> {
    fn homeless(self) -> Self {
        Self { span: None, ..self }
    }
}

impl<T> Homeless for Vec<At<T>> {
    fn homeless(self) -> Self {
        self.into_iter().map(Homeless::homeless).collect()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<T>::deserialize(deserializer)?;
        let span = Some(spanned.span().into());
        Ok(Self { value: spanned.into_inner(), span })
    }
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
