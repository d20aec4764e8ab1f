//! A version in a YAML file.

use std::ops::Range;

use saphyr_parser::{Event, Parser, Span};

use super::place::{Fault, Reached};
use crate::policy::{KeyPath, KeyStep};

/// The letters of the scalar that the keys lead to, in one of the file's documents.
pub(super) fn find(text: &str, path: &KeyPath) -> Result<Range<usize>, Fault> {
    let mut walk = Walk { text, steps: path.steps(), open: Vec::new(), found: Vec::new(), reached: None };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Fault::Unreadable {
            line: error.marker().line(),
            why: format!("not YAML: {}", error.info()),
        })?;
        walk.take(&event, span);
    }
    let reached = walk.reached.map(|(_, reached)| reached);
    let one = Fault::unless_one(text, walk.found.iter().map(|found| found.range.clone()).collect(), reached)?;
    match &walk.found[..] {
        [Found { read: Some(read), .. }] if text[one.clone()] == **read => Ok(one),
        _ => Err(Fault::no_version(text, one.start, &text[one])),
    }
}

/// A place, and the text that the parser reads there: it differs from what is written where there are escapes.
struct Found {
    range: Range<usize>,
    read: Option<String>,
}

/// A mapping or a sequence that is not closed yet.
struct Open {
    /// How many steps of the path lead here. None: it is not on the path.
    depth: Option<usize>,
    line: usize,
    /// Whether the step that goes on from here was found.
    found_next: bool,
    kind: Kind,
}

enum Kind {
    /// A mapping that waits for a key, or for the value of one. A key that is no scalar has no text.
    Mapping {
        key: Option<Option<String>>,
    },
    Sequence {
        next: usize,
    },
}

struct Walk<'w> {
    text: &'w str,
    steps: &'w [KeyStep],
    open: Vec<Open>,
    found: Vec<Found>,
    /// Where the way ends, as deep as it leads.
    reached: Option<(usize, Reached)>,
}

/// What a node is to what holds it.
enum Role {
    Key,
    Node { depth: Option<usize> },
}

impl Walk<'_> {
    fn take(&mut self, event: &Event<'_>, span: Span) {
        match event {
            Event::Scalar(value, ..) => match self.role() {
                Role::Key => self.set_key(Some(value.to_string())),
                Role::Node { depth } => self.at(depth, span, Some(value)),
            },
            Event::Alias(_) => match self.role() {
                Role::Key => self.set_key(None),
                Role::Node { depth } => self.at(depth, span, None),
            },
            Event::MappingStart(..) => self.begin(span, Kind::Mapping { key: None }),
            Event::SequenceStart(..) => self.begin(span, Kind::Sequence { next: 0 }),
            Event::MappingEnd | Event::SequenceEnd => self.end(),
            _ => {}
        }
    }

    /// What the next node is, by what is open.
    fn role(&mut self) -> Role {
        let Some(open) = self.open.last_mut() else { return Role::Node { depth: Some(0) } };
        let step = open.depth.and_then(|depth| self.steps.get(depth));
        let fits = match &mut open.kind {
            Kind::Mapping { key } => match key.take() {
                None => return Role::Key,
                Some(key) => matches!((step, key), (Some(KeyStep::Key(wanted)), Some(key)) if *wanted == key),
            },
            Kind::Sequence { next } => {
                let at = *next;
                *next += 1;
                matches!(step, Some(KeyStep::Index(wanted)) if *wanted == at)
            }
        };
        open.found_next |= fits;
        Role::Node { depth: open.depth.filter(|_| fits).map(|depth| depth + 1) }
    }

    fn set_key(&mut self, text: Option<String>) {
        if let Some(Open { kind: Kind::Mapping { key }, .. }) = self.open.last_mut() {
            *key = Some(text);
        }
    }

    /// A node without anything below it.
    fn at(&mut self, depth: Option<usize>, span: Span, read: Option<&str>) {
        if depth == Some(self.steps.len()) {
            let range = self.letters(span);
            self.found.push(Found { range, read: read.map(str::to_owned) });
        } else if let Some(depth) = depth {
            self.way_ends(depth, span.start.line());
        }
    }

    fn begin(&mut self, span: Span, kind: Kind) {
        let depth = match self.role() {
            Role::Key => {
                self.set_key(None);
                None
            }
            Role::Node { depth } => depth,
        };
        if depth == Some(self.steps.len()) {
            let start = self.offset(span.start.index());
            self.found.push(Found { range: start..start, read: None });
        }
        self.open.push(Open { depth, line: span.start.line(), found_next: false, kind });
    }

    fn end(&mut self) {
        if let Some(Open { depth: Some(depth), line, found_next: false, .. }) = self.open.pop() {
            self.way_ends(depth, line);
        }
    }

    fn way_ends(&mut self, depth: usize, line: usize) {
        let deeper = self.reached.as_ref().is_none_or(|(deepest, _)| depth > *deepest);
        if let Some(step) = self.steps.get(depth).filter(|_| deeper) {
            self.reached = Some((depth, Reached { line, missing: step.to_string() }));
        }
    }

    /// A scalar's letters, without its tag, its anchor and its quotes.
    fn letters(&self, span: Span) -> Range<usize> {
        let (start, end) = (self.offset(span.start.index()), self.offset(span.end.index()));
        let mut written = self.text[start..end].trim_end();
        let end = start + written.len();
        while written.starts_with(['!', '&']) {
            written = written.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim_start());
        }
        let start = end - written.len();
        let quoted = |quote: char| written.len() > 1 && written.starts_with(quote) && written.ends_with(quote);
        if quoted('"') || quoted('\'') { start + 1..end - 1 } else { start..end }
    }

    /// The parser counts characters.
    fn offset(&self, characters: usize) -> usize {
        self.text.char_indices().nth(characters).map_or(self.text.len(), |(offset, _)| offset)
    }
}
