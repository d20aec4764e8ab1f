//! Release notes against tags and merged changes (R3, R4, X3).
//!
//! | kind | what is wrong |
//! | --- | --- |
//! | `missing-file` | a tag has no notes, and an older one has |
//! | `missing-section` | a released version has no section |
//! | `unreleased-at-tag` | a released version's section says that it is not, or not when |
//! | `date-differs` | a section has another day than its tag |
//! | `duplicate-section` | two sections are for one version |
//! | `empty-heading` | nothing stands below a heading of a released section |
//! | `entry-without-link` | an entry says not where it comes from |
//! | `major-breaking-without-rfc` | a major breaking change names no RFC |
//! | `breaking-without-entry` | a change that says that it breaks is not in the notes |
//! | `fragment-not-readable` | a fragment that could not go into the notes |

mod changes;
mod section;

use std::collections::BTreeMap;

use jiff::civil::Date;
use semver::Version;

use crate::{
    edit::notes::{Entry, FragmentError, MergedChange, NotesFile},
    model::{CommitId, Finding, Rule, Severity},
};

/// A release, as its tag shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaggedNotes {
    /// The tag.
    pub tag: String,
    /// The version that it stands for.
    pub version: Version,
    /// Days on which it was made.
    pub days: TagDays,
    /// Path of the notes, by the rules of that day. None: none were kept.
    pub file: Option<String>,
    /// The notes in the tag's tree. None: the file is not there.
    pub text: Option<String>,
    /// Why the file is there and is no text: `is not UTF-8`. None: nothing stands in the way.
    pub unreadable: Option<String>,
    /// A major breaking change needs an RFC (R4), by the rules of that day.
    pub rfc: bool,
    /// What was merged since the releases before it. None: it is the first, or nobody looked.
    pub changes: Option<Vec<Logged>>,
}

/// When a tag was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagDays {
    /// The day of the commit, at UTC.
    pub commit: Date,
    /// The day of the commit where it was made, by its own time zone.
    pub local: Date,
    /// The day of an annotated tag, at UTC.
    pub tagger: Option<Date>,
}

/// The notes of a revision that is no release yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadNotes {
    /// What it is called, for people: `main`.
    pub name: String,
    /// The version that its packages have, without a suffix. None: not known.
    pub version: Option<Version>,
    /// Path of the notes.
    pub file: String,
    /// The notes. None: the file is not there.
    pub text: Option<String>,
    /// A major breaking change needs an RFC (R4).
    pub rfc: bool,
    /// Entries in files of their own, by path. None: the policy names no folder for them.
    pub fragments: Option<Result<Vec<(String, Entry)>, FragmentError>>,
    /// What was merged since the releases before it.
    pub changes: Vec<Logged>,
}

/// A merged change, and the commit that brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The commit.
    pub commit: CommitId,
    /// Its day, at UTC.
    pub date: Date,
    /// What its message says.
    pub change: MergedChange,
}

/// Judge releases, by version rising, and a head.
pub fn findings(releases: &[TaggedNotes], head: Option<&HeadNotes>) -> Vec<Finding> {
    let mut judge = ReleaseNotes::default();
    releases.iter().for_each(|release| judge.add(release));
    let mut found = judge.found;
    if let Some(head) = head {
        of_head(&mut found, head, releases);
    }
    found
}

/// The notes of releases, judged one after the other, so that not all of them need to be held.
#[derive(Debug, Default)]
pub struct ReleaseNotes {
    /// What was found so far.
    pub found: Vec<Finding>,
    began: bool,
}

impl ReleaseNotes {
    /// Judge one release. By version rising.
    pub fn add(&mut self, release: &TaggedNotes) {
        if !release.version.pre.is_empty() {
            return;
        }
        if let (Some(file), Some(why)) = (&release.file, &release.unreadable) {
            self.began = true;
            self.found.push(unreadable_file(release, file, why));
            return;
        }
        match (&release.file, &release.text) {
            (Some(file), Some(text)) => {
                self.began = true;
                of_release(&mut self.found, release, file, &NotesFile::parse(text));
            }
            // What was released before there were notes has none to be missed.
            (Some(file), None) if self.began => self.found.push(missing_file(release, file)),
            _ => {}
        }
    }
}

/// A place that findings are about.
struct Subject<'s> {
    /// A tag, or a version on a branch.
    name: String,
    date: Option<Date>,
    file: &'s str,
}

impl Subject<'_> {
    fn finding(&self, kind: &str, rule: Rule, line: Option<u32>, detail: String, help: String) -> Finding {
        Finding {
            kind: kind.to_owned(),
            severity: Severity::Finding,
            subject: self.name.clone(),
            detail,
            help,
            rule,
            date: self.date,
            evidence: None,
            file: Some(self.file.to_owned()),
            line,
        }
    }
}

