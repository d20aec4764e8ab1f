//! The Rust that a workspace needs (X7).

use std::fmt;

use super::Workspace;

/// A version of Rust, as `rust-version` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RustVersion {
    major: u64,
    minor: u64,
    patch: u64,
}

impl RustVersion {
    /// `1.85` or `1.85.1`. None: anything else.
    pub fn read(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|part| part.parse().ok());
        let (major, minor) = (numbers.next()??, numbers.next()??);
        Some(Self { major, minor, patch: numbers.next().flatten().unwrap_or(0) })
    }
}

impl fmt::Display for RustVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl Workspace {
    /// The Rust that builds every published package: the highest that any of them names.
    pub fn rust_version(&self) -> Option<RustVersion> {
        let published = self.packages.iter().filter(|package| package.publish);
        published.filter_map(|package| RustVersion::read(package.rust_version.as_deref()?)).max()
    }
}
