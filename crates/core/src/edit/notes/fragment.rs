//! Fragments: one entry in one file, so that two changes never meet in the same lines of the notes.
//!
//! A fragment is Markdown with TOML between lines of `+++` at its start:
//!
//! ```text
//! +++
//! kind = "fixed"
//! breaking = "major"
//! rfc = "https://github.com/example/rfcs/pull/24"
//! links = [123, "GHSA-88xq-w8cq-xfg7"]
//! +++
//!
//! What changed, as users see it.
//! ```

use serde::Deserialize;
use thiserror::Error;
use toml_edit::de;

use super::{
    entry::{Breaking, Entry, Rfc},
    kind::Kind,
    link::Link,
};
use crate::model::TreeFiles;

const FENCE: &str = "+++";

/// Why a fragment could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{path}:{line}: {cause}")]
pub struct FragmentError {
    /// Its file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub cause: FragmentFault,
}

/// What is wrong with a fragment.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FragmentFault {
    /// There is no table at its start.
    #[error("a fragment starts with `+++`, lines such as `kind = \"fixed\"`, and `+++`")]
    NoTable,
    /// The table does not read.
    #[error("{0}")]
    Table(String),
    /// There is no text after the table.
    #[error("there is no text after the second `+++`")]
    NoText,
    /// An RFC for a change that is no major breaking one.
    #[error("`rfc` is only for `breaking = \"major\"`")]
    RfcWithoutMajor,
    /// An RFC that is neither a number nor an address.
    #[error("`rfc` is the number or the address of an RFC")]
    Rfc,
    /// A link that is none.
    #[error("`{0}` is not a link: use a number, an advisory ID or an address")]
    Link(String),
}

/// A fragment's table as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    kind: Kind,
    #[serde(default)]
    breaking: Level,
    rfc: Option<Words>,
    #[serde(default)]
    links: Vec<Words>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Level {
    #[default]
    No,
    Minor,
    Major,
}

/// A number, or text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    Number(u64),
    Text(String),
}

impl std::fmt::Display for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// Read one fragment; `path` is for messages.
///
/// # Errors
///
/// [`FragmentError`], with the line.
pub fn read_fragment(path: &str, text: &str) -> Result<Entry, FragmentError> {
    let fault = |line: usize, cause: FragmentFault| FragmentError { path: path.to_owned(), line, cause };
    let text = text.replace("\r\n", "\n");
    let after = text.strip_prefix(FENCE).and_then(|rest| rest.strip_prefix('\n'));
    let split = after.and_then(|rest| match rest.strip_prefix("+++\n") {
        Some(body) => Some(("", body)),
        None => rest.split_once("\n+++\n").or_else(|| Some((rest.strip_suffix("\n+++")?, ""))),
    });
    let Some((table, body)) = split else { return Err(fault(1, FragmentFault::NoTable)) };
    let read: Table = de::from_str(table).map_err(|error| {
        let line = error.span().map_or(2, |span| 2 + table[..span.start.min(table.len())].matches('\n').count());
        fault(line, FragmentFault::Table(error.message().to_owned()))
    })?;
    let end = 3 + table.matches('\n').count();
    if body.trim().is_empty() {
        return Err(fault(end, FragmentFault::NoText));
    }
    let line_of = |key: &str| 2 + table.lines().position(|line| line.trim_start().starts_with(key)).unwrap_or(0);
    let rfc = read.rfc.map(|words| words.to_string().parse::<Rfc>()).transpose();
    let rfc = rfc.map_err(|_| fault(line_of("rfc"), FragmentFault::Rfc))?;
    let breaking = match (read.breaking, rfc) {
        (Level::Major, rfc) => Breaking::Major { rfc },
        (_, Some(_)) => return Err(fault(line_of("rfc"), FragmentFault::RfcWithoutMajor)),
        (Level::Minor, None) => Breaking::Minor,
        (Level::No, None) => Breaking::No,
    };
    let links = read.links.iter().map(|words| {
        let link = Link::of_words(&words.to_string());
        link.ok_or_else(|| fault(line_of("links"), FragmentFault::Link(words.to_string())))
    });
    let links = links.collect::<Result<Vec<Link>, FragmentError>>()?;
    let read = Entry::read(Some(read.kind), body);
    // The table says more than the text: a mark in the text alone counts too.
    let breaking = if breaking == Breaking::No { read.breaking } else { breaking };
    let links = read.links.into_iter().chain(links).fold(Vec::new(), |mut all: Vec<Link>, link| {
        if !all.contains(&link) {
            all.push(link);
        }
        all
    });
    Ok(Entry { breaking, links, ..read })
}

