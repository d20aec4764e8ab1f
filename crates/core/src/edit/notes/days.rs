//! Days as people write them in headings.

use jiff::civil::Date;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The first day in a text: `2022-12-20`, `2022/12/20`, `December 20th, 2022` or `20. December, 2022`.
pub(super) fn day_in(words: &str) -> Option<Date> {
    let starts = words.char_indices().map(|(at, _)| at);
    starts.filter_map(|at| words.get(at..at + 10)).find_map(numeric).or_else(|| in_english(words))
}

/// `2022-12-20` or `2022/12/20`, and nothing else.
pub(super) fn numeric(text: &str) -> Option<Date> {
    let fits =
        |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { matches!(byte, b'-' | b'/') } else { byte.is_ascii_digit() };
    let same = text.as_bytes().get(4) == text.as_bytes().get(7);
    let shaped = text.len() == 10 && same && text.bytes().enumerate().all(fits);
    text.replace('/', "-").parse().ok().filter(|_| shaped)
}

fn in_english(words: &str) -> Option<Date> {
    let words: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let month = |word: &str| {
        let start = word.get(..3).filter(|_| word.chars().all(char::is_alphabetic))?.to_lowercase();
        MONTHS.iter().position(|month| *month == start).and_then(|at| i8::try_from(at + 1).ok())
    };
    let day = |word: &str| {
        let bare = word.trim_end_matches(char::is_alphabetic);
        matches!(&word[bare.len()..], "" | "st" | "nd" | "rd" | "th").then(|| bare.parse::<i8>().ok())?
    };
    let year = |word: &str| word.parse::<i16>().ok().filter(|_| word.len() == 4);
    words.windows(3).find_map(|three| {
        let (month, day) = match (month(three[0]), month(three[1])) {
            (Some(month), _) => (month, day(three[1])?),
            (None, Some(month)) => (month, day(three[0])?),
            (None, None) => return None,
        };
        Date::new(year(three[2])?, month, day).ok()
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
}
