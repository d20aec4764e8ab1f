//! Following lines of a file back through its history, to the changes that made them what they are.

use std::ops::Range;

/// Lines that one change replaced: `before` of the old text became `after` of the new one. Lines count from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// Lines of the old text.
    pub before: Range<u32>,
    /// Lines of the new text.
    pub after: Range<u32>,
}

/// Lines of interest in one state of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// Sorted; no two touch.
    lines: Vec<Range<u32>>,
}

impl Trace {
    /// The lines that a change replaces, each with its neighbors: what a merge needs to be as it was.
    pub fn of_change(hunks: &[Hunk]) -> Self {
        let lines = hunks.iter().map(|hunk| hunk.before.start.saturating_sub(1)..hunk.before.end.saturating_add(1));
        Self { lines: joined(lines.collect()) }
    }

    /// Nothing is followed any more.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The same lines before an older change, and whether that change touched them.
    pub fn before(&self, hunks: &[Hunk]) -> (Self, bool) {
        let mut touched = false;
        let mut lines = Vec::new();
        for range in &self.lines {
            let met = hunks.iter().filter(|hunk| meets(range, &hunk.after));
            let mut from = shifted(range.start, hunks);
            let mut until = shifted(range.end, hunks);
            for hunk in met {
                touched = true;
                from = from.min(hunk.before.start);
                until = until.max(hunk.before.end);
            }
            if from < until {
                lines.push(from..until);
            }
        }
        (Self { lines: joined(lines) }, touched)
    }
}

/// Whether a change's new lines are among these; lines that it only took away count where they were.
fn meets(range: &Range<u32>, after: &Range<u32>) -> bool {
    if after.is_empty() {
        range.start < after.start && after.start < range.end
    } else {
        range.start < after.end && after.start < range.end
    }
}

/// Where the start of a line of the new text was in the old one.
fn shifted(line: u32, hunks: &[Hunk]) -> u32 {
    let mut shift = 0i64;
    for hunk in hunks {
        if hunk.after.end <= line {
            shift = i64::from(hunk.before.end) - i64::from(hunk.after.end);
        } else if hunk.after.start <= line {
            return hunk.before.start;
        }
    }
    u32::try_from(i64::from(line) + shift).unwrap_or(0)
}

fn joined(mut ranges: Vec<Range<u32>>) -> Vec<Range<u32>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut all: Vec<Range<u32>> = Vec::new();
    for range in ranges {
        match all.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => all.push(range),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hunk(before: Range<u32>, after: Range<u32>) -> Hunk {
        Hunk { before, after }
    }

    #[test]
    fn a_change_above_moves_the_lines_and_does_not_touch_them() {
        let trace = Trace::of_change(&[hunk(10..11, 10..12)]);
        let (older, touched) = trace.before(&[hunk(2..2, 2..5)]);
        assert_eq!((older.lines[0].clone(), older.lines.len(), touched), (6..9, 1, false));
    }

    #[test]
    fn a_change_of_a_line_or_of_its_neighbor_touches() {
        let trace = Trace::of_change(&[hunk(10..11, 10..12)]);
        assert!(trace.before(&[hunk(10..11, 10..11)]).1);
        assert!(trace.before(&[hunk(9..9, 9..10)]).1);
        assert!(!trace.before(&[hunk(7..8, 7..8)]).1);
        assert!(trace.before(&[hunk(10..14, 10..10)]).1, "lines were taken away there");
    }

    #[test]
    fn lines_that_a_change_brought_are_nowhere_before_it() {
        let trace = Trace::of_change(&[hunk(5..6, 5..6)]);
        let (older, touched) = trace.before(&[hunk(0..0, 0..100)]);
        assert!(touched && older.is_empty(), "{older:?}");
    }
}
