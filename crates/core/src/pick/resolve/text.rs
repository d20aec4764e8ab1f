//! Two changes of one text, line by line.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The text with both changes. None where they meet: in the same lines, or in lines next to each other.
pub(super) fn merge(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let [base, ours, theirs] = [base, ours, theirs].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let (mut left, mut right) = (Side::of(&base, &ours), Side::of(&base, &theirs));
    let mut merged = String::new();
    let mut at = 0;
    while let Some(start) = left.next_start().into_iter().chain(right.next_start()).min() {
        let mut region = start..start;
        while left.grow(&mut region) || right.grow(&mut region) {}
        merged.extend(base[at..region.start].iter().copied());
        at = region.end;
        let before = &base[region.clone()];
        let (one, other) = (left.take(&region), right.take(&region));
        let lines = match () {
            () if one == other || before == other => one,
            () if before == one => other,
            () => return None,
        };
        merged.extend(lines.iter().copied());
    }
    merged.extend(base[at..].iter().copied());
    Some(merged)
}

/// One changed state of the text, read from top to bottom.
struct Side<'s, 't> {
    lines: &'s [&'t str],
    /// What replaces what; by lines of the text before.
    hunks: Vec<(Range<usize>, Range<usize>)>,
    /// Hunks that were looked at.
    seen: usize,
    /// Hunks that were merged, and how far the lines below them have moved.
    merged: usize,
    shift: isize,
}

impl<'s, 't> Side<'s, 't> {
    fn of(base: &[&'t str], lines: &'s [&'t str]) -> Self {
        let all = capture_diff_slices(Algorithm::Myers, base, lines);
        let hunks = all.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
        Self { lines, hunks: hunks.map(|op| (op.old_range(), op.new_range())).collect(), seen: 0, merged: 0, shift: 0 }
    }

    fn next_start(&self) -> Option<usize> {
        self.hunks.get(self.seen).map(|(before, _)| before.start)
    }

    /// Take the next hunk into a region that it touches.
    fn grow(&mut self, region: &mut Range<usize>) -> bool {
        let Some((before, _)) = self.hunks.get(self.seen).filter(|(before, _)| before.start <= region.end) else {
            return false;
        };
        region.end = region.end.max(before.end);
        self.seen += 1;
        true
    }

    /// The lines that this state has for a region.
    fn take(&mut self, region: &Range<usize>) -> &'s [&'t str] {
        let start = region.start.strict_add_signed(self.shift);
        for (before, after) in &self.hunks[self.merged..self.seen] {
            self.shift += after.len() as isize - before.len() as isize;
        }
        self.merged = self.seen;
        &self.lines[start..region.end.strict_add_signed(self.shift)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "a\nb\nc\nd\ne\n";

    #[test]
    fn changes_apart_from_each_other_are_both_made() {
        assert_eq!(merge(BASE, "A\nb\nc\nd\ne\n", "a\nb\nc\nd\n").as_deref(), Some("A\nb\nc\nd\n"));
        assert_eq!(merge(BASE, "a\nb\nx\ny\nc\nd\ne\n", "b\nc\nd\ne!").as_deref(), Some("b\nx\ny\nc\nd\ne!"));
    }

    #[test]
    fn the_same_change_on_both_sides_is_made_once_and_different_ones_meet() {
        assert_eq!(merge(BASE, "a\nB\nc\nd\ne\n", "a\nB\nc\nd\nE\n").as_deref(), Some("a\nB\nc\nd\nE\n"));
        assert_eq!(merge(BASE, "a\nB\nc\nd\ne\n", "a\nX\nc\nd\ne\n"), None);
        assert_eq!(merge(BASE, "a\nB\nc\nd\ne\n", "a\nb\nC\nd\ne\n"), None, "next to each other");
        assert_eq!(merge("", "a\n", "b\n"), None);
    }
}
