//! What merged commits say of changes: pull-request numbers, kinds, and marks of breaking changes.

use super::{
    entry::{Breaking, Entry, Rfc},
    kind::Kind,
    link::Link,
    plain::as_markdown,
};

/// A change that was merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedChange {
    /// The pull request.
    pub number: Option<u64>,
    /// Its title, as a sentence. Plain text.
    pub title: String,
    /// The kind that its message says or suggests. None: nothing that users see, such as `chore:` or `Changelog: none`.
    pub kind: Option<Kind>,
    /// Whether it breaks, by its message (R3, R4).
    pub breaking: Breaking,
}

impl MergedChange {
    /// What the message of a commit on the main branch says. Understood are `Title (#12)`, merge commits, conventional
    /// subjects (`fix!: ..`), and the trailers `BREAKING CHANGE:`, `Breaking-Change: major`, `RFC:` and `Changelog:`.
    pub fn of_message(message: &str) -> Self {
        let subject = message.lines().next().unwrap_or_default().trim();
        let merged = subject.strip_prefix("Merge pull request #").and_then(|rest| {
            let digits = rest.split(' ').next()?;
            let title = message.lines().skip(1).map(str::trim).find(|line| !line.is_empty()).unwrap_or(subject);
            Some((Some(digits.parse().ok()?), title))
        });
        let (number, title) = merged.unwrap_or_else(|| numbered(subject));
        let conventional = Conventional::of(title);
        let bare = conventional.as_ref().map_or(title, |found| found.title);
        let suggested = conventional.as_ref().map_or_else(|| Some(kind_by_verb(bare)), |found| found.kind());
        let kind = match trailer(message, "Changelog") {
            Some("none") => None,
            Some(word) => Kind::of_heading(word).or(suggested),
            None => suggested,
        };
        let marked = conventional.is_some_and(|found| found.breaking);
        let breaking = breaking(message, marked);
        let kind = if breaking == Breaking::No { kind } else { kind.or(Some(Kind::Changed)) };
        Self { number, title: sentence(bare), kind, breaking }
    }

    /// The entry that it would be: a page shows its title as it was written. None: it is nothing that users see.
    pub fn entry(&self) -> Option<Entry> {
        let kind = self.kind?;
        let links = self.number.map(|number| Link::PullRequest { number, address: None }).into_iter().collect();
        let text = as_markdown(&self.title);
        // A number in the title of what has none of its own is the only link there is.
        let text = if self.number.is_none() { text.replace("\\#", "#") } else { text };
        Some(Entry { kind: Some(kind), breaking: self.breaking.clone(), text, links })
    }
}

/// `Title (#12)`, as forges write it.
fn numbered(subject: &str) -> (Option<u64>, &str) {
    let found = subject.strip_suffix(')').and_then(|rest| {
        let (title, digits) = rest.rsplit_once("(#")?;
        Some((Some(digits.parse().ok()?), title.trim_end()))
    });
    found.unwrap_or((None, subject))
}

/// `fix(scope)!: title`.
struct Conventional<'m> {
    word: &'m str,
    breaking: bool,
    title: &'m str,
}

impl<'m> Conventional<'m> {
    fn of(title: &'m str) -> Option<Self> {
        let (head, title) = title.split_once(": ")?;
        let (head, breaking) = head.strip_suffix('!').map_or((head, false), |head| (head, true));
        let word = match head.split_once('(') {
            Some((word, scope)) => scope.strip_suffix(')').map(|_| word)?,
            None => head,
        };
        let known = [
            "feat", "fix", "perf", "refactor", "revert", "docs", "doc", "chore", "ci", "test", "tests", "build",
            "style", "security", "sec", "deps",
        ];
        known.contains(&word).then(|| Self { word, breaking, title: title.trim() })
    }

    fn kind(&self) -> Option<Kind> {
        match self.word {
            "feat" => Some(Kind::Added),
            "fix" => Some(Kind::Fixed),
            "security" | "sec" => Some(Kind::Security),
            "perf" | "refactor" | "revert" => Some(Kind::Changed),
            _ => None,
        }
    }
}

/// The kind that the first word of a title suggests.
fn kind_by_verb(title: &str) -> Kind {
    let word = title.split(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty()).unwrap_or_default();
    match word.to_lowercase().as_str() {
        "add" | "adds" | "added" | "implement" | "implements" | "support" | "supports" | "introduce" | "allow" => {
            Kind::Added
        }
        "fix" | "fixes" | "fixed" | "correct" | "repair" => Kind::Fixed,
        "remove" | "removes" | "removed" | "delete" | "drop" => Kind::Removed,
        "deprecate" | "deprecates" => Kind::Deprecated,
        _ => Kind::Changed,
    }
}

/// How much a commit says that it breaks.
fn breaking(message: &str, marked: bool) -> Breaking {
    let footer = trailer(message, "BREAKING CHANGE").or_else(|| trailer(message, "BREAKING-CHANGE"));
    let own = trailer(message, "Breaking-Change");
    let rfc = trailer(message, "RFC").and_then(|words| words.parse::<Rfc>().ok());
    let major = own.is_some_and(|words| words.split_whitespace().next() == Some("major"));
    match (major, marked || footer.is_some() || own.is_some()) {
        (true, _) => Breaking::Major { rfc },
        (false, true) if rfc.is_some() => Breaking::Major { rfc },
        (false, true) => Breaking::Minor,
        (false, false) => Breaking::No,
    }
}

/// The value of a line `Key: value` after the subject.
fn trailer<'m>(message: &'m str, key: &str) -> Option<&'m str> {
    let values = message.lines().skip(1).filter_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    values.map(str::trim).find(|value| !value.is_empty())
}

/// A title as a sentence: a capital at its start, a full stop at its end.
fn sentence(title: &str) -> String {
    let title = title.trim();
    let mut letters = title.chars();
    let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let end = if title.is_empty() || title.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
