//! The registry's own rules, known before anything is uploaded (X12).
//!
//! They are crates.io's, as its publish endpoint enforces them: a breach here is an upload refused there, on the day, half-way
//! through a release. Each rule is one function over a crate's facts.

mod asked;
mod categories;
mod dependencies;
mod in_index;
mod names;
mod owners;
mod packages;
mod places;
mod preflight;
mod readme_links;
mod readmes;
mod tokens;
mod workspace;

use semver::{Version, VersionReq};
use url::Url;

pub use asked::release_in_index;
pub use categories::CATEGORY_SLUGS;
pub use in_index::{InIndex, ReleaseInIndex};
use in_index::{names_to_ask, other_spellings};
pub use packages::packages;
pub use places::in_files;
pub use preflight::{Forecast, Preflight, dev_circles};
pub use readme_links::{readme_links, readme_paths};
pub use readmes::absent_readmes;
pub use workspace::{manifest_facts, workspace};

pub use crate::model::{CrateFacts, DependencyFact, Packaged, ReadmeFact};
use crate::{
    model::{CrateVersions, Finding, Rule, Severity},
    policy::Publish,
};

/// What a registry allows. The defaults are crates.io's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegistryLimits {
    /// Largest `.crate` file, in bytes.
    pub size: u64,
    /// Largest sum of its files, unpacked, in bytes.
    pub unpacked_size: u64,
    /// Most features, and most things one feature may enable.
    pub features: usize,
    /// Most dependencies.
    pub dependencies: usize,
    /// Dependencies may come from other registries.
    pub other_registries: bool,
}

impl RegistryLimits {
    /// What the registry allows that a policy publishes to. Of a registry other than crates.io no limits are known.
    pub fn of(publish: &Publish) -> Self {
        let crates_io = Self::default();
        if publish.registry.is_none() {
            return crates_io;
        }
        let (features, dependencies) = (usize::MAX, usize::MAX);
        Self { size: u64::MAX, unpacked_size: u64::MAX, features, dependencies, other_registries: true }
    }
}

impl Default for RegistryLimits {
    fn default() -> Self {
        Self {
            size: 10 * 1024 * 1024,
            unpacked_size: 512 * 1024 * 1024,
            features: 300,
            dependencies: 500,
            other_registries: false,
        }
    }
}

/// Longest description, in bytes.
const DESCRIPTION: usize = 1000;
/// Longest version, in characters.
const VERSION: usize = 150;
/// Most keywords and most categories.
const WORDS: usize = 5;
/// Longest keyword, in bytes.
const KEYWORD: usize = 20;

/// Judge one crate. `published` is what the index says of it. Findings come in the order of the manifest's keys.
pub fn judge(facts: &CrateFacts, published: &CrateVersions, limits: RegistryLimits) -> Vec<Finding> {
    let mut findings = names::judge(facts);
    findings.extend(version(facts, published));
    findings.extend(description(facts));
    findings.extend(license(facts));
    findings.extend(urls(facts));
    findings.extend(rust_version(facts));
    findings.extend(keywords(facts));
    findings.extend(categories::judge(facts));
    findings.extend(readme(facts));
    findings.extend(dependencies::judge(facts, limits));
    findings.extend(size(facts, limits));
    findings
}

/// A breach: the registry would refuse the upload.
fn breach(facts: &CrateFacts, kind: &str, detail: String, help: impl Into<String>) -> Finding {
    Finding {
        date: None,
        evidence: None,
        kind: kind.to_owned(),
        severity: Severity::Finding,
        subject: format!("{} {}", facts.name, facts.version),
        detail,
        help: help.into(),
        rule: Rule::X12,
        file: None,
        line: None,
    }
}

/// Good to know; the upload goes through.
fn information(facts: &CrateFacts, kind: &str, detail: String, help: impl Into<String>) -> Finding {
    Finding { severity: Severity::Information, ..breach(facts, kind, detail, help) }
}

fn version(facts: &CrateFacts, published: &CrateVersions) -> Option<Finding> {
    let Ok(version) = facts.version.parse::<Version>() else {
        let detail = format!("`{}` is not a semantic version", facts.version);
        return Some(breach(facts, "invalid-version", detail, "write `package.version` as MAJOR.MINOR.PATCH"));
    };
    if facts.version.chars().count() > VERSION {
        let detail = format!("the version has more than {VERSION} characters");
        return Some(breach(facts, "invalid-version", detail, "shorten its pre-release part"));
    }
    // The registry takes 1.0.0+a and 1.0.0+b for the same version.
    let same =
        |other: &&Version| (other.major, other.minor, other.patch) == (version.major, version.minor, version.patch);
    let taken = published.keys().filter(same).any(|other| other.pre == version.pre);
    taken.then(|| {
        let detail = format!("crate version `{version}` is already uploaded");
        breach(facts, "duplicate-version", detail, "release under a new version: a published one can never be replaced")
    })
}

