//! Any text, read and edited: nothing changes outside of the place that an edit is for, and Markdown finds what was written.

use proptest::prelude::*;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use semver::Version;

use super::{super::*, sections::entries};

const DAY: jiff::civil::Date = jiff::civil::date(2030, 3, 4);

/// An edit of a text of notes.
type Edit<'e> = dyn Fn(&str) -> Result<String, NotesError> + 'e;

fn seven() -> Version {
    Version::new(7, 0, 0)
}

/// Lines that mean something in notes, or look as if they did.
fn line() -> impl Strategy<Value = String> {
    proptest::string::string_regex(
        "(## [0-9]\\.0\\.0|## \\[Unreleased\\]|# 1\\.2\\.3 - 2020-02-02|### (Added|Fixed|Other)|Unreleased\\.|Released 2020-01-01|-----|\
         ## [78]\\.0\\.0 - (TBD|Unreleased)|   ## 7\\.0\\.0 ##|    ## 7\\.0\\.0|7\\.0\\.0|=====|> ## 7\\.0\\.0|\\* ## 7\\.0\\.0|\
         \\* it #1|- two|  more|```|~~~~|\\||é|\\[1\\.0\\.0\\]: https://example\\.org|<!-- ARCHIVE_START -->|<!--|-->|<div>|\\PC{0,9}|\r)?",
    )
    .expect("a pattern")
}

/// Headings at the top level of a text, as a page shows them.
fn shown_headings(text: &str) -> Vec<String> {
    let (mut depth, mut headings, mut open) = (0_usize, Vec::new(), None);
    for event in Parser::new(text.trim_start_matches('\u{feff}')) {
        match event {
            Event::Start(tag) => {
                if depth == 0 && matches!(tag, Tag::Heading { .. }) {
                    open = Some(String::new());
                }
                depth += 1;
            }
            Event::End(tag) => {
                depth -= 1;
                if matches!(tag, TagEnd::Heading(_)) {
                    headings.extend(open.take());
                }
            }
            Event::Text(words) | Event::Code(words) => {
                if let Some(heading) = &mut open {
                    heading.push_str(&words);
                }
            }
            Event::SoftBreak => {
                if let Some(heading) = &mut open {
                    heading.push('\n');
                }
            }
            _ => {}
        }
    }
    headings
}

fn styles() -> impl Strategy<Value = NotesStyle> {
    proptest::sample::select(vec![NotesStyle::Sections, NotesStyle::Branch, NotesStyle::KeepAChangelog])
}

