//! The rules of the process, by their numbers in the source: where each is decided, and where it is tested.

use std::collections::BTreeMap;

use super::judge::Breach;

/// Ends the row of a rule that nothing decides yet.
const NOT_YET: &str = "Not yet.";

/// A row of `docs/rules.md`, and where its number stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) number: String,
    pub(crate) says: String,
    line: usize,
    pub(crate) decided: Vec<String>,
    pub(crate) tested: Vec<String>,
}

/// Every rule of the page. `files` are the sources, by path from the root.
pub(crate) fn rules(page: &str, files: &BTreeMap<String, String>) -> Vec<Rule> {
    let rows = page.lines().enumerate().filter_map(|(line, row)| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [number, says] = cells.as_slice() else { return None };
        let is_rule = number.len() > 1 && number.starts_with(['R', 'X']) && number[1..].parse::<u8>().is_ok();
        is_rule.then(|| {
            let named = files.iter().filter(|(path, text)| is_ours(path) && names(text, number));
            let (tested, decided) = named.map(|(path, _)| path.clone()).partition(|path| is_test(path));
            Rule { number: (*number).to_owned(), says: (*says).to_owned(), line: line + 1, decided, tested }
        })
    });
    rows.collect()
}

/// Rules that are decided or tested nowhere, and do not say so.
pub(crate) fn page(path: &str, text: &str, files: &BTreeMap<String, String>) -> Vec<Breach> {
    let mut found = Vec::new();
    for rule in rules(text, files).into_iter().filter(|rule| !rule.says.ends_with(NOT_YET)) {
        for (places, word) in [(&rule.decided, "decides"), (&rule.tested, "tests")] {
            if places.is_empty() {
                let what = format!("nothing {word} {}: name it where that is done", rule.number);
                found.push(Breach { path: path.to_owned(), line: rule.line, what });
            }
        }
    }
    found
}

/// Whether a text has the number as a word of its own.
fn names(text: &str, number: &str) -> bool {
    text.match_indices(number).any(|(at, _)| {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        !text[..at].ends_with(is_word) && !text[at + number.len()..].starts_with(is_word)
    })
}

/// The product's; and the list of all rules decides none.
fn is_ours(path: &str) -> bool {
    path.starts_with("crates/") && !path.ends_with("model/rule.rs")
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.ends_with(".story")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_nothing_decides_or_tests_is_a_breach_unless_its_row_says_so() {
        let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let files = [
            file("crates/a/src/cut.rs", "/// On the 5th (X1).\n"),
            file("crates/a/src/cut/tests.rs", "//! Rules: X1, X12.\n"),
            file("crates/a/src/patch.rs", "/// All or none (`X5`).\n"),
        ]
        .into();
        let rows = ["| X1 | Cut. |", "| X5 | All. |", "| X12 | Checked. |", "| X9 | Quiet. Not yet. |"];
        let text = format!("| rule | what it says |\n| --- | --- |\n{}\n", rows.join("\n"));
        let found: Vec<String> = page("docs/x.md", &text, &files).iter().map(ToString::to_string).collect();
        let expected = [
            "docs/x.md:4: nothing tests X5: name it where that is done",
            "docs/x.md:5: nothing decides X12: name it where that is done",
        ];
        assert_eq!(found, expected);
        let x1 = &rules(&text, &files)[0];
        assert_eq!((x1.decided.len(), x1.tested.len()), (1, 1));
    }
}
