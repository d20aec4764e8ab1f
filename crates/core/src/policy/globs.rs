//! Which package names two lists of patterns have in common, from the patterns alone.
//!
//! A pattern of `*`, `?` and plain characters is a small automaton. Walking those of two groups, and of what they exclude,
//! side by side finds the shortest name that both take, or that there is none.

use std::collections::{BTreeSet, HashSet, VecDeque};

/// How many joint states, times patterns, are looked at before giving up. Real policies need some hundred.
const STATE_LIMIT: usize = 20_000;
/// How many pairs of patterns that begin alike are looked at, and how many of them are walked. Real policies have some hundred.
const PAIR_LIMIT: usize = 500_000;
/// See [`PAIR_LIMIT`].
pub(super) const WALK_LIMIT: usize = 2_000;

/// A group's patterns.
pub(super) struct Members<'a> {
    includes: Vec<&'a str>,
    /// What it excludes as it stands, and by signs.
    plain: HashSet<String>,
    globs: Vec<String>,
}

impl<'a> Members<'a> {
    /// Patterns as they are written: those with `!` in front exclude.
    pub(super) fn of(patterns: impl IntoIterator<Item = &'a str>) -> Self {
        let (excludes, includes): (Vec<&str>, Vec<&str>) =
            patterns.into_iter().partition(|pattern| pattern.starts_with('!'));
        let excludes = excludes.iter().flat_map(|pattern| alternatives(&pattern[1..]));
        let (plain, globs): (Vec<String>, Vec<String>) = excludes.partition(|pattern| is_plain(pattern));
        Self { includes, plain: plain.into_iter().collect(), globs }
    }

    /// Whether the group takes a package, by its patterns.
    #[cfg(test)]
    fn takes(&self, name: &str) -> bool {
        let included = self.includes.iter().any(|pattern| alternatives(pattern).iter().any(|p| fits(p, name)));
        included && !self.excludes(name)
    }

    fn excludes(&self, name: &str) -> bool {
        self.plain.contains(name) || self.globs.iter().any(|glob| fits(glob, name))
    }
}

/// Two groups that take one name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Overlap<'a> {
    /// Which groups: a later one and an earlier one.
    pub(super) groups: (usize, usize),
    /// The pattern of the later one that reaches into the other.
    pub(super) pattern: &'a str,
    /// A package name that both take.
    pub(super) name: String,
}

/// More patterns begin alike than are compared.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooManyPairs;

/// The first group that reaches into one before it. Only patterns whose plain starts agree are compared.
pub(super) fn overlap<'a>(groups: &[Members<'a>]) -> Result<Option<Overlap<'a>>, TooManyPairs> {
    let mut all: Vec<(String, usize, &'a str)> = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        for pattern in &group.includes {
            all.extend(alternatives(pattern).into_iter().map(|choice| (choice, at, *pattern)));
        }
    }
    all.sort_by(|a, b| plain_start(&a.0).cmp(plain_start(&b.0)));
    let (mut first, mut pairs, mut walks): (Option<Overlap<'a>>, usize, usize) = (None, 0, 0);
    for (at, (left, group, written)) in all.iter().enumerate() {
        let start = plain_start(left);
        let alike = all[at + 1..].iter().take_while(|(right, ..)| plain_start(right).starts_with(start));
        for (right, other, other_written) in alike {
            pairs += 1;
            walks += usize::from(!is_plain(left) && !is_plain(right) && end_alike(left, right));
            if pairs > PAIR_LIMIT || walks > WALK_LIMIT {
                return Err(TooManyPairs);
            }
            let pattern = if group > other { *written } else { *other_written };
            let found = (*group.max(other), *group.min(other));
            if group == other || !end_alike(left, right) || first.as_ref().is_some_and(|first| first.groups <= found) {
                continue;
            }
            if let Some(name) = common_name(left, right, [&groups[*group], &groups[*other]]) {
                first = Some(Overlap { groups: found, pattern, name });
            }
        }
    }
    Ok(first)
}

/// What a pattern begins with before its first sign.
fn plain_start(pattern: &str) -> &str {
    &pattern[..pattern.find(['*', '?']).unwrap_or(pattern.len())]
}

