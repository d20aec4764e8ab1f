//! `docs/rules.md` names files and tests; they must exist.

use std::collections::BTreeMap;

use super::judge::Breach;

/// Every `file` and `file: test` in backticks that does not exist. `files` are the sources, by path from the root.
pub(crate) fn page(path: &str, text: &str, files: &BTreeMap<String, String>) -> Vec<Breach> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for named in
            line.split('`').skip(1).step_by(2).filter(|named| named.contains(".rs") || named.ends_with(".story"))
        {
            let (file, test) = named.split_once(": ").map_or((named, None), |(file, test)| (file, Some(test)));
            let what = match (files.get(file), test) {
                (None, _) => format!("`{file}` does not exist"),
                (Some(source), Some(test)) if !source.contains(&format!("fn {test}(")) => {
                    format!("`{file}` has no test `{test}`")
                }
                _ => continue,
            };
            found.push(Breach { path: path.to_owned(), line: number + 1, what });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_or_test_that_a_page_names_and_that_is_not_there_is_a_breach() {
        let files = [("a/b.rs".to_owned(), "fn it_holds() {}".to_owned())].into();
        let text = "| `a/b.rs` | `a/b.rs: it_holds` |\n| `a/c.rs` | `a/b.rs: it_does` | `word` |\n";
        let found: Vec<String> = page("docs/x.md", text, &files).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["docs/x.md:2: `a/c.rs` does not exist", "docs/x.md:2: `a/b.rs` has no test `it_does`"]);
    }
}
