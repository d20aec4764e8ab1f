//! Which package names two lists of patterns have in common, from the patterns alone.
//!
//! A pattern of `*`, `?` and plain characters is a small automaton. Walking those of two groups, and of what they exclude,
//! side by side finds the shortest name that both take, or that there is none.

use std::collections::{BTreeSet, HashSet, VecDeque};

/// How many joint states are looked at before giving up. Real policies need some hundred.
const STATE_LIMIT: usize = 20_000;

/// A group's patterns.
pub(super) struct Members<'a> {
    pub(super) includes: Vec<&'a str>,
    pub(super) excludes: Vec<&'a str>,
}

impl Members<'_> {
    /// Whether the group takes a package, by its patterns.
    #[cfg(test)]
    fn takes(&self, name: &str) -> bool {
        let fits =
            |patterns: &[&str]| patterns.iter().any(|pattern| alternatives(pattern).iter().any(|p| fits(p, name)));
        fits(&self.includes) && !fits(&self.excludes)
    }
}

/// The pattern of the first group that reaches into the second, and a package name that both take.
pub(super) fn overlap<'a>(first: &Members<'a>, second: &Members<'a>) -> Option<(&'a str, String)> {
    let excludes: Vec<String> =
        first.excludes.iter().chain(&second.excludes).flat_map(|pattern| alternatives(pattern)).collect();
    for left in &first.includes {
        for right in &second.includes {
            for (a, b) in pairs(left, right) {
                if let Some(name) = common_name(&a, &b, &excludes) {
                    return Some((left, name));
                }
            }
        }
    }
    None
}

fn pairs(left: &str, right: &str) -> Vec<(String, String)> {
    let rights = alternatives(right);
    alternatives(left).into_iter().flat_map(|a| rights.iter().map(move |b| (a.clone(), b.clone()))).collect()
}

/// `a{b,c}` as `ab` and `ac`. A pattern with a character class, which has no alternatives of this kind, gives none: whether it
/// overlaps is for the real packages to tell.
fn alternatives(pattern: &str) -> Vec<String> {
    if pattern.contains(['[', '\\']) {
        return Vec::new();
    }
    let Some((before, rest)) = pattern.split_once('{') else { return vec![pattern.to_owned()] };
    let Some((inside, after)) = rest.split_once('}') else { return Vec::new() };
    inside.split(',').flat_map(|choice| alternatives(&format!("{before}{choice}{after}"))).collect()
}

/// The shortest name that both patterns take and no exclude does.
fn common_name(left: &str, right: &str, excludes: &[String]) -> Option<String> {
    // What is excluded as it stands needs no search; real policies exclude from one group what another takes.
    if excludes.iter().any(|exclude| exclude == left || exclude == right) {
        return None;
    }
    if is_plain(left) || is_plain(right) {
        let name = if is_plain(left) { left } else { right };
        let taken = fits(left, name) && fits(right, name) && !excludes.iter().any(|exclude| fits(exclude, name));
        return taken.then(|| name.to_owned());
    }
    let globs: Vec<Vec<char>> =
        [left, right].into_iter().chain(excludes.iter().map(String::as_str)).map(|p| p.chars().collect()).collect();
    let alphabet = alphabet(&globs);
    let start: Vec<BTreeSet<usize>> = globs.iter().map(|glob| closure(glob, [0].into())).collect();
    // The start is not seen yet: it stands for the empty name, which no package has.
    let mut seen = HashSet::new();
    let mut queue = VecDeque::from([(start, String::new())]);
    while let Some((states, name)) = queue.pop_front() {
        let accepted = |at: usize| states[at].contains(&globs[at].len());
        if !name.is_empty() && accepted(0) && accepted(1) && !(2..globs.len()).any(accepted) {
            return Some(rounded(name, |name| {
                fits(left, name) && fits(right, name) && !excludes.iter().any(|exclude| fits(exclude, name))
            }));
        }
        if seen.len() > STATE_LIMIT || name.len() > 64 {
            return None;
        }
        for c in &alphabet {
            let next: Vec<_> = globs.iter().zip(&states).map(|(glob, states)| step(glob, states, *c)).collect();
            let alive = !next[0].is_empty() && !next[1].is_empty();
            if alive && seen.insert(next.clone()) {
                queue.push_back((next, format!("{name}{c}")));
            }
        }
    }
    None
}

