//! One entry of the notes, and how it is written.
//!
//! A breaking change says so at its start, in bold, with its level: `**Breaking (minor):** text`, or
//! `**Breaking (major, [RFC 24](address)):** text` (R3, R4). Links stand on a line of their own at the end.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{
    kind::Kind,
    link::{Found, Labels, Link, is_address, links},
};

/// One change, as users read of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What sort of change. None: it stands under another heading, or under none.
    pub kind: Option<Kind>,
    /// Whether it breaks what users rely on.
    #[serde(flatten)]
    pub breaking: Breaking,
    /// Markdown, without the mark of a breaking change and without the links at its end. Lines may follow.
    pub text: String,
    /// Links at its end.
    pub links: Vec<Link>,
}

/// How much a change breaks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "breaking")]
pub enum Breaking {
    /// Nothing.
    #[default]
    No,
    /// It needs some consensus, and an entry (R3).
    Minor,
    /// A large refactoring of an API. It needs an accepted RFC (R4); where none is named, that is a finding.
    Major {
        /// The RFC that it came through.
        rfc: Option<Rfc>,
    },
}

impl Breaking {
    /// Major first.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Major { .. } => 0,
            Self::Minor => 1,
            Self::No => 2,
        }
    }
}

/// An RFC.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rfc {
    /// What it is called: `RFC 24`.
    pub name: String,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A text that names no RFC.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not an RFC: use its number or address")]
pub struct InvalidRfc(String);

impl FromStr for Rfc {
    type Err = InvalidRfc;

    /// A number, `RFC 24`, or an address, whose last part gives the name.
    fn from_str(text: &str) -> Result<Self, InvalidRfc> {
        let text = text.trim();
        if is_address(text) {
            let last = text.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let last = last.split(['#', '?']).next().unwrap_or_default();
            let name = last.strip_suffix(".md").unwrap_or(last);
            return Ok(Self { name: format!("RFC {name}"), address: Some(text.to_owned()) });
        }
        let bare = text.strip_prefix("RFC").unwrap_or(text).trim_start().trim_start_matches('#');
        let is_name = !bare.is_empty() && bare.chars().all(|c| c.is_alphanumeric() || "-_. ".contains(c));
        if is_name { Ok(Self { name: format!("RFC {bare}"), address: None }) } else { Err(InvalidRfc(text.to_owned())) }
    }
}

