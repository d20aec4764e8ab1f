//! Versions in C headers (R11).

use semver::Version;

use super::{EditError, splice::Splices};

/// One macro and what it is to hold.
struct Macro {
    name: String,
    value: String,
    lines: Vec<usize>,
}

/// Set `#define {prefix}VERSION "1.2.3"` (or `VERSION_STRING`), `{prefix}VERSION_MAJOR`, `_MINOR` and `_PATCH`, whichever are
/// there; each at most once.
pub(super) fn edit(path: &str, text: &str, prefix: &str, version: &Version) -> Result<String, EditError> {
    let quoted = format!("\"{version}\"");
    let number = |number: u64| number.to_string();
    let wanted = [
        ("VERSION", quoted.clone()),
        ("VERSION_STRING", quoted),
        ("VERSION_MAJOR", number(version.major)),
        ("VERSION_MINOR", number(version.minor)),
        ("VERSION_PATCH", number(version.patch)),
    ];
    let mut macros = wanted.map(|(name, value)| Macro { name: format!("{prefix}{name}"), value, lines: Vec::new() });
    let mut splices = Splices::default();
    let mut offset = 0;
    for (at, line) in text.split_inclusive('\n').enumerate() {
        if let Some((name, start, end)) = definition(line)
            && let Some(found) = macros.iter_mut().find(|known| known.name == name)
            && line[start..end].starts_with('"') == found.value.starts_with('"')
        {
            found.lines.push(at + 1);
            splices.replace(offset + start..offset + end, found.value.as_str());
        }
        offset += line.len();
    }
    let define = |name: &str| format!("#define {name}");
    if let Some(twice) = macros.iter().find(|known| known.lines.len() > 1) {
        return Err(EditError::Ambiguous {
            path: path.to_owned(),
            looked_for: define(&twice.name),
            lines: twice.lines.clone(),
        });
    }
    if macros.iter().all(|known| known.lines.is_empty()) {
        return Err(EditError::NothingToSet { path: path.to_owned(), looked_for: define(&macros[0].name) });
    }
    Ok(splices.apply(text))
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

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "/* v */\r\n#define TALLY_VERSION   \"1.0.0\" // text\n#  define TALLY_VERSION_MAJOR 1\n\
        #define TALLY_VERSION_MINOR 0\n#define TALLY_VERSION_PATCH 0\n#define TALLY_VERSION_CHECK(a) 1\n\
        #define OTHER_VERSION \"1.0.0\"";

    #[test]
    fn the_macros_of_the_prefix_are_set_and_nothing_else() {
        let after = edit("t.h", HEADER, "TALLY_", &Version::new(12, 3, 4)).expect("a header");
        assert_eq!(
            after,
            "/* v */\r\n#define TALLY_VERSION   \"12.3.4\" // text\n#  define TALLY_VERSION_MAJOR 12\n\
             #define TALLY_VERSION_MINOR 3\n#define TALLY_VERSION_PATCH 4\n#define TALLY_VERSION_CHECK(a) 1\n\
             #define OTHER_VERSION \"1.0.0\""
        );
    }

    #[test]
    fn a_header_without_the_macros_is_an_error() {
        let error = edit("t.h", HEADER, "NONE_", &Version::new(1, 0, 0)).expect_err("no such macro");
        assert_eq!(error.to_string(), "t.h has no `#define NONE_VERSION`");
    }

    #[test]
    fn a_macro_that_is_there_twice_is_an_error() {
        let twice = "#define A_VERSION \"1\"\n\n#define A_VERSION \"2\"\n";
        let error = edit("t.h", twice, "A_", &Version::new(1, 0, 0)).expect_err("twice");
        assert_eq!(error.to_string(), "t.h has `#define A_VERSION` on lines 1 and 3 where one is expected");
    }
}
