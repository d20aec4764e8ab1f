//! Bumps that people made, made again.

use std::collections::BTreeMap;

use stationmaster_core::{
    edit::set_versions,
    model::{Bump, TreeFiles, bump_version},
    workspace::Workspace,
};

use crate::history::{History, Row, is_cargo_file};

/// What is different from what people did, in few words; empty where nothing is.
fn replay(history: &History, row: &Row) -> Result<String, String> {
    let before = history.files(row.get("parent"), is_cargo_file);
    let after = history.files(row.get("commit"), is_cargo_file);
    let workspace = Workspace::read(&before).map_err(|error| error.to_string())?;
    let wanted = Workspace::read(&after).map_err(|error| error.to_string())?;
    let mut to = BTreeMap::new();
    for package in workspace.packages.iter().filter(|package| package.publish) {
        if let Some(new) = wanted.package(&package.name).filter(|new| new.version != package.version) {
            to.insert(package.name.clone(), new.version.clone());
        }
    }
    let edits = set_versions(&before, &workspace, &to, &[]).map_err(|error| error.to_string())?;
    let mut made = before.clone();
    made.extend(edits.into_iter().map(|edit| (edit.path, edit.text)));
    Ok(differences(&before, &made, &after))
}

fn differences(before: &TreeFiles, made: &TreeFiles, wanted: &TreeFiles) -> String {
    let mut words = Vec::new();
    for (path, text) in wanted {
        let ours = made.get(path).map_or("", String::as_str);
        // The project's own script also ends a file's last line where nobody had: we keep every byte that is no version.
        let unended = before.get(path).is_some_and(|before| !before.ends_with('\n'));
        if unended && format!("{ours}\n") == *text {
            continue;
        }
        if let Some((line, (ours, theirs))) =
            ours.lines().zip(text.lines()).enumerate().find(|(_, (ours, theirs))| ours != theirs)
        {
            words.push(format!("{path}:{}: `{ours}` but was `{theirs}`", line + 1));
        } else if ours != text {
            words.push(format!("{path}: lengths differ"));
        }
    }
    words.join("\n    ")
}

#[test]
fn bumps_of_the_real_history_come_out_byte_for_byte() {
    let Some(history) = History::open("bumps_of_the_real_history_come_out_byte_for_byte") else { return };
    let rows = history.table("bumps.csv");
    let (mut equal, mut different) = (0, Vec::new());
    for row in rows.iter().filter(|row| is_reproducible(row)) {
        match replay(&history, row) {
            Ok(differences) if differences.is_empty() => equal += 1,
            Ok(differences) => {
                different.push(format!("{} {}\n    {differences}", row.get("commit"), row.get("to_version")))
            }
            Err(error) => different.push(format!("{} {}\n    {error}", row.get("commit"), row.get("to_version"))),
        }
    }
    println!("{equal} equal, {} different", different.len());
    assert!(different.is_empty(), "{equal} equal, {} different:\n{}", different.len(), different.join("\n"));
}

fn is_reproducible(row: &Row) -> bool {
    matches!(row.get("kind"), "major" | "patch")
        && row.get("commit_date_utc") >= "2021-10-26"
        && row.get("manifests_version_tokens_only") == "yes"
        && row.get("lock_version_lines_only") == "yes"
}

#[test]
fn steps_of_the_real_history_are_semver_steps() {
    let Some(history) = History::open("steps_of_the_real_history_are_semver_steps") else { return };
    for row in history.table("bumps.csv").iter().filter(|row| is_reproducible(row)) {
        let version = |column: &str| row.get(column).parse().expect("a version");
        let step = if row.get("kind") == "patch" { Bump::Patch } else { Bump::Major };
        // 1.0.0 was decided, not stepped to.
        if row.get("from_version") != "0.41.0" {
            assert_eq!(bump_version(&version("from_version"), step), version("to_version"), "{}", row.get("commit"));
        }
        assert_eq!(bump_version(&version("cranelift_from"), step), version("cranelift_to"), "{}", row.get("commit"));
    }
}