fn unreadable_file(release: &TaggedNotes, file: &str, why: &str) -> Finding {
    let subject = Subject { name: release.tag.clone(), date: Some(release.days.commit), file };
    let detail = format!("the tag's `{file}` {why}, so that what it says was not judged");
    let help = format!("keep `{file}` as a file of its own, in UTF-8, on the branch; the tag stays as it is");
    subject.finding("unreadable-file", Rule::R3, None, detail, help)
}

fn missing_file(release: &TaggedNotes, file: &str) -> Finding {
    let subject = Subject { name: release.tag.clone(), date: Some(release.days.commit), file };
    let detail = format!("the tag has no `{file}`, though an older one has");
    subject.finding("missing-file", Rule::R3, None, detail, format!("bring `{file}` back on the branch"))
}

fn of_release(found: &mut Vec<Finding>, release: &TaggedNotes, path: &str, file: &NotesFile<'_>) {
    let subject = Subject { name: release.tag.clone(), date: Some(release.days.commit), file: path };
    let Some(section) = file.section(&release.version) else {
        let detail = format!("the notes have no section for {}", release.version);
        let help =
            format!("write one where the notes of {} are read: on its branch, and on the forge", release.version);
        found.push(subject.finding("missing-section", Rule::R3, None, detail, help));
        return;
    };
    found.extend(section::dated(&subject, section, (file, section::dates_sections(file)), release));
    if let Some(lines) = heading_lines(file).get(&release.version) {
        found.extend(section::twice(&subject, &release.version, lines));
    }
    found.extend(section::empty_headings(&subject, section));
    found.extend(section::entries(&subject, section, release.rfc));
    if let Some(changes) = &release.changes {
        found.extend(changes::without_entry(&subject, changes, Some(section), &[], release.rfc));
    }
}

/// The lines on which sections of each version begin.
fn heading_lines<'f>(file: &'f NotesFile<'_>) -> BTreeMap<&'f Version, Vec<u32>> {
    let mut lines: BTreeMap<&Version, Vec<u32>> = BTreeMap::new();
    for section in &file.sections {
        if let Some(version) = section.version() {
            lines.entry(version).or_default().push(section.heading.line);
        }
    }
    lines
}

fn of_head(found: &mut Vec<Finding>, head: &HeadNotes, releases: &[TaggedNotes]) {
    let subject = |name: String| Subject { name, date: None, file: &head.file };
    let fragments: &[(String, Entry)] = match &head.fragments {
        Some(Ok(fragments)) => fragments,
        Some(Err(error)) => {
            found.push(fragment_not_readable(head, error));
            &[]
        }
        None => &[],
    };
    found.extend(section::fragments(&head.name, fragments, head.rfc));
    let Some(text) = &head.text else {
        let detail = format!("`{}` has no `{}`", head.name, head.file);
        let help = "write one, or name the right file in `[notes] file`".to_owned();
        found.push(subject(head.name.clone()).finding("missing-file", Rule::R3, None, detail, help));
        return;
    };
    let file = NotesFile::parse(text);
    let released: BTreeMap<&Version, &TaggedNotes> =
        releases.iter().map(|release| (&release.version, release)).collect();
    let is_dated = section::dates_sections(&file);
    for section in &file.sections {
        let version = section.version();
        let release = version.and_then(|version| released.get(version));
        let name = version.map_or_else(|| "unreleased".to_owned(), ToString::to_string);
        let subject = subject(format!("{name} on {}", head.name));
        match release {
            // What it says of its entries is judged where it was released.
            Some(release) => found.extend(section::dated(&subject, section, (&file, is_dated), release)),
            None => found.extend(section::entries(&subject, section, head.rfc)),
        }
    }
    for (version, lines) in heading_lines(&file) {
        found.extend(section::twice(&subject(format!("{version} on {}", head.name)), version, &lines));
    }
    let is_released = |version: &Version| released.contains_key(version);
    let carried = head.version.as_ref().filter(|version| !is_released(version));
    let next = carried
        .and_then(|version| file.section(version))
        .or_else(|| file.sections.iter().find(|section| !section.version().is_some_and(is_released)));
    if let Some(version) = carried.filter(|_| next.is_none() && head.fragments.is_none()) {
        let detail = format!("`{}` carries {version}, and the notes have no section for it", head.name);
        let help = format!("add a section for {version} on top");
        let subject = subject(format!("{version} on {}", head.name));
        found.push(subject.finding("missing-section", Rule::R3, None, detail, help));
    }
    let subject = subject(head.name.clone());
    found.extend(changes::without_entry(&subject, &head.changes, next, fragments, head.rfc));
}

fn fragment_not_readable(head: &HeadNotes, error: &FragmentError) -> Finding {
    Finding {
        kind: "fragment-not-readable".to_owned(),
        severity: Severity::Finding,
        subject: head.name.clone(),
        detail: error.cause.to_string(),
        help: "fix the fragment; `stationmaster notes add` writes one that reads".to_owned(),
        rule: Rule::R3,
        date: None,
        evidence: None,
        file: Some(error.path.clone()),
        line: u32::try_from(error.line).ok(),
    }
}

#[cfg(test)]
mod tests;