/// Write an entry as a fragment.
pub fn write_fragment(entry: &Entry) -> String {
    let mut table = format!("kind = \"{}\"\n", entry.kind.unwrap_or(Kind::Changed));
    let quoted = |text: &str| toml_edit::value(text).to_string();
    match &entry.breaking {
        Breaking::No => {}
        Breaking::Minor => table += "breaking = \"minor\"\n",
        Breaking::Major { rfc } => {
            table += "breaking = \"major\"\n";
            if let Some(rfc) = rfc {
                let words = rfc.address.clone().unwrap_or_else(|| rfc.name.clone());
                table += &format!("rfc = {}\n", quoted(&words));
            }
        }
    }
    // What the table cannot say, such as the words of a link, stays in the text.
    let (mut links, mut text) = (Vec::new(), entry.text.trim().to_owned());
    for link in &entry.links {
        let words = table_words(link);
        if Link::of_words(&words).as_ref() == Some(link) {
            links.push(if words.parse::<u64>().is_ok() { words } else { quoted(&words) });
        } else {
            text += &format!("\n{link}");
        }
    }
    if !links.is_empty() {
        table += &format!("links = [{}]\n", links.join(", "));
    }
    format!("{FENCE}\n{table}{FENCE}\n\n{text}\n")
}

/// A link as a word of `links`.
fn table_words(link: &Link) -> String {
    match link {
        Link::PullRequest { number, address: None } => number.to_string(),
        Link::Advisory { id, address: None } => id.clone(),
        Link::PullRequest { address: Some(address), .. }
        | Link::Advisory { address: Some(address), .. }
        | Link::Page { address, .. } => address.clone(),
    }
}

/// The name of a fragment's file, by what it says: `fixed-guest-traps-are-reported.md`. `taken` says which names are.
pub fn fragment_name(entry: &Entry, taken: impl Fn(&str) -> bool) -> String {
    let mut words = String::new();
    for c in entry.text.chars().map(|c| c.to_ascii_lowercase()) {
        if c.is_ascii_alphanumeric() {
            words.push(c);
        } else if c.is_whitespace() && words.len() >= 40 {
            break;
        } else if !words.is_empty() && !words.ends_with('-') {
            words.push('-');
        }
    }
    words.truncate(56);
    let stem = format!("{}-{words}", entry.kind.unwrap_or(Kind::Changed));
    let stem = stem.trim_end_matches('-');
    let numbered = (2..).map(|number| format!("{stem}-{number}.md"));
    let mut names = std::iter::once(format!("{stem}.md")).chain(numbered);
    names.find(|name| !taken(name)).expect("numbers do not end")
}

/// Whether a file in the folder of fragments is one: Markdown, but for a `README.md` and hidden files.
pub fn is_fragment(folder: &str, path: &str) -> bool {
    let name = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
    name.is_some_and(|name| {
        !name.contains('/')
            && name.ends_with(".md")
            && !name.starts_with('.')
            && !name.eq_ignore_ascii_case("README.md")
    })
}

/// All fragments in a folder: paths and entries, sorted by path.
///
/// # Errors
///
/// The first that does not read.
pub fn fragments(files: &TreeFiles, folder: &str) -> Result<Vec<(String, Entry)>, FragmentError> {
    let ours = files.iter().filter(|(path, _)| is_fragment(folder, path));
    ours.map(|(path, text)| Ok((path.clone(), read_fragment(path, text)?))).collect()
}
