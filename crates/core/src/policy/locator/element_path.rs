//! `project/parent/version`, `package/@version`: elements of an XML file.

use serde::{Serialize, Serializer};

use super::LocatorError;

/// Names of elements from the root down, with `/` between them; the last may be an attribute, with `@` in front.
///
/// Names are taken as written in the file: with their prefix, where they have one. Where several elements of a name stand
/// beside each other, all of them are looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementPath {
    written: String,
    steps: Vec<ElementStep>,
}

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ElementStep {
    /// The elements of a name.
    Element(String),
    /// An attribute; only the last step is one.
    Attribute(String),
}

impl ElementPath {
    /// Read a path. A slash in front is taken and means nothing.
    ///
    /// # Errors
    /// The text is no path: an empty name, or an attribute elsewhere than at the end.
    pub fn parse(text: &str) -> Result<Self, LocatorError> {
        let names: Vec<&str> = text.strip_prefix('/').unwrap_or(text).split('/').collect();
        let last = names.len() - 1;
        let steps = names.into_iter().enumerate().map(|(at, name)| match name.strip_prefix('@') {
            None | Some("") if matches!(name, "" | "@") => Err(LocatorError::NameMissing),
            None => Ok(ElementStep::Element(name.to_owned())),
            Some(_) if at == 0 => Err(LocatorError::AttributeAlone),
            Some(_) if at < last => Err(LocatorError::AttributeInside),
            Some(attribute) => Ok(ElementStep::Attribute(attribute.to_owned())),
        });
        Ok(Self { steps: steps.collect::<Result<_, _>>()?, written: text.to_owned() })
    }

    /// The text, as written in the policy.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// From the root down; the first is an element.
    pub fn steps(&self) -> &[ElementStep] {
        &self.steps
    }
}

impl Serialize for ElementPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
    }
}
