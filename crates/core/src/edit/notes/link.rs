//! Links of an entry: pull requests, advisories, pages.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// Something that an entry points to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// A pull request or an issue: `#123`, or `[#123](address)`.
    PullRequest {
        /// Its number.
        number: u64,
        /// Where it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<String>,
    },
    /// A security advisory: `GHSA-..`, `CVE-..` or `RUSTSEC-..`.
    Advisory {
        /// Its id.
        id: String,
        /// Where it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<String>,
    },
    /// Any other page.
    Page {
        /// The words of the link. The address itself where there are none.
        name: String,
        /// Where it is.
        address: String,
    },
}

/// Starts of advisory ids, and what may follow.
const ADVISORIES: [&str; 3] = ["GHSA-", "CVE-", "RUSTSEC-"];

impl Link {
    /// The link that an address is: by its last part, a pull request or an advisory, else a page.
    pub fn to(address: &str) -> Self {
        Self::named(address, address)
    }

    /// The link that words and an address make.
    fn named(name: &str, address: &str) -> Self {
        let number = |text: &str| text.strip_prefix('#').and_then(|digits| digits.parse().ok());
        if let Some(number) = number(name) {
            return Self::PullRequest { number, address: Some(address.to_owned()) };
        }
        if let Some(id) = advisory_at_start(name).filter(|id| *id == name) {
            return Self::Advisory { id: id.to_owned(), address: Some(address.to_owned()) };
        }
        if name == address {
            let last = address.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let folder = address.trim_end_matches('/').rsplit('/').nth(1).unwrap_or_default();
            if let (Ok(number), "pull" | "issues" | "merge_requests" | "pulls") = (last.parse(), folder) {
                return Self::PullRequest { number, address: Some(address.to_owned()) };
            }
            if let Some(id) = advisory_at_start(last).filter(|id| *id == last) {
                return Self::Advisory { id: id.to_owned(), address: Some(address.to_owned()) };
            }
        }
        Self::Page { name: name.to_owned(), address: address.to_owned() }
    }

    /// The link that a person means by `123`, `#123`, an advisory's id or an address. None: it is none of these.
    pub fn of_words(words: &str) -> Option<Self> {
        let words = words.trim();
        if let Ok(number) = words.strip_prefix('#').unwrap_or(words).parse() {
            return Some(Self::PullRequest { number, address: None });
        }
        if let Some(id) = advisory_at_start(words).filter(|id| *id == words) {
            return Some(Self::Advisory { id: id.to_owned(), address: None });
        }
        is_address(words).then(|| Self::to(words))
    }

    /// The number of the pull request.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::PullRequest { number, .. } => Some(*number),
            Self::Advisory { .. } | Self::Page { .. } => None,
        }
    }

    /// The same, with an address from a pattern that holds `{number}`, where it is a pull request without one.
    #[must_use]
    pub fn with_address(self, pattern: Option<&str>) -> Self {
        match (self, pattern) {
            (Self::PullRequest { number, address: None }, Some(pattern)) => {
                Self::PullRequest { number, address: Some(pattern.replace("{number}", &number.to_string())) }
            }
            (link, _) => link,
        }
    }
}

/// In Markdown.
impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PullRequest { number, address: Some(address) } => write!(f, "[#{number}]({address})"),
            Self::PullRequest { number, address: None } => write!(f, "#{number}"),
            Self::Advisory { id, address: Some(address) } => write!(f, "[{id}]({address})"),
            Self::Advisory { id, address: None } => f.write_str(id),
            Self::Page { name, address } if name == address && is_address(address) => write!(f, "<{address}>"),
            Self::Page { name, address } => write!(f, "[{name}]({address})"),
        }
    }
}

/// Something that a browser could open, with nothing in it that would end a link.
pub(super) fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty() && !rest.contains(|c: char| c.is_whitespace() || c.is_control() || "()<>[]`".contains(c))
    })
}

/// A file beside the notes, or a place in it: `docs/notes.md#entries`.
fn is_path(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "()<>[]`".contains(c))
}

/// A link that was found in Markdown, and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) link: Link,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Addresses of labels: `[cpp]: https://example.org` makes `[cpp]` and `[the page][cpp]` links. In lower case.
pub(super) type Labels<'t> = BTreeMap<String, &'t str>;

/// The labels of a text.
pub(super) fn labels(text: &str) -> Labels<'_> {
    text.lines().filter_map(label_of_line).collect()
}

fn label_of_line(line: &str) -> Option<(String, &str)> {
    let (label, address) = line.trim().strip_prefix('[')?.split_once("]: ")?;
    let address = address.trim().trim_start_matches('<').trim_end_matches('>');
    is_address(address).then(|| (label.to_lowercase(), address))
}

