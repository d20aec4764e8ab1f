//! The one error a policy text gives: what is wrong, where, and what to do.

use jiff::civil::Date;
use semver::Version;
use thiserror::Error;

use super::{ArtifactKind, spelling::nearest, tree::Span};
use crate::model::{ChangeClass, InvalidPublicKey, InvalidSigner};

/// Why a text is no policy, or what it says in vain. Displays without its place and hint; those are for the caller to lay out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem}")]
pub struct PolicyError {
    problem: Problem,
    line: usize,
    column: usize,
    width: usize,
}

impl PolicyError {
    /// Line in the text, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Column in characters, from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// How many characters of the line are meant; at least 1.
    pub fn width(&self) -> usize {
        self.width
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        self.problem.hint()
    }

    /// What is wrong, typed.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

/// A problem at a place: what reading and validation return. [`Fault::locate`] turns bytes into line and column.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem}")]
pub(super) struct Fault {
    problem: Problem,
    span: Option<Span>,
}

impl Fault {
    pub(super) fn new(span: Option<Span>, problem: Problem) -> Self {
        Self { problem, span }
    }

    /// The same at this place, if it has none yet.
    pub(super) fn or_at(self, span: Option<Span>) -> Self {
        Self { span: self.span.or(span), ..self }
    }

    /// The same within the value of a key.
    pub(super) fn under(mut self, outer: &str) -> Self {
        if let Problem::UnknownWord { key, .. } | Problem::WrongType { key, .. } = &mut self.problem {
            *key = if key.is_empty() { outer.to_owned() } else { format!("{outer}.{key}") };
        }
        self
    }

    /// The same where these keys are known as well.
    pub(super) fn knowing(mut self, keys: &[&str]) -> Self {
        if let Problem::UnknownKey { known, .. } = &mut self.problem {
            known.splice(0..0, keys.iter().map(|key| (*key).to_owned()));
        }
        self
    }

