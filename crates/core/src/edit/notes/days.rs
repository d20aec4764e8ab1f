//! Days as people write them in headings.

use std::ops::Range;

use jiff::civil::Date;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The first day in a text: `2022-12-20`, `2022/12/20`, `December 20th, 2022` or `20. December, 2022`.
pub(super) fn day_in(words: &str) -> Option<Date> {
    Some(day_at(words)?.1)
}

/// The same, and where it is written.
pub(super) fn day_at(words: &str) -> Option<(Range<usize>, Date)> {
    let starts = words.char_indices().map(|(at, _)| at);
    let mut numbers = starts.filter_map(|at| Some((at..at + 10, numeric(words.get(at..at + 10)?)?)));
    numbers.next().or_else(|| in_english(words))
}

/// `2022-12-20` or `2022/12/20`, and nothing else.
pub(super) fn numeric(text: &str) -> Option<Date> {
    let fits =
        |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { matches!(byte, b'-' | b'/') } else { byte.is_ascii_digit() };
    let same = text.as_bytes().get(4) == text.as_bytes().get(7);
    let shaped = text.len() == 10 && same && text.bytes().enumerate().all(fits);
    text.replace('/', "-").parse().ok().filter(|_| shaped)
}

/// A day, written as another one is: `July 9th, 2025` gives `February 1st, 2026`.
pub(super) fn written_like(sample: &str, day: Date) -> String {
    let iso = day.to_string();
    if let Some(separator) = sample.get(4..5).filter(|_| numeric(sample).is_some()) {
        return iso.replace('-', separator);
    }
    let (mut written, mut start) = (String::new(), 0);
    for place in tokens(sample) {
        written.push_str(&sample[start..place.start]);
        let token = &sample[place.clone()];
        let number = token.trim_end_matches(char::is_alphabetic);
        match (month(token), number.len()) {
            (Some(_), _) => {
                let name = MONTHS[usize::try_from(day.month() - 1).unwrap_or_default()];
                written.push_str(if token.len() == 3 { &name[..3] } else { name });
            }
            (None, 4) => written.push_str(&day.year().to_string()),
            (None, _) => {
                let ending = if number.len() < token.len() { ordinal(day.day()) } else { "" };
                let zero = if number.starts_with('0') && day.day() < 10 { "0" } else { "" };
                written += &format!("{zero}{}{ending}", day.day());
            }
        }
        start = place.end;
    }
    written.push_str(&sample[start..]);
    if day_in(&written) == Some(day) { written } else { iso }
}

fn ordinal(day: i8) -> &'static str {
    match (day / 10, day % 10) {
        (1, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

fn tokens(words: &str) -> Vec<Range<usize>> {
    let (mut tokens, mut start) = (Vec::new(), 0);
    for part in words.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let word = part.trim_end_matches(|c: char| !c.is_alphanumeric());
        if !word.is_empty() {
            tokens.push(start..start + word.len());
        }
        start += part.len();
    }
    tokens
}

/// From 1.
fn month(word: &str) -> Option<i8> {
    let start = word.get(..3).filter(|_| word.chars().all(char::is_alphabetic))?;
    let at = MONTHS.iter().position(|month| month[..3].eq_ignore_ascii_case(start))?;
    i8::try_from(at + 1).ok()
}

fn in_english(words: &str) -> Option<(Range<usize>, Date)> {
    let day = |word: &str| {
        let bare = word.trim_end_matches(char::is_alphabetic);
        matches!(&word[bare.len()..], "" | "st" | "nd" | "rd" | "th").then(|| bare.parse::<i8>().ok())?
    };
    let year = |word: &str| word.parse::<i16>().ok().filter(|_| word.len() == 4);
    tokens(words).windows(3).find_map(|three| {
        let [first, second, third] = [0, 1, 2].map(|at| &words[three[at].clone()]);
        let (month, day) = match (month(first), month(second)) {
            (Some(month), _) => (month, day(second)?),
            (None, Some(month)) => (month, day(first)?),
            (None, None) => return None,
        };
        Some((three[0].start..three[2].end, Date::new(year(third)?, month, day).ok()?))
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_read_as_they_stand_in_headings() {
        let day = Some(date(2025, 7, 9));
        for words in [
            "[1.47.0] - 2025-07-09",
            "1.47.0 (July 9th, 2025)",
            "0.8.4 (9. July, 2025)",
            "v1.2 9 Jul 2025",
            "Released 2025/07/09.",
            "2.0.0 / 2025-07-09 [YANKED]",
        ] {
            assert_eq!(day_in(words), day, "{words}");
        }
        for words in ["1.47.0", "1.0 (July)", "May be 12, 2025", "2025-13-41", "2025-07/09", "July 9th, 25", "é 2025"]
        {
            assert_eq!(day_in(words), None, "{words}");
        }
    }

    #[test]
    fn a_day_is_written_as_the_one_before_it_was() {
        let day = date(2026, 2, 1);
        for (sample, written) in [
            ("2025-07-09", "2026-02-01"),
            ("2025/07/09", "2026/02/01"),
            ("July 9th, 2025", "February 1st, 2026"),
            ("Jul 9, 2025", "Feb 1, 2026"),
            ("9. July, 2025", "1. February, 2026"),
            ("09 Jul 2025", "01 Feb 2026"),
        ] {
            assert_eq!(written_like(sample, day), written);
        }
        assert_eq!(written_like("July 9th, 2025", date(2026, 2, 22)), "February 22nd, 2026");
        assert_eq!(written_like("July 9th, 2025", date(2026, 2, 12)), "February 12th, 2026");
    }
}
