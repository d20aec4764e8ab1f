//! Links of an entry: pull requests, advisories, pages.

use std::{collections::BTreeMap, fmt, ops::Range};

use pulldown_cmark::{BrokenLink, Event, LinkType, Parser, Tag, TagEnd};
use serde::{Deserialize, Serialize};

use super::{
    blocks::{Blocks, options},
    lines::around,
};

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
            if let Some(number) = number_of_address(address) {
                return Self::PullRequest { number, address: Some(address.to_owned()) };
            }
            let last = address.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
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

    /// The number of the pull request. A page is one where its words are the number that its address ends with:
    /// `[PR 12](https://example.org/project/pull/12)`.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::PullRequest { number, .. } => Some(*number),
            Self::Advisory { .. } => None,
            Self::Page { name, address } => {
                let called = name.trim_end_matches(|c: char| c.is_ascii_digit());
                let number = name[called.len()..].parse().ok()?;
                let called = called.trim_end_matches([' ', '#', '!', '-']).to_lowercase();
                let known = ["", "pr", "gh", "pull", "pull request", "mr", "issue"].contains(&called.as_str());
                (known && number_of_address(address) == Some(number)).then_some(number)
            }
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

/// The number of the pull request or issue that an address leads to.
fn number_of_address(address: &str) -> Option<u64> {
    let mut parts = address.trim_end_matches('/').rsplit('/');
    let (last, folder) = (parts.next()?, parts.next()?);
    matches!(folder, "pull" | "issues" | "merge_requests" | "pulls").then(|| last.parse().ok())?
}

/// A link that was found in Markdown, and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) link: Link,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Addresses of labels: `[cpp]: https://example.org` makes `[cpp]` and `[the page][cpp]` links. In lower case.
pub(super) type Labels = BTreeMap<String, String>;

/// A link that is open while a text is read.
struct Open {
    place: Range<usize>,
    address: String,
    bare: bool,
    /// The bytes of its words.
    words: Range<usize>,
}

/// All links of a Markdown text, in order: `labels` are those of the file around it. What stands in code, in a comment or behind
/// a backslash is none.
pub(super) fn links(text: &str, labels: &Labels) -> Vec<Found> {
    let by_label = |broken: BrokenLink<'_>| {
        let name = joined(&broken.reference).to_lowercase();
        labels.get(&name).map(|address| (address.clone().into(), "".into()))
    };
    let mut found = Vec::new();
    let mut run: Option<Range<usize>> = None;
    let mut open: Option<Open> = None;
    let mut code = false;
    for (event, place) in Parser::new_with_broken_link_callback(text, options(), Some(by_label)).into_offset_iter() {
        let follows = run.as_ref().is_some_and(|run| run.end == place.start);
        match event {
            Event::Text(_) if open.is_none() && !code => {
                match run.as_mut().filter(|_| follows) {
                    Some(run) => run.end = place.end,
                    None => in_run(text, run.replace(place), &mut found),
                }
                continue;
            }
            Event::Start(Tag::Link { link_type, dest_url, .. }) if open.is_none() => {
                let bare = matches!(link_type, LinkType::Autolink | LinkType::Email);
                let words = 0..0;
                open = Some(Open { address: dest_url.into_string(), bare, words, place });
            }
            Event::End(TagEnd::Link) => {
                in_run(text, run.take(), &mut found);
                found.extend(open.take().and_then(|open| closed(text, open)));
            }
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            _ => {
                if let Some(open) = &mut open {
                    open.words = around(&open.words, place);
                }
            }
        }
        in_run(text, run.take(), &mut found);
    }
    in_run(text, run, &mut found);
    found.sort_by_key(|found| found.start);
    found
}

fn joined(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn closed(text: &str, open: Open) -> Option<Found> {
    let Open { place, address, bare, words } = open;
    let fits = is_address(&address) || (is_path(&address) && !bare);
    let name = if words.start < words.end { joined(&text[words]) } else { String::new() };
    let link = if bare { Link::to(&address) } else { Link::named(&name, &address) };
    fits.then_some(Found { link, start: place.start, end: place.end })
}

/// Links that have no marks: numbers, ids of advisories, addresses.
fn in_run(text: &str, run: Option<Range<usize>>, found: &mut Vec<Found>) {
    let Some(run) = run else { return };
    let mut at = run.start;
    while at < run.end {
        let rest = &text[at..run.end];
        let before = text[..at].chars().next_back();
        let starts = !before.is_some_and(|c| c.is_alphanumeric() || "/-\\".contains(c));
        let length = match starts.then(|| bare_link(rest)).flatten() {
            Some((link, length)) => {
                found.push(Found { link, start: at, end: at + length });
                length
            }
            None => 1,
        };
        let next = text.as_bytes()[at + length..run.end]
            .iter()
            .position(|byte| matches!(byte, b'#' | b'h' | b'G' | b'C' | b'R'));
        at = next.map_or(run.end, |next| at + length + next);
    }
}

/// The link that a text without marks begins with, and its length.
fn bare_link(rest: &str) -> Option<(Link, usize)> {
    if rest.starts_with("http") {
        let end = rest.find(|c: char| c.is_whitespace() || "()<>[]`,;\"'".contains(c)).unwrap_or(rest.len());
        let address = rest[..end].trim_end_matches(['.', ':', '!', '?', '*', '_']);
        return is_address(address).then(|| (Link::to(address), address.len()));
    }
    if let Some(id) = advisory_at_start(rest) {
        return Some((Link::Advisory { id: id.to_owned(), address: None }, id.len()));
    }
    let digits = rest.strip_prefix('#').or_else(|| rest.strip_prefix("GH-"))?;
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let number = digits[..length].parse().ok()?;
    let ends = !digits[length..].chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_');
    ends.then_some((Link::PullRequest { number, address: None }, rest.len() - digits.len() + length))
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
    let blocks = Blocks::of(text);
    let found: Vec<String> = links(text, &Labels::new())
        .into_iter()
        .filter_map(|found| match found.link {
            Link::PullRequest { address, .. } | Link::Advisory { address, .. } => address,
            Link::Page { address, .. } => Some(address),
        })
        .collect();
    let numbered = found.iter().find_map(|address| {
        let (base, number) = address.rsplit_once('/')?;
        let folder = base.rsplit('/').next()?;
        let is_number = number.parse::<u64>().is_ok();
        (is_number && matches!(folder, "pull" | "merge_requests" | "pulls")).then(|| format!("{base}/{{number}}"))
    });
    let folders = ["/blob/", "/compare/", "/issues/", "/releases/", "/tree/", "/security/"];
    let of_project = || {
        found.iter().chain(blocks.labels.iter().map(|label| &label.address)).find_map(|address| {
            let base = folders.iter().find_map(|folder| Some(address.split_once(folder)?.0))?;
            base.starts_with("https://github.com/").then(|| format!("{base}/pull/{{number}}"))
        })
    };
    numbered.or_else(of_project)
}
