//! What becomes of a requirement when the package it is on moves (X6).
//!
//! The requirement keeps its form: operator, number of parts, spacing. It is left as it is where it names another version
//! than the old one and still lets the new one in: then somebody chose it.
//!
//! Rules: X11.

use std::fmt::Write;

use semver::{Version, VersionReq};

/// The requirement after its package moved from `old` to `new`. None: it stays as it is.
///
/// - `=1.2.3`, `1.2.3`, `^1.2`, `~1`, `1.*` name the new version with as many parts as before.
/// - `*` stays; on a pre-release, which it keeps out, it becomes `>=2.0.0-rc.1`.
/// - A range stays while it lets the new version in. Else an upper bound that is too low becomes the next incompatible version
///   after the new one, and a lower bound that is too high becomes the new version.
/// - A pre-release is always written in full, since no shorter requirement lets it in; of a range it becomes
///   `>=2.0.0-rc.1, <3`.
pub(super) fn follow(text: &str, old: &Version, new: &Version) -> Result<Option<String>, semver::Error> {
    let requirement = VersionReq::parse(text)?;
    let parts: Vec<Part<'_>> = text.split(',').map(Part::read).collect();
    let after = match &parts[..] {
        [part] if part.is_any() && requirement.matches(new) => return Ok(None),
        [part] if part.is_any() => part.with(">=", &plain(new)),
        [part] if !part.is_bound() => {
            if !part.names(old) && requirement.matches(new) {
                return Ok(None);
            }
            part.naming(new)
        }
        _ if requirement.matches(new) => return Ok(None),
        parts => widened(parts, new),
    };
    Ok((after != text).then_some(after))
}

fn widened(parts: &[Part<'_>], new: &Version) -> String {
    let wide = parts.iter().map(|part| part.letting_in(new)).collect::<Vec<_>>().join(",");
    if VersionReq::parse(&wide).is_ok_and(|requirement| requirement.matches(new)) {
        return wide;
    }
    match next_incompatible(new, 1) {
        Some(next) => format!(">={}, <{next}", plain(new)),
        None => format!(">={}", plain(new)),
    }
}

/// The version without build metadata, which no requirement looks at.
fn plain(version: &Version) -> String {
    first_parts(version, 3)
}

/// The first so many numbers of a version; of all three, with the pre-release.
fn first_parts(version: &Version, count: usize) -> String {
    let numbers = [version.major, version.minor, version.patch];
    let mut text = numbers[..count.clamp(1, 3)].iter().map(u64::to_string).collect::<Vec<_>>().join(".");
    if count >= 3 && !version.pre.is_empty() {
        write!(text, "-{}", version.pre).expect("a String takes everything");
    }
    text
}

/// The lowest version that is incompatible with `version`, in so many parts or as many as it takes. None: there is none.
fn next_incompatible(version: &Version, count: usize) -> Option<String> {
    Some(match version.major {
        0 => first_parts(&Version::new(0, version.minor.checked_add(1)?, 0), count.max(2)),
        major => first_parts(&Version::new(major.checked_add(1)?, 0, 0), count),
    })
}

/// One of the parts between commas: ` >=1.2 ` is space, operator, space, version, space.
struct Part<'t> {
    before: &'t str,
    operator: &'t str,
    between: &'t str,
    version: &'t str,
    after: &'t str,
}

impl<'t> Part<'t> {
    fn read(text: &'t str) -> Self {
        let (before, rest) = split_where(text, |c| !c.is_whitespace());
        let (operator, rest) = split_where(rest, |c| !matches!(c, '=' | '<' | '>' | '^' | '~'));
        let (between, rest) = split_where(rest, |c| !c.is_whitespace());
        let (version, after) = split_where(rest, char::is_whitespace);
        Self { before, operator, between, version, after }
    }

    fn numbers(&self) -> Vec<&'t str> {
        let end = self.version.find(['-', '+']).unwrap_or(self.version.len());
        self.version[..end].split('.').collect()
    }

    fn is_any(&self) -> bool {
        is_wildcard(self.numbers()[0])
    }

    /// `>`, `>=`, `<` or `<=`.
    fn is_bound(&self) -> bool {
        self.operator.starts_with(['<', '>'])
    }

    /// Whether the parts that are there are those of a version.
    fn names(&self, version: &Version) -> bool {
        let numbers = self.numbers();
        let given: Vec<&str> = numbers.iter().copied().take_while(|number| !is_wildcard(number)).collect();
        let exact = [version.major, version.minor, version.patch];
        let same = given.iter().zip(exact).all(|(text, number)| text.parse() == Ok(number));
        let pre = self.version.split('+').next().and_then(|text| text.split_once('-')).map_or("", |(_, pre)| pre);
        same && pre == if given.len() < 3 { "" } else { version.pre.as_str() }
    }

    /// The same form, for another version.
    fn naming(&self, version: &Version) -> String {
        if !version.pre.is_empty() {
            return self.with(self.operator, &plain(version));
        }
        let numbers = self.numbers();
        let given = numbers.iter().take_while(|number| !is_wildcard(number)).count();
        let wildcards = numbers[given..].iter().fold(String::new(), |text, number| text + "." + number);
        self.with(self.operator, &(first_parts(version, given) + &wildcards))
    }

    /// The same, changed only if it keeps a version out.
    fn letting_in(&self, version: &Version) -> String {
        let count = self.numbers().iter().take_while(|number| !is_wildcard(number)).count();
        let whole = format!("{}{}", self.operator, self.version);
        if VersionReq::parse(&whole).is_ok_and(|requirement| requirement.matches(version)) {
            return self.with(self.operator, self.version);
        }
        match self.operator {
            "<" => match next_incompatible(version, count) {
                Some(next) => self.with("<", &next),
                None => self.with("<=", &plain(version)),
            },
            ">" | ">=" => self.with(">=", &first_parts(version, if version.pre.is_empty() { count } else { 3 })),
            _ => self.naming(version),
        }
    }

    fn with(&self, operator: &str, version: &str) -> String {
        [self.before, operator, self.between, version, self.after].concat()
    }
}

