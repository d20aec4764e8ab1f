//! `cargo xtask rules`: where each rule of the process is decided and tested, by its number in the source.

use super::boundaries::{read, sources};
use crate::{boundaries::rules, cargo::root, steps::ChoreResult};

/// All of them, or the one that is named.
pub(crate) fn run(only: Option<&str>) -> ChoreResult {
    let root = root();
    let files = sources(&root)?;
    for rule in rules(&read(&root, "docs/rules.md")?, &files) {
        if only.is_some_and(|only| only != rule.number) {
            continue;
        }
        println!("{}  {}", rule.number, rule.says);
        for (word, places) in [("decided", &rule.decided), ("tested", &rule.tested)] {
            for path in places {
                println!("  {word:<8} {path}");
            }
        }
    }
    Ok(())
}
