//! What `docs/edits.md` says is what happens.
//!
//! Rules: X6.

use std::{fs, path::Path};

use stationmaster_core::policy::Policy;

use super::{set, to, tree};

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/edits.md")).expect("the page is here")
}

#[test]
fn each_row_on_requirements_is_true() {
    let page = page();
    let table = page.split("| requirement | old | new | becomes | why |").nth(1).expect("the table");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut count = 0;
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let [_, requirement, old, new, becomes, ..] = cells[..] else { panic!("{row}") };
        let lib = format!("[package]\nname = \"lib\"\nversion = \"{old}\"\n");
        let user = |requirement: &str| {
            format!(
                "[package]\nname = \"user\"\nversion = \"0.1.0\"\n[dependencies]\nlib = {{ path = \"../lib\", version = \"{requirement}\" }}\n"
            )
        };
        let root = "[workspace]\nmembers = [\"*\"]\n";
        let files = tree(&[("Cargo.toml", root), ("lib/Cargo.toml", &lib), ("user/Cargo.toml", &user(requirement))]);
        let after = set(&files, &to(&[("lib", new)]));
        assert_eq!(after["user/Cargo.toml"], user(becomes), "{row}");
        count += 1;
    }
    assert!(count >= 15, "{count} rows");
}

#[test]
fn the_version_files_are_a_policy() {
    let page = page();
    let files = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the policy");
    let head = "[project]\nname = \"Tally\"\n[train]\nfirst = { version = \"2.0.0\", cut = 2026-12-05 }\n";
    let policy = Policy::parse(&format!("{head}{files}")).unwrap_or_else(|error| panic!("{}: {error}", error.line()));
    let rules = &policy.epochs()[0].rules;
    let kinds: std::collections::BTreeSet<String> = rules
        .version_files
        .iter()
        .map(|file| {
            let locate = serde_json::to_value(&file.locate).expect("JSON");
            let named = locate.as_object().and_then(|object| object.keys().next().cloned());
            named.or_else(|| locate.as_str().map(str::to_owned)).expect("a kind")
        })
        .collect();
    assert_eq!((rules.version_files.len(), kinds.len()), (9, 9), "one of each kind");
}