/// No package's name ends in a hyphen: one letter more, where that fits as well.
fn rounded(name: String, fits: impl Fn(&str) -> bool) -> String {
    let longer = format!("{name}x");
    if name.ends_with(['-', '_']) && fits(&longer) { longer } else { name }
}

fn is_plain(pattern: &str) -> bool {
    !pattern.contains(['*', '?'])
}

/// The characters the patterns speak of, and one that they do not, which stands for all others.
fn alphabet(globs: &[Vec<char>]) -> Vec<char> {
    let named: BTreeSet<char> = globs.iter().flatten().copied().filter(|c| !"*?".contains(*c)).collect();
    let other = ('a'..='z').find(|c| !named.contains(c));
    other.into_iter().chain(named.iter().copied()).collect()
}

/// Positions reachable without a character: past a `*`.
fn closure(glob: &[char], mut states: BTreeSet<usize>) -> BTreeSet<usize> {
    for (at, c) in glob.iter().enumerate() {
        if *c == '*' && states.contains(&at) {
            states.insert(at + 1);
        }
    }
    states
}

fn step(glob: &[char], states: &BTreeSet<usize>, c: char) -> BTreeSet<usize> {
    let next = states.iter().filter_map(|&at| match glob.get(at)? {
        '*' => Some(at),
        '?' => Some(at + 1),
        plain if *plain == c => Some(at + 1),
        _ => None,
    });
    closure(glob, next.collect())
}

fn fits(pattern: &str, name: &str) -> bool {
    let glob: Vec<char> = pattern.chars().collect();
    let end = name.chars().fold(closure(&glob, [0].into()), |states, c| step(&glob, &states, c));
    end.contains(&glob.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members<'a>(patterns: &[&'a str]) -> Members<'a> {
        Members {
            includes: patterns.iter().filter(|p| !p.starts_with('!')).copied().collect(),
            excludes: patterns.iter().filter_map(|p| p.strip_prefix('!')).collect(),
        }
    }

    fn witness(first: &[&str], second: &[&str]) -> Option<String> {
        overlap(&members(first), &members(second)).map(|(_, name)| name)
    }

    #[test]
    fn groups_that_share_a_name_are_found_with_an_example() {
        assert_eq!(witness(&["core", "cli"], &["cli"]).as_deref(), Some("cli"));
        assert_eq!(witness(&["core-*"], &["core-api"]).as_deref(), Some("core-api"));
        assert_eq!(witness(&["a*"], &["*b"]).as_deref(), Some("ab"));
        assert_eq!(witness(&["a*"], &["*b", "!ab"]).as_deref(), Some("acb"));
        assert_eq!(witness(&["x-{a,b}"], &["*-b"]).as_deref(), Some("x-b"));
        assert_eq!(witness(&["*"], &["*"]).as_deref(), Some("a"));
        assert_eq!(witness(&["*"], &["cranelift*"]).as_deref(), Some("cranelift"));
    }

    #[test]
    fn groups_apart_are_left_alone() {
        assert_eq!(witness(&["a-*"], &["b-*"]), None);
        assert_eq!(witness(&["*", "!cranelift*"], &["cranelift*"]), None);
        assert_eq!(witness(&["*", "!cranelift", "!cranelift-*"], &["cranelift", "cranelift-*"]), None);
        assert_eq!(witness(&["wasmtime*", "!wasmtime-x"], &["wasmtime-x"]), None);
        assert_eq!(witness(&["a?"], &["a"]), None);
    }

    proptest::proptest! {
        #[test]
        fn a_witness_is_taken_by_both_and_none_means_none_of_many(
            first in proptest::collection::vec("!?[ab*?]{1,4}", 1..4),
            second in proptest::collection::vec("!?[ab*?]{1,4}", 1..4),
            names in proptest::collection::vec("[abc]{1,6}", 20),
        ) {
            let (first, second): (Vec<_>, Vec<_>) =
                (first.iter().map(String::as_str).collect(), second.iter().map(String::as_str).collect());
            let (a, b) = (members(&first), members(&second));
            match overlap(&a, &b) {
                Some((_, name)) => proptest::prop_assert!(a.takes(&name) && b.takes(&name)),
                None => for name in names {
                    proptest::prop_assert!(!(a.takes(&name) && b.takes(&name)), "{}", name);
                },
            }
        }
    }
}