/// Whether what the patterns end with after their last signs agrees.
fn end_alike(left: &str, right: &str) -> bool {
    let end = |pattern: &str| pattern.len() - pattern.rfind(['*', '?']).map_or(0, |at| at + 1);
    let (left_end, right_end) = (&left[left.len() - end(left)..], &right[right.len() - end(right)..]);
    left_end.ends_with(right_end) || right_end.ends_with(left_end)
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

/// The shortest name that both patterns take and neither group excludes.
fn common_name(left: &str, right: &str, groups: [&Members<'_>; 2]) -> Option<String> {
    // What is excluded as it stands needs no search; real policies exclude from one group what another takes.
    let as_it_stands = |pattern: &str| {
        groups.iter().any(|group| group.plain.contains(pattern) || group.globs.iter().any(|glob| glob == pattern))
    };
    if as_it_stands(left) || as_it_stands(right) {
        return None;
    }
    let taken = |name: &str| fits(left, name) && fits(right, name) && !groups.iter().any(|group| group.excludes(name));
    if is_plain(left) || is_plain(right) {
        let name = if is_plain(left) { left } else { right };
        return taken(name).then(|| name.to_owned());
    }
    let excludes = groups.iter().flat_map(|group| group.globs.iter().chain(&group.plain)).map(String::as_str);
    let globs: Vec<Vec<char>> = [left, right].into_iter().chain(excludes).map(|p| p.chars().collect()).collect();
    let alphabet = alphabet(&globs);
    let start: Vec<BTreeSet<usize>> = globs.iter().map(|glob| closure(glob, [0].into())).collect();
    // The start is not seen yet: it stands for the empty name, which no package has.
    let mut seen = HashSet::new();
    let mut queue = VecDeque::from([(start, String::new())]);
    while let Some((states, name)) = queue.pop_front() {
        let accepted = |at: usize| states[at].contains(&globs[at].len());
        if !name.is_empty() && accepted(0) && accepted(1) && !(2..globs.len()).any(accepted) {
            return Some(rounded(name, taken));
        }
        if seen.len() * globs.len().div_ceil(8) > STATE_LIMIT || name.len() > 64 {
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

    fn witness(first: &[&str], second: &[&str]) -> Option<String> {
        let groups = [second, first].map(|patterns| Members::of(patterns.iter().copied()));
        overlap(&groups).expect("few patterns").map(|found| found.name)
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

    #[test]
    fn many_groups_are_compared_where_they_begin_alike_and_too_many_are_said() {
        let named = |pattern: &dyn Fn(usize) -> String| (0..20_000).map(pattern).collect::<Vec<_>>();
        let plain = named(&|n| format!("m{n}"));
        let groups: Vec<Members<'_>> = plain.iter().map(|pattern| Members::of([pattern.as_str()])).collect();
        assert_eq!(overlap(&groups), Ok(None));
        let begun = named(&|n| format!("m{n}-*"));
        let groups: Vec<Members<'_>> = begun.iter().map(|pattern| Members::of([pattern.as_str()])).collect();
        assert_eq!(overlap(&groups), Ok(None));
        let ended = named(&|n| format!("*-{:05}", n + 10_000));
        let groups: Vec<Members<'_>> = ended.iter().take(500).map(|pattern| Members::of([pattern.as_str()])).collect();
        assert_eq!(overlap(&groups), Ok(None));
        let inside = named(&|n| format!("*{n}?"));
        let apart = |pattern| Members::of([pattern, "!*"]);
        let groups: Vec<Members<'_>> = inside.iter().map(String::as_str).map(apart).collect();
        assert_eq!(overlap(&groups), Err(TooManyPairs));
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
            let (a, b) = (Members::of(first.iter().copied()), Members::of(second.iter().copied()));
            match witness(&first, &second) {
                Some(name) => proptest::prop_assert!(a.takes(&name) && b.takes(&name)),
                None => for name in names {
                    proptest::prop_assert!(!(a.takes(&name) && b.takes(&name)), "{}", name);
                },
            }
        }
    }
}
