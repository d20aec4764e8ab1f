//! The addresses in a text of Markdown, and of the HTML in it.

use std::{ops::Range, sync::LazyLock};

use pulldown_cmark::{Event, Options, Parser, Tag};
use regex_lite::Regex;

/// One address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// Counted from 1.
    pub(super) line: u32,
    /// As written.
    pub(super) target: String,
    /// In the attribute `srcset`, which crates.io leaves as it is.
    pub(super) in_srcset: bool,
}

/// A tag of HTML that leads somewhere, up to its end.
static TAG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?is)<(?:a|img|source|video)\s(?:[^>"']|"[^"]*"|'[^']*')*>"#).expect("it is right"));
/// An attribute in it.
static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?is)\s(href|src|srcset|poster)\s*=\s*(?:"([^"]*)"|'([^']*)')"#).expect("it is right")
});

/// All addresses, in their order.
pub(super) fn links(text: &str) -> Vec<Link> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES;
    let mut found = Vec::new();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                let line = line(text, range.start);
                found.push(Link { line, target: dest_url.into_string(), in_srcset: false });
            }
            Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => in_html(text, range, &mut found),
            _ => {}
        }
    }
    found
}

fn in_html(text: &str, range: Range<usize>, found: &mut Vec<Link>) {
    let (start, html) = (range.start, &text[range]);
    for tag in TAG.find_iter(html) {
        for attribute in ATTRIBUTE.captures_iter(tag.as_str()) {
            let Some(value) = attribute.get(2).or(attribute.get(3)) else { continue };
            let line = line(text, start + tag.start() + value.start());
            let in_srcset = attribute[1].eq_ignore_ascii_case("srcset");
            let targets: Vec<&str> = if in_srcset {
                // Candidates between commas, each with its size after a space.
                value.as_str().split(',').filter_map(|candidate| candidate.split_whitespace().next()).collect()
            } else {
                vec![value.as_str().trim()]
            };
            found.extend(targets.into_iter().map(|target| Link { line, target: target.to_owned(), in_srcset }));
        }
    }
}

fn line(text: &str, at: usize) -> u32 {
    u32::try_from(text[..at].matches('\n').count() + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_images_and_html_are_found_with_their_lines_and_code_is_none() {
        let text = "# A [link](one.md)\n\n![image](two.png \"title\") and [another][ref].\n\n```\n[no](code.md)\n```\n\
                    <p align=\"center\">\n  <img alt='x > y' src='three.svg'>\n  <a href=\"four.md\">4</a>\n</p>\n\n\
                    Inline <a\nhref=\"five.md\">5</a>, `[no](code.md)`, <https://six.example>, [none].\n\n\
                    <picture><source srcset=\"seven.png, eight.png 2x\"></picture>\n\n[ref]: nine.md\n";
        let found: Vec<(u32, String)> = links(text).into_iter().map(|it| (it.line, it.target)).collect();
        let expected = [
            (1, "one.md"),
            (3, "two.png"),
            (3, "nine.md"),
            (9, "three.svg"),
            (10, "four.md"),
            (14, "five.md"),
            (14, "https://six.example"),
            (16, "seven.png"),
            (16, "eight.png"),
        ];
        assert_eq!(found, expected.map(|(line, target)| (line, target.to_owned())));
        assert_eq!(links(text).iter().filter(|it| it.in_srcset).count(), 2);
    }
}