/// All links of a Markdown text, in order. Those in code are none.
pub(super) fn links(text: &str, labels: &Labels<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if let Some(length) = code_span(rest) {
            at += length;
        } else if let Some((link, length)) = link_at(text, at, labels) {
            found.push(Found { link, start: at, end: at + length });
            at += length;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// How long the code span at the start of a text is.
fn code_span(text: &str) -> Option<usize> {
    let ticks = text.bytes().take_while(|byte| *byte == b'`').count();
    if ticks == 0 {
        return None;
    }
    let fence = &text[..ticks];
    let mut from = ticks;
    while let Some(at) = text[from..].find(fence) {
        let end = from + at + ticks;
        if !text[end..].starts_with('`') {
            return Some(end);
        }
        from = end + text[end..].bytes().take_while(|byte| *byte == b'`').count();
    }
    Some(ticks)
}

/// The link that starts here, and its length.
fn link_at(text: &str, at: usize, labels: &Labels<'_>) -> Option<(Link, usize)> {
    let rest = &text[at..];
    if let Some(inner) = rest.strip_prefix('[') {
        let (name, after) = inner.split_once(']')?;
        if let Some(address) = after.strip_prefix('(').and_then(|after| after.split(')').next())
            && (is_address(address) || is_path(address))
            && after[1 + address.len()..].starts_with(')')
            && !name.contains(['[', '\n'])
        {
            return Some((Link::named(name, address), name.len() + address.len() + 4));
        }
        return labeled(name, after, labels);
    }
    if let Some(address) = rest.strip_prefix('<').and_then(|inner| inner.split('>').next())
        && is_address(address)
        && rest[1 + address.len()..].starts_with('>')
    {
        return Some((Link::to(address), address.len() + 2));
    }
    let starts_word = !text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '/' || c == '-');
    if !starts_word {
        return None;
    }
    if rest.starts_with("http") {
        let end = rest.find(|c: char| c.is_whitespace() || "()<>[]`,;\"'".contains(c)).unwrap_or(rest.len());
        let address = rest[..end].trim_end_matches(['.', ':', '!', '?', '*', '_']);
        return is_address(address).then(|| (Link::to(address), address.len()));
    }
    if let Some(id) = advisory_at_start(rest) {
        return Some((Link::Advisory { id: id.to_owned(), address: None }, id.len()));
    }
    let digits = rest.strip_prefix('#')?;
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let number = digits[..length].parse().ok()?;
    let ends = !digits[length..].chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_');
    ends.then_some((Link::PullRequest { number, address: None }, length + 1))
}

/// The link that `[name]` or `[name][label]` is, and its length. `after` is what follows the first bracket.
fn labeled(name: &str, after: &str, labels: &Labels<'_>) -> Option<(Link, usize)> {
    let address =
        |label: &str| labels.get(&label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()).copied();
    let named = |address: &str| Link::named(&name.split_whitespace().collect::<Vec<_>>().join(" "), address);
    let second = after.strip_prefix('[').and_then(|inner| inner.split_once(']')).map(|(label, _)| label);
    if let Some((label, address)) = second.and_then(|label| Some((label, address(label)?))) {
        return Some((named(address), name.len() + label.len() + 4));
    }
    address(name).map(|address| (named(address), name.len() + 2))
}

/// The advisory id at the start of a text.
fn advisory_at_start(text: &str) -> Option<&str> {
    let prefix = ADVISORIES.iter().find(|prefix| text.starts_with(**prefix))?;
    let rest = &text[prefix.len()..];
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
    let id = rest[..length].trim_end_matches('-');
    let parts: Vec<&str> = id.split('-').collect();
    let numeric = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let fits = match *prefix {
        "GHSA-" => parts.len() == 3 && parts.iter().all(|part| part.len() == 4),
        _ => parts.len() == 2 && parts[0].len() == 4 && parts.iter().all(|part| numeric(part)),
    };
    fits.then(|| &text[..prefix.len() + id.len()])
}

/// Where pull requests of the project are, with `{number}`, by what links of its notes show. None: they do not show it.
pub fn pull_request_pattern(text: &str) -> Option<String> {
    let addresses = || {
        links(text, &Labels::new()).into_iter().filter_map(|found| match found.link {
            Link::PullRequest { address, .. } | Link::Advisory { address, .. } => address,
            Link::Page { address, .. } => Some(address),
        })
    };
    let numbered = addresses().find_map(|address| {
        let (base, number) = address.rsplit_once('/')?;
        let folder = base.rsplit('/').next()?;
        let is_number = number.parse::<u64>().is_ok();
        (is_number && matches!(folder, "pull" | "merge_requests" | "pulls")).then(|| format!("{base}/{{number}}"))
    });
    let folders = ["/blob/", "/compare/", "/issues/", "/releases/", "/tree/", "/security/"];
    // Labels such as `[1.2.0]: https://..` are no links in a text.
    let lines = || text.lines().filter_map(|line| line.split_once("]: ")).map(|(_, address)| address.trim().to_owned());
    let of_project = || {
        addresses().chain(lines()).find_map(|address| {
            let base = folders.iter().find_map(|folder| Some(address.split_once(folder)?.0))?;
            base.starts_with("https://github.com/").then(|| format!("{base}/pull/{{number}}"))
        })
    };
    numbered.or_else(of_project)
}
