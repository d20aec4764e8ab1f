//! The calendar as a Markdown table, for a page of the project's documentation.

use std::fmt::Write;

use super::CalendarView;

/// Supported lines in bold.
pub(super) fn text(shown: &CalendarView<'_>) -> String {
    let mut text = format!("# {} release trains on {}\n\n", shown.project, shown.at);
    text.push_str("| Version | LTS | Cut | Release | End of life |\n|---|---|---|---|---|\n");
    for train in &shown.trains {
        let day = |day: Option<jiff::civil::Date>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
        let bold = if shown.supported.contains(&train.line) { "**" } else { "" };
        let release =
            if train.on_merge { format!("{} or when merged", train.release) } else { train.release.to_string() };
        writeln!(
            text,
            "| {bold}{}{bold} | {} | {} | {release} | {} |",
            train.version,
            if train.lts { "yes" } else { "" },
            day(train.cut),
            day(train.end_of_life)
        )
        .expect("a string takes all");
    }
    text.push_str("\nLines in bold are supported on that day.\n");
    text
}
