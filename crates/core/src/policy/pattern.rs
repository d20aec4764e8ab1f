//! Names with a place for a version, both ways.

use semver::Version;

use super::{
    Pattern,
    error::{Fault, Problem},
    raw::At,
};

const PLACEHOLDERS: [&str; 4] = ["version", "major", "minor", "patch"];

impl Pattern {
    /// The name for a version: `release-{version}` and 4.0.0 give `release-4.0.0`.
    pub fn with(&self, version: &Version) -> String {
        self.0
            .replace("{version}", &version.to_string())
            .replace("{major}", &version.major.to_string())
            .replace("{minor}", &version.minor.to_string())
            .replace("{patch}", &version.patch.to_string())
    }

    /// The version a name was made from; what the pattern does not hold is 0. None if the name does not fit the pattern.
    pub fn version_of(&self, name: &str) -> Option<Version> {
        let mut rest = name;
        let mut version = Version::new(0, 0, 0);
        let mut parts = parts(&self.0).peekable();
        while let Some(part) = parts.next() {
            match part {
                Part::Text(text) => rest = rest.strip_prefix(text)?,
                Part::Placeholder(placeholder) => {
                    let end = match parts.peek() {
                        Some(Part::Text(text)) if placeholder == "version" => rest.rfind(text)?,
                        _ if placeholder == "version" => rest.len(),
                        _ => rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()),
                    };
                    let (value, after) = rest.split_at(end);
                    rest = after;
                    match placeholder {
                        "version" => version = value.parse().ok()?,
                        "major" => version.major = value.parse().ok()?,
                        "minor" => version.minor = value.parse().ok()?,
                        _ => version.patch = value.parse().ok()?,
                    }
                }
            }
        }
        (rest.is_empty() && self.with(&version) == name).then_some(version)
    }

    /// The text, as written in the policy.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

enum Part<'a> {
    Text(&'a str),
    Placeholder(&'a str),
}

/// Splits `v{version}` into `v` and the placeholder. An unclosed brace is text.
fn parts(pattern: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = pattern;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((placeholder, after)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            rest = after;
            return Some(Part::Placeholder(placeholder));
        }
        let end = rest[1..].find('{').map_or(rest.len(), |at| at + 1);
        let (text, after) = rest.split_at(end);
        rest = after;
        Some(Part::Text(text))
    })
}

/// Placeholders of a pattern that are not among the known ones.
pub(super) fn unknown_placeholder(pattern: &str, known: &[&str]) -> Option<String> {
    parts(pattern).find_map(|part| match part {
        Part::Placeholder(placeholder) if !known.contains(&placeholder) => Some(placeholder.to_owned()),
        _ => None,
    })
}

/// A pattern for branch or tag names: only known placeholders, all that tells two lines apart, and a name git allows.
pub(super) fn ref_pattern(key: &str, text: &At<String>, example: &str, lines_only: bool) -> Result<Pattern, Fault> {
    let pattern = &text.value;
    if let Some(placeholder) = unknown_placeholder(pattern, &PLACEHOLDERS) {
        let known = PLACEHOLDERS.map(str::to_owned).to_vec();
        let problem = Problem::UnknownPlaceholder { key: key.to_owned(), placeholder, known };
        return Err(Fault::new(text.span, problem));
    }
    let tells_lines_apart = lines_only && pattern.contains("{major}");
    if !pattern.contains("{version}") && !tells_lines_apart {
        let problem = Problem::NoVersion { key: key.to_owned(), example: example.to_owned() };
        return Err(Fault::new(text.span, problem));
    }
    let made = Pattern(pattern.clone());
    let name = made.with(&Version::new(1, 0, 0));
    if !allowed_by_git(&name) {
        return Err(Fault::new(text.span, Problem::BadRefName { key: key.to_owned(), name }));
    }
    Ok(made)
}

/// The rules of `git check-ref-format` for a short name.
pub(crate) fn allowed_by_git(name: &str) -> bool {
    let forbidden = |c: char| c.is_control() || " ~^:?*[\\{}".contains(c);
    !name.is_empty()
        && !name.contains(forbidden)
        && !name.contains("..")
        && !name.contains("@{")
        && !name.starts_with(['-', '/'])
        && !name.ends_with(['/', '.'])
        && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern(text.to_owned())
    }

    #[test]
    fn a_name_and_its_version_lead_to_each_other() {
        for (text, version, name) in [
            ("release-{version}", "4.0.0", "release-4.0.0"),
            ("v{version}", "49.0.0-rc.1", "v49.0.0-rc.1"),
            ("{version}-stable", "1.2.3", "1.2.3-stable"),
            ("stable-v{major}.{minor}", "0.26.0", "stable-v0.26"),
            ("{major}/x", "7.0.0", "7/x"),
        ] {
            let version: Version = version.parse().expect("version");
            assert_eq!(pattern(text).with(&version), name);
            assert_eq!(pattern(text).version_of(name), Some(version));
        }
    }

    #[test]
    fn other_names_give_no_version() {
        for (text, name) in [
            ("v{version}", "4.0.0"),
            ("v{version}", "v4.0"),
            ("v{version}", "v4.0.0.1"),
            ("v{version}", "vnext"),
            ("release-{version}", "release-4.0.0/x"),
            ("release-{major}", "release-04"),
            ("release-{major}", "release-"),
        ] {
            assert_eq!(pattern(text).version_of(name), None, "{text} {name}");
        }
    }
}
