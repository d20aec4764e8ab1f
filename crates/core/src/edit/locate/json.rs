//! A version in a JSON file, with or without comments.

use std::ops::Range;

use jsonc_parser::{
    ParseOptions,
    ast::{ObjectPropName, Value},
    common::Ranged,
    parse_to_ast,
};

use super::place::{Fault, Reached};
use crate::{policy::JsonPointer, workspace::line_of};

/// The letters of the text that the pointer leads to.
pub(super) fn find(text: &str, pointer: &JsonPointer) -> Result<Range<usize>, Fault> {
    let options = ParseOptions { allow_missing_commas: false, ..ParseOptions::default() };
    let parsed = parse_to_ast(text, &Default::default(), &options).map_err(|error| Fault::Unreadable {
        line: line_of(text, error.range().start),
        why: format!("not JSON: {}", error.kind()),
    })?;
    let mut search = Search { text, names: pointer.names(), found: Vec::new(), reached: None };
    if let Some(root) = &parsed.value {
        search.look(root, 0);
    }
    // One key may stand twice in an object: a reader takes either, so neither is the place.
    let one = Fault::unless_one(text, search.found.iter().map(|value| range(value)).collect(), search.reached)?;
    match search.found[..] {
        [Value::StringLit(literal)] if text[one.start + 1..one.end - 1] == *literal.value => {
            Ok(one.start + 1..one.end - 1)
        }
        _ => Err(Fault::no_version(text, one.start, &text[one])),
    }
}

struct Search<'s, 'a> {
    text: &'a str,
    names: &'s [String],
    found: Vec<&'s Value<'a>>,
    /// Where the way ends, as deep as it leads.
    reached: Option<Reached>,
}

impl<'s, 'a> Search<'s, 'a> {
    fn look(&mut self, value: &'s Value<'a>, depth: usize) {
        let Some(name) = self.names.get(depth) else {
            self.found.push(value);
            return;
        };
        let below: Vec<&Value<'a>> = match value {
            Value::Object(object) => {
                let named = object.properties.iter().filter(|property| name_of(&property.name) == name);
                named.map(|property| &property.value).collect()
            }
            Value::Array(array) => element(name).and_then(|at| array.elements.get(at)).into_iter().collect(),
            _ => Vec::new(),
        };
        if below.is_empty() {
            let line = line_of(self.text, value.range().start);
            self.reached = Some(Reached { line, missing: name.clone() });
        }
        for value in below {
            self.look(value, depth + 1);
        }
    }
}

fn range(value: &Value<'_>) -> Range<usize> {
    let range = value.range();
    range.start..range.end
}

fn name_of<'p>(name: &'p ObjectPropName<'_>) -> &'p str {
    match name {
        ObjectPropName::String(literal) => &literal.value,
        ObjectPropName::Word(word) => word.value,
    }
}

/// The element that a name stands for: a number without zeros in front (RFC 6901).
fn element(name: &str) -> Option<usize> {
    let plain = name == "0" || !name.starts_with(['0', '+']);
    name.parse().ok().filter(|_| plain)
}
