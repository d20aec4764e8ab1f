//! Versions in C headers (R11).

use super::place::{Fault, Place, VersionPart};

/// The macros of a prefix, and what each of them holds. The first two are texts.
const MACROS: [(&str, VersionPart); 8] = [
    ("VERSION", VersionPart::Whole),
    ("VERSION_STRING", VersionPart::Whole),
    ("VERSION_MAJOR", VersionPart::Major),
    ("VERSION_MINOR", VersionPart::Minor),
    ("VERSION_PATCH", VersionPart::Patch),
    ("MAJOR", VersionPart::Major),
    ("MINOR", VersionPart::Minor),
    ("PATCH", VersionPart::Patch),
];

/// One macro that is there.
struct Defined {
    at: usize,
    line: usize,
    start: usize,
    end: usize,
}

/// `#define {prefix}VERSION "1.2.3"` (or `VERSION_STRING`), `{prefix}VERSION_MAJOR`, `_MINOR` and `_PATCH`, or
/// `{prefix}MAJOR`, `MINOR` and `PATCH`: whichever are there; each at most once.
pub(super) fn find(text: &str, prefix: &str) -> Result<Vec<Place>, Fault> {
    let mut defined: Vec<Defined> = Vec::new();
    let mut offset = 0;
    for (line, content) in text.split_inclusive('\n').enumerate() {
        if let Some((name, start, end)) = definition(content)
            && let Some(suffix) = name.strip_prefix(prefix)
            && let Some(at) = MACROS.iter().position(|(known, _)| *known == suffix)
            && content[start..end].starts_with('"') == (MACROS[at].1 == VersionPart::Whole)
        {
            // Inside the quotes, where there are some.
            let quote = usize::from(content[start..end].starts_with('"'));
            let (start, end) = (offset + start + quote, offset + end - quote);
            defined.push(Defined { at, line: line + 1, start, end });
        }
        offset += content.len();
    }
    for (at, (name, _)) in MACROS.iter().enumerate() {
        let lines: Vec<usize> = defined.iter().filter(|one| one.at == at).map(|one| one.line).collect();
        if lines.len() > 1 {
            return Err(Fault::Several { looked_for: Some(format!("#define {prefix}{name}")), lines });
        }
    }
    if defined.is_empty() {
        return Err(Fault::Nothing(None));
    }
    defined.into_iter().map(|one| Place::of(text, one.start..one.end, MACROS[one.at].1)).collect()
}

/// Versions that a header's macros hold: the prefix of each `{prefix}VERSION` and its text.
pub(crate) fn versions(text: &str) -> Vec<(&str, &str)> {
    let defined = text.lines().filter_map(|line| definition(line).map(|(name, start, end)| (name, &line[start..end])));
    let quoted = defined
        .filter_map(|(name, value)| Some((name.strip_suffix("VERSION")?, value.strip_prefix('"')?.strip_suffix('"')?)));
    quoted.collect()
}

/// The name that a line defines, and where the first word of its value starts and ends.
fn definition(line: &str) -> Option<(&str, usize, usize)> {
    let skip = |rest: &str| line.len() - rest.trim_start().len();
    let hash = line.trim_start().strip_prefix('#')?;
    let define = hash.trim_start().strip_prefix("define")?;
    let name_start = line.len() - define.len();
    let name_start = if define.starts_with([' ', '\t']) { skip(&line[name_start..]) } else { return None };
    let name_length = line[name_start..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let name_end = name_start + name_length;
    let start = skip(&line[name_end..]);
    if start == name_end || start == line.len() {
        return None;
    }
    let value = &line[start..];
    let length = match value.strip_prefix('"') {
        Some(inner) => inner.find('"')? + 2,
        None => value.find(char::is_whitespace).unwrap_or(value.len()),
    };
    Some((&line[name_start..name_end], start, start + length))
}