    /// Counts lines and characters up to the fault. A fault without a place is the text's own, from its beginning.
    pub(super) fn locate(self, text: &str) -> PolicyError {
        let span = self.span.unwrap_or(Span { start: 0, end: 0 });
        let start = floor_boundary(text, span.start);
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = &text[start..floor_boundary(text, span.end.max(start))];
        let meant = rest.lines().next().unwrap_or_default();
        PolicyError {
            problem: self.problem,
            line: before.matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            width: meant.chars().count().max(1),
        }
    }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// What can be wrong with a policy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the message says what each one is; the fields are the values named in it")]
pub enum Problem {
    #[error("not TOML: {reason}")]
    Syntax { reason: String },
    #[error("unknown key `{key}`")]
    UnknownKey { key: String, known: Vec<String> },
    #[error("`{key}` cannot be `{word}`")]
    UnknownWord { key: String, word: String, known: Vec<String> },
    #[error("`{key}` needs {expected}, found {found}")]
    WrongType { key: String, expected: String, found: String },
    #[error("{reason}")]
    Unreadable { reason: String },
    #[error("`{key}` is missing")]
    MissingKey { key: String, example: String },
    #[error("`{key}` is empty")]
    Empty { key: String },
    #[error("`{text}` is not a date")]
    InvalidDate { text: String },
    #[error("`{text}` is not a version")]
    InvalidVersion { text: String },
    #[error("`{version}` does not start a major")]
    NotAMajor { version: Version, start: Version },
    #[error("`{key}` cannot be {value}")]
    OutOfRange { key: String, value: i64, least: i64, most: i64 },
    #[error("unknown preset `{name}`")]
    UnknownPreset { name: String, known: Vec<String> },
    #[error("`{key}` has no `{{version}}` in it")]
    NoVersion { key: String, example: String },
    #[error("`{key}` has an unknown placeholder `{{{placeholder}}}`")]
    UnknownPlaceholder { key: String, placeholder: String, known: Vec<String> },
    #[error("`{key}` makes a name that git does not allow: `{name}`")]
    BadRefName { key: String, name: String },
    #[error("`{key}` is not a path inside the repository: `{path}`")]
    OutsidePath { key: String, path: String },
    #[error("bad pattern `{pattern}`: {reason}")]
    BadGlob { pattern: String, reason: String },
    #[error("group `{name}` has no member pattern that includes anything")]
    EmptyGroup { name: String },
    #[error("no rule assigns class `{class}`")]
    ClassOfNothing { class: ChangeClass },
    #[error("two groups are called `{name}`")]
    DuplicateGroup { name: String },
    #[error("unknown group `{name}`")]
    UnknownGroup { name: String, known: Vec<String> },
    #[error("group `{name}` is coupled with itself")]
    CoupledWithItself { name: String },
    #[error("`cadence` needs one of `monthly` and `every-weeks`")]
    UnclearCadence,
    #[error("`every-weeks` needs a `weekday`")]
    WeeksWithoutWeekday,
    #[error("`weekday` has no meaning with `monthly`")]
    WeekdayWithMonthly,
    #[error("`release` needs one of `day` and `after-days`")]
    UnclearRelease,
    #[error("the release day, {release}, is not after the bump day, {cut}")]
    ReleaseNotAfterCut { cut: i8, release: i8 },
    #[error("`release = {{ day = {day} }}` needs a monthly cadence")]
    DayWithoutMonth { day: i8 },
    #[error("candidates need a release branch, but `release` is `on-merge`")]
    CandidatesOnMerge,
    #[error("`{key}` is not a pre-release word: `{word}`")]
    BadSuffix { key: String, word: String },
    #[error("`development` and `candidates` are both `{word}`")]
    SameSuffix { word: String },
    #[error("the first train's cut, {cut}, is not on the cadence: {cadence}")]
    OffCadence { cut: Date, cadence: String, near: Date },
    #[error("the first train's cut, {cut}, is before its epoch begins")]
    FirstBeforeEpoch { cut: Date, from: Date },
    #[error("the count cannot go back from {before} to {after}")]
    CountGoesBack { before: Version, after: Version },
    #[error("the listed trains are out of order: {after} does not follow {before}")]
    ListedOutOfOrder { before: Version, after: Version },
    #[error("{version} is released on {release}, before its cut on {cut}")]
    ListedReleaseBeforeCut { version: Version, cut: Date, release: Date },
    #[error("`listed` trains belong to `[train]`, not to an epoch")]
    ListedInEpoch,
    #[error("the long-term support rule has no {missing}")]
    LtsIncomplete { missing: String },
    #[error("an archive link needs `{{branch}}` or `{{version}}`: `{link}`")]
    BadArchiveLink { link: String },
    #[error(
        "a version file needs exactly one of `c-header`, `text`, `toml`, `json`, `xml`, `yaml`, `whole-file`, `pattern`, `marker`"
    )]
    UnclearVersionFile,
    #[error("`{key}` does not name a place: `{text}`: {reason}")]
    BadPlace { key: String, text: String, reason: String, example: String },
    #[error("the epoch of {after} is not later than the one of {before} above it")]
    EpochsOutOfOrder { before: Date, after: Date },
    #[error("`{text}` is not a public key: {why}")]
    BadPublicKey { text: String, why: InvalidPublicKey },
    #[error("`{text}` does not name a signer: {why}")]
    BadSigner { text: String, why: InvalidSigner },
    #[error("{why}")]
    BadIssuer { why: InvalidSigner },
    #[error("`provenance.issuer` is set without `provenance.identity`")]
    IssuerOfNobody,
    #[error("two entries are called `{name}`")]
    Duplicate { name: String },
    #[error("two archives would be called `{file}`")]
    SameFileName { file: String },
    #[error("bad name `{name}`: {why}")]
    BadFileName { name: String, why: &'static str },
    #[error("`{name}` is not a rustc target")]
    BadTarget { name: String },
    #[error("`{key}` does nothing yet")]
    DoesNothingYet { key: &'static str },
    #[error("`{key}` has no meaning for the kind `{kind}`")]
    KeyOfOtherKind { key: String, kind: ArtifactKind },
}

impl Problem {
    /// What to do about it, where there is more to say than the problem itself.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownKey { key, known } => Some(choice(key, known, "known keys here")),
            Self::UnknownWord { word, known, .. } => Some(choice(word, known, "one of")),
            Self::UnknownPreset { name, known } => Some(choice(name, known, "the presets are")),
            Self::UnknownGroup { name, known } => Some(choice(name, known, "the groups are")),
            Self::UnknownPlaceholder { placeholder, known, .. } => Some(choice(placeholder, known, "known are")),
            Self::MissingKey { example, .. } => Some(format!("add `{example}`")),
            Self::InvalidDate { .. } => Some(DATE_HINT.to_owned()),
            Self::InvalidVersion { .. } => Some("write three numbers, such as \"1.0.0\"".to_owned()),
            Self::NotAMajor { start, .. } => {
                Some(format!("write \"{start}\"; patches and candidates are not scheduled"))
            }
            Self::NoVersion { example, .. } | Self::BadPlace { example, .. } => {
                Some(format!("write it as `{example}`"))
            }
            Self::Syntax { reason } => Some(syntax_hint(reason).to_owned()),
            Self::WrongType { key, expected, found } => Some(type_hint(key, expected, found)),
            Self::OutOfRange { least, most, .. } => Some(format!("choose a number from {least} to {most}")),
            Self::ReleaseNotAfterCut { cut, .. } => Some(format!(
                "choose a day from {} to 28, or `release = {{ after-days = 14 }}`, or `release = \"on-merge\"`",
                cut + 1
            )),
            Self::DayWithoutMonth { .. } => Some("write `release = { after-days = 14 }`".to_owned()),
            Self::OffCadence { near, .. } => Some(format!("the nearest day on it is {near}")),
            Self::FirstBeforeEpoch { from, .. } => Some(format!("the epoch begins on {from}; begin it earlier")),
            Self::EpochsOutOfOrder { .. } => Some("put the epochs in order, oldest first".to_owned()),
            other => other.plain_hint().map(str::to_owned),
        }
    }

