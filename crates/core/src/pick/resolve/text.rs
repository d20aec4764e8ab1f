//! Two changes of one text, line by line.

use std::ops::Range;

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The text with both changes. None where they meet: in the same lines, or in lines next to each other.
pub(super) fn merge(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let (merged, meetings) = merge_all(base, ours, theirs);
    meetings.is_empty().then_some(merged)
}

/// Where both changes meet.
pub(super) fn meetings(base: &str, ours: &str, theirs: &str) -> Vec<Meeting> {
    merge_all(base, ours, theirs).1
}

/// Lines, from 1, that both changed, as each has them. Where the first is the last, lines were only added, or are only gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Meeting {
    /// First line and the one after the last, on the line.
    pub line: Range<usize>,
    /// The same after the change.
    pub change: Range<usize>,
}

/// The text with both changes; the line's own where they meet.
fn merge_all(base: &str, ours: &str, theirs: &str) -> (String, Vec<Meeting>) {
    let [base, ours, theirs] = [base, ours, theirs].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let (mut left, mut right) = (Side::of(&base, &ours), Side::of(&base, &theirs));
    let (mut merged, mut meetings) = (String::new(), Vec::new());
    let mut at = 0;
    while let Some(start) = left.next_start().into_iter().chain(right.next_start()).min() {
        let mut region = start..start;
        while left.grow(&mut region) || right.grow(&mut region) {}
        merged.extend(base[at..region.start].iter().copied());
        at = region.end;
        let before = &base[region.clone()];
        let (here, there) = (left.take(&region), right.take(&region));
        let (one, other) = (&ours[here.clone()], &theirs[there.clone()]);
        let lines = match () {
            () if one == other || before == other => one,
            () if before == one => other,
            () => {
                let from_one = |range: &Range<usize>| range.start + 1..range.end + 1;
                meetings.push(Meeting { line: from_one(&here), change: from_one(&there) });
                one
            }
        };
        merged.extend(lines.iter().copied());
    }
    merged.extend(base[at..].iter().copied());
    (merged, meetings)
}

/// One changed state of the text, read from top to bottom.
struct Side {
    /// What replaces what; by lines of the text before.
    hunks: Vec<(Range<usize>, Range<usize>)>,
    /// Hunks that were looked at.
    seen: usize,
    /// Hunks that were merged, and how far the lines below them have moved.
    merged: usize,
    shift: isize,
}

impl Side {
    fn of(base: &[&str], lines: &[&str]) -> Self {
        let all = capture_diff_slices(Algorithm::Myers, base, lines);
        let hunks = all.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
        Self { hunks: hunks.map(|op| (op.old_range(), op.new_range())).collect(), seen: 0, merged: 0, shift: 0 }
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

    /// Where this state has the lines of a region.
    fn take(&mut self, region: &Range<usize>) -> Range<usize> {
        let start = region.start.strict_add_signed(self.shift);
        for (before, after) in &self.hunks[self.merged..self.seen] {
            self.shift += after.len() as isize - before.len() as isize;
        }
        self.merged = self.seen;
        start..region.end.strict_add_signed(self.shift)
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

    #[test]
    fn where_changes_meet_is_told_in_lines_of_both() {
        let met = meetings(BASE, "0\na\nB\nc\nd\ne\n", "a\nX\nY\nc\nd\nE\n");
        assert_eq!(met, [Meeting { line: 3..4, change: 2..4 }]);
        assert_eq!(meetings(BASE, "a\nB\nc\nd\ne\n", "a\nc\nd\ne\n"), [Meeting { line: 2..3, change: 2..2 }]);
        assert_eq!(meetings(BASE, BASE, "a\n"), []);
    }
}
