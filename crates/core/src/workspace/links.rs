//! Symbolic links of a commit, followed inside of it.

use std::collections::BTreeMap;

use crate::model::LinkFault;

/// A system follows no more links on one path.
const MOST: usize = 40;

/// The links of a commit: path from the repository's root, and target as written. None: it is no text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links(BTreeMap<String, Option<String>>);

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// A path without links.
    pub end: String,
    /// The links that were followed, in this order.
    pub over: Vec<String>,
}

impl Links {
    /// All links of a commit.
    pub fn new(links: impl IntoIterator<Item = (String, Option<String>)>) -> Self {
        Self(links.into_iter().collect())
    }

    /// Each link, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.0.iter().map(|(path, target)| (path.as_str(), target.as_deref()))
    }

    /// The target of the link at a path, as written.
    pub fn target(&self, path: &str) -> Option<&str> {
        self.0.get(path)?.as_deref()
    }

    /// The same place without links on the way; whether something is there is another question. The root is empty.
    ///
    /// # Errors
    /// The way leads out of the repository, in a circle, or over a link that is no text.
    pub fn follow(&self, path: &str) -> Result<String, LinkFault> {
        self.way(path).map(|way| way.end)
    }

    /// The same, with the links on the way.
    ///
    /// # Errors
    /// As [`Self::follow`].
    pub fn way(&self, path: &str) -> Result<Way, LinkFault> {
        let mut ahead: Vec<&str> = path.split('/').rev().collect();
        let mut at: Vec<&str> = Vec::new();
        let mut over = Vec::new();
        while let Some(name) = ahead.pop() {
            match name {
                "" | "." => continue,
                ".." => {
                    at.pop().ok_or(LinkFault::Outside)?;
                    continue;
                }
                name => at.push(name),
            }
            let here = at.join("/");
            let Some(target) = self.0.get(&here) else { continue };
            let target = target.as_deref().filter(|target| !target.is_empty()).ok_or(LinkFault::Unreadable)?;
            over.push(here);
            if over.len() > MOST {
                return Err(LinkFault::Circle);
            }
            // On Windows, a letter with a colon is a disk.
            if target.starts_with(['/', '\\']) || target.as_bytes().get(1) == Some(&b':') {
                return Err(LinkFault::Outside);
            }
            at.pop();
            ahead.extend(target.split('/').rev());
        }
        Ok(Way { end: at.join("/"), over })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(path: &str) -> Result<String, LinkFault> {
        let links = [
            ("a/file", "../b/file"),
            ("a/folder", "../b"),
            ("a/twice", "folder/link"),
            ("b/link", "file"),
            ("out", "/etc/hostname"),
            ("a/up", "../../clone/b/file"),
            ("a/via", "folder/../../x"),
            ("c", "d"),
            ("d", "./c"),
            ("e/disk", "C:/x"),
            ("f", "out"),
            ("g", "."),
        ];
        Links::new(links.map(|(path, target)| (path.to_owned(), Some(target.to_owned())))).follow(path)
    }

    #[test]
    fn links_are_followed_as_a_system_does() {
        assert_eq!(follow("a/file").as_deref(), Ok("b/file"));
        assert_eq!(follow("a/folder/x").as_deref(), Ok("b/x"));
        assert_eq!(follow("a/twice").as_deref(), Ok("b/file"));
        assert_eq!(follow("plain/../a/./file").as_deref(), Ok("b/file"));
        assert_eq!(follow("g/g/b/link").as_deref(), Ok("b/file"));
    }

    #[test]
    fn none_leads_out_of_the_commit() {
        for path in ["out", "a/up", "a/via", "e/disk", "f", "f/below"] {
            assert_eq!(follow(path), Err(LinkFault::Outside), "{path}");
        }
        assert_eq!(follow("c"), Err(LinkFault::Circle));
        assert_eq!(Links::new([("a".to_owned(), None)]).follow("a"), Err(LinkFault::Unreadable));
    }
}