/// In Markdown.
impl fmt::Display for Rfc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.address {
            Some(address) => write!(f, "[{}]({address})", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl Entry {
    /// The entry that a Markdown text is, without its bullet and its indentation.
    pub fn read(kind: Option<Kind>, text: &str) -> Self {
        Self::read_with(kind, text, &Labels::new())
    }

    /// The same, with the labels of the file that the text is from.
    pub(super) fn read_with(kind: Option<Kind>, text: &str, labels: &Labels) -> Self {
        let (level, text) = split_mark(text.trim());
        let breaking = level.unwrap_or_else(|| match rfc_in(text, labels) {
            Some(rfc) => Breaking::Major { rfc: Some(rfc) },
            None => Breaking::Minor,
        });
        let (text, links) = split_links(text);
        Self { kind, breaking, text: text.to_owned(), links }
    }

    /// All links: those in the text, then those at its end. Each once.
    pub fn all_links(&self) -> Vec<Link> {
        let mut all: Vec<Link> = links(&self.text, &Labels::new()).into_iter().map(|found| found.link).collect();
        all.extend(self.links.iter().cloned());
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|link| seen.insert(link.clone()));
        all
    }

    /// The same, with an address at every pull request at its end, from a pattern that holds `{number}`.
    #[must_use]
    pub fn with_addresses(mut self, pattern: Option<&str>) -> Self {
        self.links = self.links.into_iter().map(|link| link.with_address(pattern)).collect();
        self
    }

    /// The entry as Markdown, without a bullet: what [`Entry::read`] reads.
    pub fn markdown(&self) -> String {
        let mark = match &self.breaking {
            Breaking::No => String::new(),
            Breaking::Minor => "**Breaking (minor):** ".to_owned(),
            Breaking::Major { rfc: None } => "**Breaking (major):** ".to_owned(),
            Breaking::Major { rfc: Some(rfc) } => format!("**Breaking (major, {rfc}):** "),
        };
        let mut text = format!("{mark}{}", self.text);
        for link in &self.links {
            text = format!("{}\n{link}", text.trim_end());
        }
        text.trim().to_owned()
    }

    /// The entry as an item of a list. Ends with a line end.
    pub(super) fn item(&self, bullet: char) -> String {
        let mut item = String::new();
        for (at, line) in self.markdown().lines().enumerate() {
            let start = if at == 0 { format!("{bullet} ") } else { "  ".to_owned() };
            item += format!("{start}{line}").trim_end();
            item.push('\n');
        }
        if item.is_empty() { format!("{bullet}\n") } else { item }
    }
}

/// The mark of a breaking change, and the text after it. People have written `Breaking:` and `**Breaking change**:` too,
/// which say no level: none.
fn split_mark(text: &str) -> (Option<Breaking>, &str) {
    let unmarked = (Some(Breaking::No), text);
    let (bold, rest) = text.strip_prefix("**").map_or((false, text), |rest| (true, rest));
    let Some(word) = rest.get(..8).filter(|word| word.eq_ignore_ascii_case("breaking")) else { return unmarked };
    let rest = &rest[word.len()..];
    let change = rest.get(..7).filter(|word| word.eq_ignore_ascii_case(" change"));
    let rest = change.map_or(rest, |word| &rest[word.len()..]);
    let (breaking, rest) = match rest.strip_prefix(" (") {
        None => (None, rest),
        Some(inside) => match level(inside) {
            Some((breaking, rest)) => (Some(breaking), rest),
            None => return unmarked,
        },
    };
    let ends: &[&str] = if bold { &[":**", "**:"] } else { &[":"] };
    match ends.iter().find_map(|end| rest.strip_prefix(end)) {
        Some(text) => (breaking, text.trim_start()),
        None => unmarked,
    }
}

/// The RFC that a text links to: by a name such as `[RFC 11]`, or by an address in a repository of RFCs. A breaking change
/// that says no level but names its RFC is a major one.
fn rfc_in(text: &str, labels: &Labels) -> Option<Rfc> {
    let linked = links(text, labels).into_iter().find_map(|found| match found.link {
        Link::Page { name, address } if name.starts_with("RFC ") => Some(Rfc { name, address: Some(address) }),
        Link::Page { address, .. } if address.contains("/rfcs/") => address.parse().ok(),
        Link::PullRequest { address: Some(address), .. } if address.contains("/rfcs/") => address.parse().ok(),
        _ => None,
    });
    let bare = || {
        let (_, inside) = text.split_once("[RFC")?;
        let (name, _) = inside.split_once(']')?;
        name.starts_with(char::is_whitespace).then(|| name.trim().parse().ok())?
    };
    linked.or_else(bare)
}

/// What stands in the parentheses of a mark, and what comes after them.
fn level(text: &str) -> Option<(Breaking, &str)> {
    if let Some(rest) = text.strip_prefix("minor)") {
        return Some((Breaking::Minor, rest));
    }
    if let Some(rest) = text.strip_prefix("major)") {
        return Some((Breaking::Major { rfc: None }, rest));
    }
    let text = text.strip_prefix("major, ")?;
    let (rfc, rest) = match text.strip_prefix('[') {
        Some(inner) => {
            let (name, after) = inner.split_once("](")?;
            let (address, rest) = after.split_once(')')?;
            let fits = is_address(address) && !name.is_empty() && !name.contains(['[', ']', '\n']);
            fits.then(|| (Rfc { name: name.to_owned(), address: Some(address.to_owned()) }, rest))?
        }
        None => {
            let (name, _) = text.split_once(')')?;
            let rfc: Rfc = name.parse().ok().filter(|rfc: &Rfc| rfc.name == name)?;
            (rfc, &text[name.len()..])
        }
    };
    Some((Breaking::Major { rfc: Some(rfc) }, rest.strip_prefix(')')?))
}

/// The text without the lines at its end that are nothing but links, and those links.
fn split_links(text: &str) -> (&str, Vec<Link>) {
    let mut text = text.trim_end();
    let mut at_end = Vec::new();
    while let Some((before, line)) = text.rsplit_once('\n') {
        let Some(of_line) = only_links(line) else { break };
        at_end.splice(0..0, of_line);
        text = before.trim_end();
    }
    (text, at_end)
}

/// The links of a line that has nothing else, but for commas, full stops and spaces between them.
fn only_links(line: &str) -> Option<Vec<Link>> {
    let line = line.trim();
    let found = links(line, &Labels::new());
    let mut done = 0;
    for Found { start, end, .. } in &found {
        if !line[done..*start].chars().all(|c| c.is_whitespace() || c == ',') {
            return None;
        }
        done = *end;
    }
    let rest = line[done..].chars().all(|c| c.is_whitespace() || c == ',' || c == '.');
    (rest && !found.is_empty()).then(|| found.into_iter().map(|found| found.link).collect())
}
