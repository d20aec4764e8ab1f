//! A version in an XML file.

use std::ops::Range;

use roxmltree::{Document, Node, ParsingOptions};

use super::place::{Fault, Reached};
use crate::{
    policy::{ElementPath, ElementStep},
    workspace::line_of,
};

/// The letters of the text or attribute that the names lead to.
pub(super) fn find(text: &str, path: &ElementPath) -> Result<Range<usize>, Fault> {
    // A document type is read over; nothing is fetched, and what an entity stands for is no place in the text.
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options)
        .map_err(|error| Fault::Unreadable { line: error.pos().row as usize, why: format!("not XML: {error}") })?;
    let mut search = Search { text, steps: path.steps(), found: Vec::new(), reached: None };
    search.look(document.root(), 0);
    let found = std::mem::take(&mut search.found);
    let one = Fault::unless_one(text, found.iter().map(|place| place.range.clone()).collect(), search.reached)?;
    match &found[..] {
        [Found { read: Some(read), .. }] if text[one.clone()] == **read => Ok(one),
        _ => Err(Fault::no_version(text, one.start, &text[one])),
    }
}

/// A place, and the text that the parser reads there: it differs from what is written where there are entities.
struct Found<'d> {
    range: Range<usize>,
    read: Option<&'d str>,
}

struct Search<'s, 'd> {
    text: &'s str,
    steps: &'s [ElementStep],
    found: Vec<Found<'d>>,
    /// Where the way ends, as deep as it leads.
    reached: Option<Reached>,
}

impl<'d> Search<'_, 'd> {
    fn look(&mut self, node: Node<'d, 'd>, depth: usize) {
        let before = self.found.len();
        let line = line_of(self.text, node.range().start);
        match self.steps.get(depth) {
            None => self.found.push(self.content(node)),
            Some(ElementStep::Attribute(name)) => {
                let attribute = node.attributes().find(|attribute| self.text[attribute.range_qname()] == **name);
                let place = attribute.map(|it| Found { range: it.range_value(), read: Some(it.value()) });
                self.found.extend(place);
                self.missing(before, line, name);
            }
            Some(ElementStep::Element(name)) => {
                let called: Vec<_> = node.children().filter(|child| self.is_called(*child, name)).collect();
                if called.is_empty() {
                    self.missing(before, line, name);
                }
                for child in called {
                    self.look(child, depth + 1);
                }
            }
        }
    }

    fn missing(&mut self, before: usize, line: usize, name: &str) {
        if self.found.len() == before {
            self.reached = Some(Reached { line, missing: name.to_owned() });
        }
    }

    /// By the name as written, with its prefix.
    fn is_called(&self, element: Node<'_, '_>, name: &str) -> bool {
        let rest = self.text.get(element.range().start + 1..).and_then(|tag| tag.strip_prefix(name));
        element.is_element() && rest.is_some_and(|rest| rest.starts_with([' ', '\t', '\r', '\n', '/', '>']))
    }

    /// The only text in an element, without blanks around it.
    fn content(&self, element: Node<'d, 'd>) -> Found<'d> {
        let blank = |node: &Node<'_, '_>| node.text().is_none_or(|text| text.trim().is_empty());
        let mut texts = element.children().filter(|node| !node.is_comment() && (!node.is_text() || !blank(node)));
        match (texts.next(), texts.next()) {
            // What an entity stands for is written elsewhere.
            (Some(only), None) if only.is_text() && element.range().contains(&only.range().start) => {
                let whole = only.range();
                let written = &self.text[whole.clone()];
                let start = whole.start + written.len() - written.trim_start().len();
                Found { range: start..start + written.trim().len(), read: only.text().map(str::trim) }
            }
            _ => Found { range: element.range(), read: None },
        }
    }
}
