//! A small, safe runtime for arithmetic expressions.
//!
//! ```
//! assert_eq!(abacist::evaluate("let x = 6; x * 7").expect("an expression"), 42);
//! ```

use std::fmt;

pub use abacist_codegen::CompileError;
pub use abacist_machine::Trap;

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The text is no expression.
    Compile(CompileError),
    /// The expression has no value.
    Trap(Trap),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compile(error) => error.fmt(f),
            Self::Trap(trap) => trap.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

/// The value of a text.
pub fn evaluate(text: &str) -> Result<i64, Error> {
    let program = abacist_codegen::compile(text).map_err(Error::Compile)?;
    abacist_machine::run(&program).map_err(Error::Trap)
}

#[cfg(test)]
mod tests {
    use super::evaluate;

    #[test]
    fn expressions_have_values() {
        for (text, value) in [
            ("1 + 2 * 3", 7),
            ("(1 + 2) * 3", 9),
            ("10 - 4 - 3", 3),
            ("-7 / 2", -3),
            ("-7 % 4", -3),
            ("--5", 5),
            ("let x = 6; let y = x + 1; x * y", 42),
            ("let x = 1; let x = x + 1; x", 2),
        ] {
            assert_eq!(evaluate(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn division_by_zero_has_none() {
        assert_eq!(evaluate("1 / (2 - 2)").expect_err("no value").to_string(), "division by zero");
    }
}
