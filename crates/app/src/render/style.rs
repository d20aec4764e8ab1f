//! Colors by meaning, and lines that fit the terminal. Colors are taken out again by `anstream` where they are not wanted.

pub(crate) use crate::visible::Style;

/// A heading.
pub(super) const HEAD: Style = Style::BOLD;
/// Done, supported, due.
pub(super) const GOOD: Style = Style::GREEN;
/// Waits for a person.
pub(super) const CARE: Style = Style::YELLOW;
/// Overdue, failed, a finding.
pub(super) const BAD: Style = Style::BOLD_RED;
/// Beside the point.
pub(super) const DIM: Style = Style::DIM;

/// Columns of the terminal; 100 where there is none, so that what is piped is the same everywhere.
pub(super) fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0).max(40))
}

/// Words in a style.
pub(super) fn painted(style: Style, words: impl std::fmt::Display) -> String {
    format!("{style}{words}{style:#}")
}

/// `words`, broken into lines of at most `width` columns, each after the first indented by `indent`. A word that is longer
/// than a line stays whole.
pub(super) fn wrapped(words: &str, width: usize, indent: usize) -> String {
    let options = textwrap::Options::new(width.saturating_sub(indent).max(20)).break_words(false);
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines = textwrap::wrap(&words, options.word_splitter(textwrap::WordSplitter::NoHyphenation));
    lines.join(&format!("\n{:indent$}", ""))
}

/// `3 crates`, `1 crate`.
pub(crate) fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// `45 s`, `28 min`, `8 h 50 min`: as exact as a person wants it.
pub(crate) fn duration(seconds: i64) -> String {
    let minutes = (seconds + 30) / 60;
    match (seconds, minutes / 60, minutes % 60) {
        (..90, ..) => format!("{seconds} s"),
        (_, 0, minutes) => format!("{minutes} min"),
        (_, hours, 0) => format!("{hours} h"),
        (_, hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_as_exact_as_a_person_wants_it() {
        let shown = [0, 89, 90, 1680, 3599, 3600, 31_800].map(duration);
        assert_eq!(shown, ["0 s", "89 s", "2 min", "28 min", "1 h", "1 h", "8 h 50 min"]);
    }

    #[test]
    fn words_are_broken_at_the_width_and_never_within() {
        let text = wrapped("the quick brown fox jumps over the lazy dog averyveryverylongwordindeed", 30, 4);
        assert_eq!(text, "the quick brown fox jumps\n    over the lazy dog\n    averyveryverylongwordindeed");
    }
}
