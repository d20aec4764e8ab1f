//! Where in a file a version stands: each way of saying it, read and found sound before any file is looked at.

mod element_path;
mod error;
mod json_pointer;
mod key_path;
mod version_regex;

use serde::Serialize;

pub use element_path::{ElementPath, ElementStep};
pub use error::LocatorError;
pub use json_pointer::JsonPointer;
pub use key_path::{KeyPath, KeyStep};
pub use version_regex::VersionRegex;

/// Where in a file a version stands.
///
/// All but `CHeader` and `Marker` name exactly one place. A `v` in front of the version belongs to the place and is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Locator {
    /// C macros `#define {prefix}VERSION "1.2.3"`, `{prefix}VERSION_MAJOR 1` (or `{prefix}MAJOR 1`) and so on, whichever are
    /// there.
    CHeader {
        /// What stands before `VERSION`, such as `WASMTIME_`.
        prefix: String,
    },
    /// A regular text with `{version}` for the version, which must occur exactly once.
    Text {
        /// The line or part of it.
        pattern: String,
    },
    /// A text of a TOML file, by its keys.
    Toml(KeyPath),
    /// A text of a JSON file, by its pointer. Comments and trailing commas are taken.
    Json(JsonPointer),
    /// The text of an XML element, or of an attribute.
    Xml(ElementPath),
    /// A scalar of a YAML file, by its keys, in whichever document of the file.
    Yaml(KeyPath),
    /// The file holds the version and nothing else, apart from blanks around it.
    WholeFile,
    /// A regular expression that finds the version.
    Pattern(VersionRegex),
    /// Every line with this text in it holds one version; so may the lines between one with this text and ` begin` and one
    /// with this text and ` end`, and one of them must.
    Marker(String),
}

impl Locator {
    /// What it looks for, as the policy says it.
    pub fn looked_for(&self) -> String {
        match self {
            Self::CHeader { prefix } => format!("#define {prefix}VERSION"),
            Self::Text { pattern } => pattern.clone(),
            Self::Toml(path) | Self::Yaml(path) => path.as_str().to_owned(),
            Self::Json(pointer) => pointer.as_str().to_owned(),
            Self::Xml(path) => path.as_str().to_owned(),
            Self::WholeFile => "a version and nothing else".to_owned(),
            Self::Pattern(regex) => regex.as_str().to_owned(),
            Self::Marker(marker) => marker.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
