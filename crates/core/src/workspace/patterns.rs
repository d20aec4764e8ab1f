//! Lists of patterns over package names.

use globset::{Glob, GlobSet, GlobSetBuilder};

/// Globs that take names, and globs with `!` in front that refuse them again.
#[derive(Debug, Clone)]
pub(crate) struct NamePatterns {
    wanted: GlobSet,
    unwanted: GlobSet,
}

/// A pattern that is no glob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadPattern {
    /// The pattern.
    pub(crate) pattern: String,
    /// What is wrong with it.
    pub(crate) why: String,
}

impl NamePatterns {
    /// Compile a list.
    pub(crate) fn new(patterns: &[String]) -> Result<Self, BadPattern> {
        let mut wanted = GlobSetBuilder::new();
        let mut unwanted = GlobSetBuilder::new();
        for pattern in patterns {
            let (text, set) = match pattern.strip_prefix('!') {
                Some(text) => (text, &mut unwanted),
                None => (pattern.as_str(), &mut wanted),
            };
            set.add(Glob::new(text).map_err(|error| bad(pattern, &error))?);
        }
        let all = |set: GlobSetBuilder| set.build().map_err(|error| bad(&patterns.join(", "), &error));
        Ok(Self { wanted: all(wanted)?, unwanted: all(unwanted)? })
    }

    /// Whether they take a name.
    pub(crate) fn take(&self, name: &str) -> bool {
        self.wanted.is_match(name) && !self.unwanted.is_match(name)
    }
}

fn bad(pattern: &str, error: &globset::Error) -> BadPattern {
    BadPattern { pattern: pattern.to_owned(), why: error.kind().to_string() }
}
