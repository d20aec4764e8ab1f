//! The project's rules: text in, a sound [`Policy`] or one clear error out.

mod pattern;
mod rules;

pub use rules::*;
