//! The calendar as an iCalendar file (RFC 5545): whole-day events for cuts, releases and ends of life.

use jiff::civil::Date;
use stationmaster_core::calendar::Train;

use super::CalendarView;

/// Lines end in CRLF and are folded at 75 octets. The same calendar on the same day is the same file: the stamp is the day
/// of judgment, and an event's UID is made of project, train and kind, so that a later file moves it and doubles nothing.
pub(super) fn text(shown: &CalendarView<'_>) -> String {
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Stationmaster//Release trains//EN".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        format!("X-WR-CALNAME:{}", escaped(&format!("{} releases", shown.project))),
    ];
    for train in &shown.trains {
        let what = format!("{} {}{}", shown.project, train.version, if train.lts { " LTS" } else { "" });
        if let Some(cut) = train.cut {
            let word = if train.on_merge { "bump opened" } else { "branch cut" };
            lines.extend(event(shown, train, "cut", cut, &format!("{what} {word}")));
        }
        if !train.on_merge {
            lines.extend(event(shown, train, "release", train.release, &format!("{what} release")));
        }
        if let Some(end) = train.end_of_life {
            lines.extend(event(shown, train, "end-of-life", end, &format!("{what} end of life")));
        }
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| folded(line)).collect()
}

fn event(shown: &CalendarView<'_>, train: &Train, kind: &str, day: Date, summary: &str) -> Vec<String> {
    let next = day.tomorrow().unwrap_or(day);
    vec![
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}-{}-{kind}@stationmaster", slug(shown.project), train.version),
        format!("DTSTAMP:{}T000000Z", basic(shown.at)),
        format!("DTSTART;VALUE=DATE:{}", basic(day)),
        format!("DTEND;VALUE=DATE:{}", basic(next)),
        format!("SUMMARY:{}", escaped(summary)),
        "TRANSP:TRANSPARENT".to_owned(),
        "END:VEVENT".to_owned(),
    ]
}

/// `20260820`.
fn basic(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}

/// The project's name in letters, digits and hyphens.
fn slug(name: &str) -> String {
    let slug = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    name.chars().map(slug).collect()
}

/// Text values escape backslash, comma, semicolon and line ends (3.3.11).
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(',', "\\,").replace(';', "\\;").replace('\r', "").replace('\n', "\\n")
}

/// No line is longer than 75 octets; what goes on begins with a space (3.1). Characters are kept whole.
fn folded(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 2);
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > 75 {
            folded.push_str("\r\n ");
            octets = 1;
        }
        folded.push(c);
        octets += c.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters_and_unfold_to_themselves() {
        let line = format!("SUMMARY:{}", "é".repeat(100));
        let folded = folded(&line);
        assert!(folded.trim_end().split("\r\n").all(|line| line.len() <= 75));
        assert!(folded.ends_with("\r\n"));
        assert_eq!(folded.replace("\r\n ", "").trim_end(), line);
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escaped("a,b;c\\d\ne"), "a\\,b\\;c\\\\d\\ne");
    }
}