proptest! {
    #[test]
    fn any_text_is_read_and_its_places_hold_what_they_say(lines in proptest::collection::vec(line(), 0..24)) {
        let text = lines.join("\n");
        let file = NotesFile::parse(&text);
        let shown = shown_headings(&text);
        for section in &file.sections {
            // A heading may go over several lines, which are shown as one.
            let words = |text: &str| {
                let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
                text.trim_matches(|c: char| "#=-".contains(c)).to_owned()
            };
            let heading = words(&text[section.heading.bytes.clone()]);
            let is_shown = shown.iter().map(|shown| words(shown)).any(|shown| !shown.is_empty() && heading.contains(&shown));
            prop_assert!(is_shown, "{} of {:?}", heading, shown);
            prop_assert_eq!(text[..section.heading.bytes.start].matches('\n').count() + 1, section.heading.line as usize);
            for item in section.items() {
                prop_assert_eq!(&text[item.place.bytes.clone()], item.source);
                prop_assert!(section.body.start <= item.place.bytes.start && item.place.bytes.end <= section.body.end);
            }
        }
    }

    #[test]
    fn dating_a_section_changes_its_heading_and_its_marker_and_no_other_byte(
        lines in proptest::collection::vec(line(), 0..20),
        style in styles(),
    ) {
        let text = format!("{}\n\n## 7.0.0\n{}\n", lines[..lines.len() / 2].join("\n"), lines[lines.len() / 2..].join("\n"));
        let file = NotesFile::parse(&text);
        let Some(section) = file.section(&seven()) else { return Ok(()) };
        let Ok(dated) = release_section(&text, style, &seven(), DAY) else { return Ok(()) };
        let end = section.marker.as_ref().map_or(section.heading.bytes.end, |marker| marker.bytes.end);
        prop_assert!(dated.starts_with(&text[..section.heading.bytes.start]), "{}", dated);
        prop_assert!(dated.ends_with(&text[end..]), "{}", dated);
        prop_assert!(shown_headings(&dated).iter().any(|heading| heading.contains("7.0.0")), "{}", dated);
        let again = release_section(&dated, style, &seven(), DAY);
        prop_assert_eq!(again.as_ref(), Ok(&dated));
    }

    #[test]
    fn no_text_at_all_is_too_odd_to_be_read_or_edited(text in "(\\PC|[\r\n\t#*\\[\\]()<>`~:.-]){0,80}", style in styles()) {
        let file = NotesFile::parse(&text);
        let of_items = file.sections.iter().flat_map(|section| section.items()).count();
        prop_assert!(of_items <= text.len());
        if let Ok(opened) = open_section(&text, style, &seven(), None) {
            let shown = shown_headings(&opened);
            prop_assert!(shown.iter().any(|heading| heading.contains("7.0.0") || heading.to_lowercase().contains("unreleased") || file.unreleased().is_some()), "{}", opened);
            let _ = release_section(&opened, style, &seven(), DAY);
            let _ = (release_text(&opened, &seven()), style_of(&text));
        }
    }

    #[test]
    fn entries_are_added_and_every_line_but_an_empty_heading_stays(
        lines in proptest::collection::vec(line(), 0..16),
        style in styles(),
    ) {
        let text = lines.join("\n");
        let Ok(opened) = open_section(&text, style, &seven(), None) else { return Ok(()) };
        if let Ok(filled) = add_entries(&opened, style, &Title::Version(seven()), &entries()) {
            let mut left = filled.lines();
            for line in opened.lines().filter(|line| !line.starts_with("###") && !line.trim().is_empty()) {
                prop_assert!(left.any(|other| other == line), "{:?} is lost:\n{}", line, filled);
            }
            for entry in entries() {
                prop_assert!(filled.contains(&entry.text.lines().next().expect("a line").to_owned()));
            }
        }
    }

    #[test]
    fn an_edit_leaves_alone_what_only_looks_like_notes_and_keeps_marks_and_line_ends(
        lines in proptest::collection::vec("(## [5-7]\\.0\\.0|## \\[Unreleased\\]|### Fixed|Unreleased\\.|\\* it #1|  more|words)?", 0..12),
        style in styles(),
    ) {
        let text = format!("## 8.0.0\n{}\n", lines.join("\n"));
        let edits: [&Edit<'_>; 3] = [
            &|text| open_section(text, style, &seven(), None),
            &|text| release_section(text, style, &seven(), DAY),
            &|text| add_entries(text, style, &Title::Version(seven()), &entries()),
        ];
        for edit in edits {
            let Ok(edited) = edit(&text) else { continue };
            let quoted: String = text.lines().map(|line| format!("> {line}\n")).collect();
            let indented: String = text.lines().map(|line| format!("    {line}\n")).collect();
            for before in [
                format!("<!--\n{text}-->\n\n"),
                format!("`````md\n{text}```\n`````\n\n"),
                format!("~~~\n{text}```\n~~~\n\n"),
                format!("{quoted}\n"),
                format!("* Item\n\n{indented}\nWords.\n\n"),
                "\u{feff}".to_owned(),
            ] {
                prop_assert_eq!(edit(&format!("{before}{text}")), Ok(format!("{before}{edited}")));
            }
            let crlf = |text: &str| text.replace('\n', "\r\n");
            prop_assert_eq!(edit(&crlf(&text)), Ok(crlf(&edited)));
        }
    }

    #[test]
    fn a_title_is_shown_as_it_was_written(title in "[ a-zA-Z0-9<>\\[\\]()*_#@|~$!&;:/.,=+\\\\-]{1,24}") {
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        prop_assume!(!title.is_empty());
        let page = format!("Words.\n\n* {}\n  #12\n", as_markdown(&title));
        let (mut shown, mut in_item) = (String::new(), false);
        for event in Parser::new_ext(&page, blocks::options()) {
            match event {
                Event::Start(Tag::Item) => in_item = true,
                Event::Text(words) if in_item => shown.push_str(&words),
                Event::SoftBreak => break,
                Event::Start(_) | Event::End(_) => {}
                Event::Text(_) if !in_item => {}
                _ => prop_assert!(false, "{:?} in {}", event, page),
            }
        }
        prop_assert_eq!(shown.trim_end(), title);
    }
}
