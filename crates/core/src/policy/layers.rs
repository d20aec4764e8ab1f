//! Layers of rules: what is said later overrides what was said before, key by key.

use super::{
    error::{Fault, Problem},
    presets::{DEFAULT_PRESET, PRESETS, preset},
    raw::At,
    reader::read,
    tree::{Node, Table, Value},
};

/// The sections of a preset that are its process, and in each the keys that name the project's own things.
const PROCESS: [(&str, &[&str]); 5] = [
    ("train", &["first", "holidays", "listed"]),
    ("support", &[]),
    ("backport", &["off-by-default", "satellites"]),
    ("notes", &["template", "archive-link", "fragments"]),
    ("gates", &["checks"]),
];

/// What holds where a policy says nothing: the default preset, but for what every project says for itself.
pub(super) fn defaults() -> Result<Table, Fault> {
    let mut table = preset_table(&At { value: DEFAULT_PRESET.to_owned(), span: None })?;
    for (section, key) in [("project", "name"), ("train", "first")] {
        table.section_mut(section).and_then(|section| section.take(key));
    }
    Ok(table)
}

/// A layer with what it leaves out: first as in the preset that it names, else as in the layers below.
pub(super) fn over(mut layer: Table, below: &Table) -> Result<Table, Fault> {
    if let Some(name) = layer.take("preset") {
        let name = read(&name).map_err(|fault| fault.under("preset"))?;
        fill(&mut layer, &process(preset_table(&name)?, below), true);
    }
    fill(&mut layer, below, true);
    Ok(layer)
}

/// Takes from the layer below what this one leaves out. A section is filled key by key, and so is long-term support; any other
/// value holds as a whole.
fn fill(layer: &mut Table, below: &Table, is_root: bool) {
    for under in &below.0 {
        match (layer.0.iter_mut().find(|entry| entry.key == under.key), &under.node.value) {
            (None, _) => layer.0.push(under.clone()),
            (Some(over), Value::Table(under)) if is_root || over.key == "lts" => {
                if let Value::Table(over) = &mut over.node.value {
                    fill(over, under, false);
                }
            }
            _ => {}
        }
    }
}

/// The process of a preset, without the project's own things. Where the count of long-term lines starts is one of those, once it
/// is said.
fn process(mut preset: Table, below: &Table) -> Table {
    preset.0.retain(|entry| PROCESS.iter().any(|(section, _)| *section == entry.key));
    for (section, own) in PROCESS {
        if let Some(section) = preset.section_mut(section) {
            section.0.retain(|entry| !own.contains(&entry.key.as_str()));
        }
    }
    if let Some(notes) = preset.section_mut("notes") {
        // A changelog is called so; notes in sections are called as the project likes.
        let style = notes.get("style").map(|style| &style.value);
        if !matches!(style, Some(Value::Text(style)) if style == "keep-a-changelog") {
            notes.take("file");
        }
    }
    let lts_from = |table: &Table| Some(table.section("support")?.section("lts")?.get("from")?.clone());
    if lts_from(below).is_some() {
        preset.section_mut("support").and_then(|support| support.section_mut("lts")?.take("from"));
    }
    preset
}

/// What a preset says, without places. The text is ours and complete, so it reads; a test holds that.
fn preset_table(name: &At<String>) -> Result<Table, Fault> {
    let text = preset(&name.value).ok_or_else(|| {
        let known = PRESETS.iter().map(|(name, _)| (*name).to_owned()).collect();
        Fault::new(name.span, Problem::UnknownPreset { name: name.value.clone(), known })
    })?;
    Table::parse(text).map(Table::homeless)
}

/// The tables of a list of tables.
pub(super) fn tables(list: Option<Node>, key: &str) -> Result<Vec<At<Table>>, Fault> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let wrong = |node: &Node, expected: &str| {
        let (key, expected, found) = (key.to_owned(), expected.to_owned(), node.in_words());
        Fault::new(node.span, Problem::WrongType { key, expected, found })
    };
    let Value::List(nodes) = list.value else { return Err(wrong(&list, "a list in brackets")) };
    let table = |node: Node| match node.value {
        Value::Table(value) => Ok(At { value, span: node.span }),
        _ => Err(wrong(&node, "a table")),
    };
    nodes.into_iter().map(table).collect()
}
