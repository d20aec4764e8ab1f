//! `SHA256SUMS`, as `sha256sum` of coreutils writes and reads it.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::model::FileDigest;

/// What a list of sums says of each name. Sorted by name.
pub type Sums = BTreeMap<String, FileDigest>;

/// Why a text is no list of sums.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {problem}")]
pub struct SumsError {
    /// From 1.
    pub line: u32,
    /// What is wrong with it.
    pub problem: SumsProblem,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SumsProblem {
    /// It does not begin with 64 hex digits, two spaces (or a space and `*`) and a name.
    #[error("it is not a SHA-256, two spaces, and a name")]
    Shape,
    /// A name is listed twice: readers differ in which line they go by.
    #[error("`{0}` is listed twice")]
    Twice(String),
    /// A name leads out of the folder, or into one: a release is one folder of files.
    #[error("`{0}` is not the name of a file beside it")]
    Elsewhere(String),
}

/// The text of a list of sums. A name with a backslash or a line end is escaped as coreutils does: with a backslash in front
/// of the line.
pub fn write_sums(sums: &Sums) -> String {
    let line = |(name, digest): (&String, &FileDigest)| {
        let escaped = name.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
        let mark = if escaped == *name { "" } else { "\\" };
        format!("{mark}{digest}  {escaped}\n")
    };
    sums.iter().map(line).collect()
}

/// Read a list of sums, of text (`  `) or binary (` *`) mode.
///
/// # Errors
/// The first line that is not one of a list of files beside it.
pub fn read_sums(text: &str) -> Result<Sums, SumsError> {
    let mut sums = Sums::new();
    for (number, line) in (1..).zip(text.split_terminator('\n')) {
        let at = |problem| SumsError { line: number, problem };
        let (name, digest) = read_line(line).ok_or_else(|| at(SumsProblem::Shape))?;
        if !is_beside(&name) {
            return Err(at(SumsProblem::Elsewhere(name)));
        }
        if sums.insert(name.clone(), digest).is_some() {
            return Err(at(SumsProblem::Twice(name)));
        }
    }
    Ok(sums)
}

fn read_line(line: &str) -> Option<(String, FileDigest)> {
    let (is_escaped, line) = line.strip_prefix('\\').map_or((false, line), |line| (true, line));
    let digest = line.get(..64)?.parse().ok()?;
    let rest = &line[64..];
    let name = rest.strip_prefix("  ").or_else(|| rest.strip_prefix(" *")).filter(|name| !name.is_empty())?;
    Some((if is_escaped { unescape(name)? } else { name.to_owned() }, digest))
}

fn unescape(name: &str) -> Option<String> {
    let mut letters = name.chars();
    let mut out = String::new();
    while let Some(letter) = letters.next() {
        out.push(match letter {
            '\\' => match letters.next()? {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            },
            other => other,
        });
    }
    Some(out)
}

/// The name of a file in the same folder.
fn is_beside(name: &str) -> bool {
    !matches!(name, "." | "..") && !name.contains(['/', '\0'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_coreutils_writes_is_read() {
        let digest = FileDigest::of(b"");
        let text = format!("{digest}  a.tar.xz\n{digest} *b.zip\n\\{digest}  c\\\\d\\ne\n");
        let names: Vec<String> = read_sums(&text).expect("sums").into_keys().collect();
        assert_eq!(names, ["a.tar.xz", "b.zip", "c\\d\ne"]);
    }

    #[test]
    fn a_line_that_is_not_of_this_folder_is_named() {
        let digest = FileDigest::of(b"");
        let shape = SumsProblem::Shape;
        for (line, problem) in [
            ("", shape.clone()),
            ("a.tar.xz", shape.clone()),
            (&format!("{digest} a"), shape.clone()),
            (&format!("{digest}  "), shape.clone()),
            (&format!("\\{digest}  a\\x"), shape),
            (&format!("{digest}  ../a"), SumsProblem::Elsewhere("../a".into())),
            (&format!("{digest}  .."), SumsProblem::Elsewhere("..".into())),
            (&format!("{digest}  first"), SumsProblem::Twice("first".into())),
        ] {
            let text = format!("{digest}  first\n{line}\n");
            assert_eq!(read_sums(&text), Err(SumsError { line: 2, problem }), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_in_order(names in prop::collection::btree_set("[^/\0]{1,12}", 0..6)) {
            let names = names.into_iter().filter(|name| is_beside(name));
            let sums: Sums = names.map(|name| { let digest = FileDigest::of(name.as_bytes()); (name, digest) }).collect();
            prop_assert_eq!(read_sums(&write_sums(&sums)), Ok(sums));
        }
    }
}