fn is_wildcard(number: &str) -> bool {
    matches!(number, "*" | "x" | "X")
}

/// Split before the first letter that `is_end` takes.
fn split_where(text: &str, is_end: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(is_end).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn follows(text: &str, old: &str, new: &str) -> String {
        let version = |text: &str| text.parse().expect("a version");
        let after = follow(text, &version(old), &version(new)).expect("a requirement");
        after.unwrap_or_else(|| "stays".to_owned())
    }

    #[test]
    fn a_requirement_keeps_its_operator_and_its_number_of_parts() {
        assert_eq!(follows("=4.0.0", "4.0.0", "5.0.0"), "=5.0.0");
        assert_eq!(follows("= 4.0.0", "4.0.0", "5.0.0"), "= 5.0.0");
        assert_eq!(follows("0.91.2", "0.91.2", "0.92.0"), "0.92.0");
        assert_eq!(follows("^1.2", "1.2.9", "2.0.0"), "^2.0");
        assert_eq!(follows("~1", "1.2.9", "2.0.0"), "~2");
        assert_eq!(follows("1.2.*", "1.2.9", "2.0.0"), "2.0.*");
        assert_eq!(follows(" 1 ", "1.2.9", "2.0.0"), " 2 ");
        assert_eq!(follows("4.0.0", "4.0.0", "4.0.1"), "4.0.1");
    }

    #[test]
    fn a_requirement_that_says_the_same_of_the_new_version_stays() {
        assert_eq!(follows("1", "1.2.9", "1.3.0"), "stays");
        assert_eq!(follows("*", "1.2.9", "2.0.0"), "stays");
        assert_eq!(follows("1.*", "1.2.9", "1.3.0"), "stays");
    }

    #[test]
    fn a_lower_requirement_that_lets_the_new_version_in_stays() {
        assert_eq!(follows("1.1.0", "1.2.9", "1.3.0"), "stays");
        assert_eq!(follows("1.1.0", "1.2.9", "2.0.0"), "2.0.0");
    }

    #[test]
    fn a_range_is_widened_only_where_it_keeps_the_new_version_out() {
        assert_eq!(follows(">=1, <3", "1.2.9", "2.0.0"), "stays");
        assert_eq!(follows(">=1, <2", "1.2.9", "2.0.0"), ">=1, <3");
        assert_eq!(follows(">= 0.5.0, < 0.6.0", "0.5.1", "0.6.0"), ">= 0.5.0, < 0.7.0");
        assert_eq!(follows(">=0.5, <1", "0.5.1", "1.0.0"), ">=0.5, <2");
        assert_eq!(follows(">=1.0.0, <=1.9", "1.2.9", "2.0.0"), ">=1.0.0, <=2.0");
        assert_eq!(follows(">=1", "1.2.9", "2.0.0"), "stays");
        assert_eq!(follows("=1.2.9, <2", "1.2.9", "2.0.0"), "=2.0.0, <3");
    }

    #[test]
    fn a_prerelease_is_written_in_full() {
        assert_eq!(follows("1", "1.2.9", "2.0.0-rc.1"), "2.0.0-rc.1");
        assert_eq!(follows("=1.2.9", "1.2.9", "2.0.0-dev"), "=2.0.0-dev");
        assert_eq!(follows("1.*", "1.2.9", "2.0.0-dev"), "2.0.0-dev");
        assert_eq!(follows("=2.0.0-dev", "2.0.0-dev", "2.0.0-rc.1"), "=2.0.0-rc.1");
        assert_eq!(follows("2.0.0-rc.1", "2.0.0-rc.1", "2.0.0"), "2.0.0");
        assert_eq!(follows(">=1, <2", "1.2.9", "2.0.0-rc.1"), ">=2.0.0-rc.1, <3");
        assert_eq!(follows("*", "1.2.9", "2.0.0-rc.1"), ">=2.0.0-rc.1");
        assert_eq!(follows(">=2.0.0-rc.1", "2.0.0-rc.1", "2.0.0"), "stays");
        assert_eq!(follows(">=2.0.0-rc.1", "2.0.0", "3.0.0-dev"), ">=3.0.0-dev");
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_form_the_new_version_is_let_in(
            operator in "(=|\\^|~|>=|<|<=||=? |\\*)",
            parts in 1usize..=3,
            upper in proptest::option::of(1u64..9),
            old in (0u64..5, 0u64..5, 0u64..5),
            new in (0u64..9, 0u64..9, 0u64..9),
            candidate: bool,
        ) {
            let old = Version::new(old.0, old.1, old.2);
            let mut new = Version::new(new.0, new.1, new.2);
            if candidate {
                new.pre = "rc.1".parse().expect("a pre-release");
            }
            let upper = upper.map_or(String::new(), |upper| format!(", <{upper}"));
            let any = operator == "*";
            let text = if any { operator } else { format!("{operator}{}{upper}", first_parts(&old, parts)) };
            let after = follow(&text, &old, &new).expect("a requirement").unwrap_or(text);
            proptest::prop_assert!(VersionReq::parse(&after).expect("still one").matches(&new), "{after} and {new}");
        }
    }
}
