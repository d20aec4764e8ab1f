//! `Cargo.lock` against the manifests.

use std::collections::BTreeMap;

use toml_edit::{Document, Item};

use crate::{
    model::{Finding, Rule, Severity, TreeFiles},
    workspace::{Package, Workspace, line_of},
};

/// Entries of members that are missing or of another version. A workspace without a lock file has none to be wrong.
pub(super) fn judge(files: &TreeFiles, workspace: &Workspace) -> Vec<Finding> {
    let path = workspace.lock_path();
    let Some(text) = files.get(&path) else { return Vec::new() };
    let entries = match local_entries(text) {
        Ok(entries) => entries,
        Err((line, why)) => return vec![unreadable(&path, line, &why)],
    };
    let judge = |package: &Package| match entries.get(package.name.as_str()).map(Vec::as_slice) {
        None => Some(stale(&path, package, None, format!("{path} has no entry for it"))),
        Some(entries) if entries.iter().any(|(version, _)| *version == package.version.to_string()) => None,
        Some(entries) => {
            let (version, line) = entries[0];
            Some(stale(&path, package, Some(line), format!("{path} has it at {version}")))
        }
    };
    workspace.packages.iter().filter_map(judge).collect()
}

/// Version and line of the entries without a source, by name.
type LocalEntries<'t> = BTreeMap<String, Vec<(&'t str, u32)>>;

/// The entries of a lock file; or the line that is wrong, and why.
fn local_entries(text: &str) -> Result<LocalEntries<'_>, (u32, String)> {
    let line = |at: usize| u32::try_from(line_of(text, at)).unwrap_or(u32::MAX);
    let document = Document::parse(text)
        .map_err(|error| (line(error.span().map_or(0, |span| span.start)), error.message().to_owned()))?;
    let mut entries = LocalEntries::new();
    let tables = document.get("package").and_then(Item::as_array_of_tables);
    for table in tables.into_iter().flatten().filter(|table| !table.contains_key("source")) {
        let name = table.get("name").and_then(Item::as_str);
        let version = table.get("version").filter(|item| item.is_str()).and_then(Item::span);
        if let (Some(name), Some(place)) = (name, version) {
            let version = text[place.clone()].trim_matches(['"', '\'']);
            entries.entry(name.to_owned()).or_default().push((version, line(place.start)));
        }
    }
    Ok(entries)
}

fn stale(path: &str, package: &Package, line: Option<u32>, detail: String) -> Finding {
    Finding {
        date: None,
        evidence: None,
        kind: if line.is_some() { "stale-lock-entry" } else { "missing-lock-entry" }.to_owned(),
        severity: Severity::Finding,
        subject: format!("{} {}", package.name, package.version),
        detail,
        help: match line {
            Some(_) => format!("write `version = \"{}\"` there, or run `cargo update --workspace`", package.version),
            None => "run `cargo update --workspace`".to_owned(),
        },
        rule: Rule::R1,
        file: Some(path.to_owned()),
        line,
    }
}

fn unreadable(path: &str, line: u32, why: &str) -> Finding {
    Finding {
        date: None,
        evidence: None,
        kind: "unreadable-lock".to_owned(),
        severity: Severity::Finding,
        subject: path.to_owned(),
        detail: format!("it is not what cargo writes: {why}"),
        help: "run `cargo update --workspace`".to_owned(),
        rule: Rule::R1,
        file: Some(path.to_owned()),
        line: Some(line),
    }
}