fn description(facts: &CrateFacts) -> Option<Finding> {
    match facts.description.as_deref() {
        None | Some("") => {
            let detail = "`description` is missing or empty".to_owned();
            Some(breach(
                facts,
                "missing-description",
                detail,
                "write `package.description`: one line of what the crate is",
            ))
        }
        Some(text) if text.len() > DESCRIPTION => {
            let detail = format!("`description` has {} bytes; at most {DESCRIPTION} are allowed", text.len());
            Some(breach(facts, "long-description", detail, "shorten `package.description`"))
        }
        Some(_) => None,
    }
}

fn license(facts: &CrateFacts) -> Option<Finding> {
    let absent = |field: &Option<String>| field.as_deref().is_none_or(str::is_empty);
    (absent(&facts.license) && absent(&facts.license_file)).then(|| {
        let detail = "`license` and `license-file` are both missing or empty".to_owned();
        breach(
            facts,
            "missing-license",
            detail,
            "write `package.license`, an SPDX expression such as `MIT OR Apache-2.0`",
        )
    })
}

fn urls(facts: &CrateFacts) -> Vec<Finding> {
    let fields =
        [("homepage", &facts.homepage), ("documentation", &facts.documentation), ("repository", &facts.repository)];
    let bad = fields.into_iter().filter_map(|(field, url)| url.as_deref().map(|url| (field, url)));
    bad.filter(|(_, url)| !is_web_address(url))
        .map(|(field, url)| {
            let detail = format!("`{field}` is not a web address: `{url}`");
            breach(facts, "invalid-url", detail, format!("let `package.{field}` begin with `https://`, or take it out"))
        })
        .collect()
}

/// As crates.io judges it: with both slashes, which its parser would add, and sound for that parser, which is ours too.
fn is_web_address(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && Url::parse(url).is_ok()
}

fn rust_version(facts: &CrateFacts) -> Option<Finding> {
    let text = facts.rust_version.as_deref()?;
    let plain = text.chars().all(|c| c.is_ascii_digit() || c == '.') && VersionReq::parse(text).is_ok();
    (!plain).then(|| {
        let detail = format!("`rust-version` is not a plain version: `{text}`");
        breach(facts, "invalid-rust-version", detail, "write `package.rust-version` as `1.85` or `1.85.0`")
    })
}

fn keywords(facts: &CrateFacts) -> Vec<Finding> {
    let mut findings = Vec::new();
    if facts.keywords.len() > WORDS {
        let detail = format!("{} keywords; at most {WORDS} are allowed", facts.keywords.len());
        findings.push(breach(facts, "too-many-keywords", detail, format!("keep {WORDS} of `package.keywords`")));
    }
    for keyword in &facts.keywords {
        if keyword.len() > KEYWORD {
            let detail = format!("keyword `{keyword}` is longer than {KEYWORD} characters");
            findings.push(breach(facts, "invalid-keyword", detail, "shorten it or take it out of `package.keywords`"));
        } else if !is_keyword(keyword) {
            let detail = format!("`{keyword}` is no valid keyword");
            let help = "start keywords with a letter or digit, and use only letters, digits, `-`, `_` and `+`";
            findings.push(breach(facts, "invalid-keyword", detail, help));
        }
    }
    findings
}

fn is_keyword(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphanumeric())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+'))
}

/// A readme that the manifest names must be in the package; a crate without one is taken, but its page stays empty.
fn readme(facts: &CrateFacts) -> Option<Finding> {
    match &facts.readme {
        Some(readme) if readme.present => None,
        Some(readme) => {
            let detail = format!("the readme `{}` is not in the package", readme.path);
            let help = "add the file, or correct `package.readme`, `package.include` or `package.exclude`";
            Some(breach(facts, "missing-readme", detail, help))
        }
        None => {
            let detail = "the crate has no readme; its page in the registry will be empty".to_owned();
            Some(information(facts, "no-readme", detail, "add a README.md, or set `package.readme`"))
        }
    }
}

fn size(facts: &CrateFacts, limits: RegistryLimits) -> Vec<Finding> {
    let help = "keep files that users do not need out of the package with `package.exclude` or `package.include`";
    let mut findings = Vec::new();
    if facts.size > limits.size {
        let detail = format!("the crate file has {} bytes; max upload size is: {}", facts.size, limits.size);
        findings.push(breach(facts, "too-large", detail, help));
    } else if facts.size > limits.size / 10 * 9 {
        let share = facts.size * 100 / limits.size.max(1);
        let detail =
            format!("the crate file has {} bytes, {share} % of the {} that are allowed", facts.size, limits.size);
        findings.push(information(facts, "nearly-too-large", detail, help));
    }
    if facts.unpacked_size > limits.unpacked_size {
        let (found, most) = (facts.unpacked_size, limits.unpacked_size);
        let detail = format!("unpacked, the crate has {found} bytes; at most {most} are allowed");
        findings.push(breach(facts, "too-large-unpacked", detail, help));
    }
    findings
}

#[cfg(test)]
mod tests;