    /// Hints that need none of the problem's values.
    fn plain_hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::ClassOfNothing { .. } => "add `labels = [\"..\"]` or `paths = [\"..\"]`",
            Self::EmptyGroup { .. } => "add the packages' names, or a pattern such as \"*\"",
            Self::DuplicateGroup { .. } | Self::Duplicate { .. } => "give each a name of its own",
            Self::CoupledWithItself { .. } => "name the other group",
            Self::UnclearCadence => {
                "write `cadence = { monthly = 5 }` or `cadence = { every-weeks = 6, weekday = \"thursday\" }`"
            }
            Self::WeeksWithoutWeekday => "write `cadence = { every-weeks = 6, weekday = \"thursday\" }`",
            Self::WeekdayWithMonthly => "leave it out, or use `every-weeks`",
            Self::UnclearRelease => {
                "write `release = { day = 20 }`, `release = { after-days = 14 }` or `release = \"on-merge\"`"
            }
            Self::CandidatesOnMerge => "write `release = { day = 20 }`, or `candidates = \"\"` for none",
            Self::BadSuffix { .. } => "use letters, digits and hyphens, such as \"dev\" or \"rc\"",
            Self::SameSuffix { .. } => "use two words, such as \"dev\" and \"rc\"",
            Self::CountGoesBack { .. } => "a new count starts with a higher version than the one before",
            Self::ListedOutOfOrder { .. } => "list them oldest first, with rising versions",
            Self::ListedReleaseBeforeCut { .. } => "leave `cut` out if it had none",
            Self::ListedInEpoch => "move it up; a listed train's day is what it is under any rules",
            Self::LtsIncomplete { .. } => {
                "write `lts = { every = 12, from = \"12.0.0\", months = 24 }`, or `lts = \"never\"`"
            }
            Self::BadArchiveLink { .. } => "write it as `https://host/blob/{branch}/RELEASES.md`",
            Self::UnclearVersionFile => {
                "write `c-header = { prefix = \"NAME_\" }` or `text = \"version = '{version}'\"`"
            }
            Self::BadRefName { .. } => {
                "spaces, `~`, `^`, `:`, `?`, `*`, `[`, `\\`, `..` and `@{` are not allowed in it"
            }
            Self::BadPublicKey { .. } => "copy the second line of the `.pub` file, which begins with `RW`",
            Self::BadIssuer { .. } => "leave it out for GitHub Actions; GitLab's is `https://gitlab.com`",
            Self::BadSigner { .. } | Self::IssuerOfNobody => {
                "write it like `https://github.com/OWNER/NAME/.github/workflows/release.yml@refs/tags/v*`"
            }
            Self::Unreadable { .. } => "`stationmaster schema` says what belongs where",
            Self::Empty { .. } => "write something between the quotes",
            Self::BadGlob { .. } => "a pattern is a name with `*`, `?`, `[ab]` or `{a,b}` in it; `!` in front excludes",
            Self::BadFileName { .. } => "write it as `{project}-v{version}-{arch}-{os}`, and the endings as `formats`",
            Self::SameFileName { .. } => "put `{arch}` and `{os}` into the name, and list no target twice",
            Self::BadTarget { .. } => "`rustc --print target-list` lists them",
            Self::KeyOfOtherKind { .. } => "leave it out",
            Self::DoesNothingYet { .. } => "leave it out; a later version will do it",
            Self::OutsidePath { .. } => "write it from the repository's root, such as `include/version.h`",
            _ => return None,
        })
    }
}

const DATE_HINT: &str = "write a day of the calendar as YYYY-MM-DD";

/// The reader's own words say what is wrong; these say what to do.
fn syntax_hint(reason: &str) -> &'static str {
    let hints = [
        ("duplicate key", "leave one of the two out"),
        ("must be quoted", "put the text in quotes"),
        ("unclosed array", "close the list with `]`"),
        ("unclosed inline table", "close the table with `}`"),
        ("unclosed table", "close the heading with `]`"),
        ("invalid basic string", "close the text with a quote on the same line"),
        ("date", DATE_HINT),
    ];
    let found = hints.into_iter().find(|(sign, _)| reason.contains(sign));
    found.map_or("a line is `key = value`, `[section]` or `[[section]]`", |(_, hint)| hint)
}

fn type_hint(key: &str, expected: &str, found: &str) -> String {
    let is_section = !key.strip_prefix("epoch.").unwrap_or(key).contains('.');
    if (expected, found, is_section) == ("a list in brackets", "a table", true) {
        return format!("write `[[{key}]]`");
    }
    let key = key.rsplit('.').next().unwrap_or(key);
    match expected {
        date if date.starts_with("a date") => DATE_HINT.to_owned(),
        "a whole number" => format!("write it without quotes or a point, such as `{key} = 7`"),
        "text in quotes" => format!("write `{key} = \"...\"`"),
        "a list in brackets" => format!("write `{key} = [\"...\"]`"),
        "`true` or `false`" => format!("write `{key} = true` or `{key} = false`, without quotes"),
        _ => "`stationmaster schema` says what belongs where".to_owned(),
    }
}

fn choice(word: &str, known: &[String], lead: &str) -> String {
    match nearest(word, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("{lead}: {}", known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")),
    }
}
