//! Why a text names no place.

use thiserror::Error;

/// Why a text names no place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LocatorError {
    /// Nothing between two dots or slashes, or nothing at all.
    #[error("a name is missing")]
    NameMissing,
    /// A quote that does not end.
    #[error("a quote is not closed")]
    OpenQuote,
    /// Brackets without a number between them.
    #[error("`[{index}]` is not a number in brackets")]
    BadIndex {
        /// What stands there.
        index: String,
    },
    /// Something after a quoted name or an index that belongs to neither.
    #[error("`{rest}` must continue with a dot or an index")]
    Trailing {
        /// What stands there.
        rest: String,
    },
    /// A JSON pointer without its first slash.
    #[error("a JSON pointer starts with `/`")]
    NoSlash,
    /// `~` in a JSON pointer that is neither `~0` nor `~1`.
    #[error("`~` is written `~0`, and `/` in a name `~1`")]
    BadEscape,
    /// An attribute that is not the last step.
    #[error("nothing can follow an attribute")]
    AttributeInside,
    /// An attribute without an element.
    #[error("an attribute needs an element before it")]
    AttributeAlone,
    /// Not a regular expression.
    #[error("{why}")]
    Regex {
        /// What the parser says.
        why: String,
    },
    /// The named captures are not just `version`.
    #[error("it needs exactly one named capture, `version`, but has {}", if names.is_empty() { "none".to_owned() } else { names.join(", ") })]
    Captures {
        /// Those that are there.
        names: Vec<String>,
    },
}
