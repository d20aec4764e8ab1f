//! The JSON Schema of the policy, for editors.

use schemars::JsonSchema;
use serde_json::{Map, Value, json};
use toml_edit::{DocumentMut, Item, TableLike};

use super::{
    presets::{DEFAULT_PRESET, PRESETS, preset},
    raw::{RawDate, RawProject, RawRules},
};
use crate::model::Rule;

/// The rules of a project's release trains.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case", title = "Stationmaster policy")]
#[expect(dead_code, reason = "the schema's shape: what is read is layered before")]
struct Policy {
    /// The preset whose rules hold where this file says nothing.
    preset: Option<String>,
    /// What the project is called and where things are.
    project: Option<RawProject>,
    #[schemars(flatten)]
    rules: RawRules,
    /// Rules that change on a day. Each overrides, key by key, what held before it.
    epoch: Vec<Epoch>,
}

/// Rules from a day on. Tables override what held before key by key; lists (`group`, `class`, `version-file`,
/// `artifact`, `satellite`) as a whole.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
#[expect(dead_code, reason = "the schema's shape: what is read is layered before")]
struct Epoch {
    /// First day of these rules. Required.
    from: RawDate,
    /// A preset whose process (`train` without `first`, `support`, `backport`, the notes' `style`, `gates`) holds from this
    /// day on.
    preset: Option<String>,
    #[schemars(flatten)]
    rules: RawRules,
}

/// The sections of a policy whose keys have defaults, and the schema's name of each.
const SECTIONS: [(&str, &str); 7] = [
    ("project", "Project"),
    ("train", "Train"),
    ("support", "Support"),
    ("backport", "Backport"),
    ("notes", "Notes"),
    ("publish", "Publish"),
    ("gates", "Gates"),
];

/// Keys of the default preset that every project says for itself.
const NO_DEFAULT: [(&str, &str); 2] = [("project", "name"), ("train", "first")];

/// JSON Schema (draft 2020-12) of `stationmaster.toml`, with descriptions, and with the defaults of [`DEFAULT_PRESET`].
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Policy).to_value();
    drop_null(&mut schema);
    drop_rule_numbers(&mut schema);
    let names: Vec<&str> = PRESETS.iter().map(|(name, _)| *name).collect();
    if let Some(property) = schema.pointer_mut("/properties/preset").and_then(Value::as_object_mut) {
        property.insert("enum".to_owned(), json!(names));
        property.insert("type".to_owned(), json!("string"));
        property.insert("default".to_owned(), json!(DEFAULT_PRESET));
    }
    let defaults: DocumentMut = preset(DEFAULT_PRESET).unwrap_or_default().parse().unwrap_or_default();
    let said_by_presets = SECTIONS.map(|(_, definition)| format!("/$defs/{definition}"));
    for layered in said_by_presets.iter().map(String::as_str).chain(["", "/$defs/Epoch"]) {
        schema.pointer_mut(layered).and_then(Value::as_object_mut).and_then(|layered| layered.remove("required"));
    }
    schema["$defs"]["Epoch"]["required"] = json!(["from"]);
    for (section, definition) in SECTIONS {
        let properties = schema.pointer_mut(&format!("/$defs/{definition}/properties")).and_then(Value::as_object_mut);
        if let (Some(properties), Some(table)) = (properties, defaults.get(section).and_then(Item::as_table_like)) {
            insert_defaults(section, properties, table);
        }
    }
    schema
}

/// TOML has no null: a key that may be left out is not one that may be null.
fn drop_null(schema: &mut Value) {
    let null = json!({ "type": "null" });
    match schema {
        Value::Object(object) => {
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|name| name != "null");
                if let [one] = &types[..] {
                    let one = one.clone();
                    object.insert("type".to_owned(), one);
                }
            }
            if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
                choices.retain(|choice| *choice != null);
                if let [Value::Object(one)] = &choices[..] {
                    let one = one.clone();
                    object.remove("anyOf");
                    for (key, value) in one {
                        object.entry(key).or_insert(value);
                    }
                }
            }
            object.values_mut().for_each(drop_null);
        }
        Value::Array(values) => values.iter_mut().for_each(drop_null),
        _ => {}
    }
}

/// Numbers of rules, in parentheses, are for those who read the source: the description says the rule.
fn drop_rule_numbers(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::String(text)) = object.get_mut("description") {
                *text = without_rule_numbers(text);
            }
            object.values_mut().for_each(drop_rule_numbers);
        }
        Value::Array(values) => values.iter_mut().for_each(drop_rule_numbers),
        _ => {}
    }
}

fn without_rule_numbers(text: &str) -> String {
    let is_rule = |word: &str| serde_json::from_value::<Rule>(json!(word)).is_ok();
    let mut parts = text.split(" (");
    let mut said = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(')') {
            Some((inner, rest)) if inner.split(", ").all(is_rule) => said += rest,
            _ => {
                said += " (";
                said += part;
            }
        }
    }
    said
}

fn insert_defaults(section: &str, properties: &mut Map<String, Value>, table: &dyn TableLike) {
    for (key, item) in table.iter() {
        if NO_DEFAULT.contains(&(section, key)) {
            continue;
        }
        if let Some(property) = properties.get_mut(key).and_then(Value::as_object_mut) {
            property.insert("default".to_owned(), json_of(item));
        }
    }
}

/// A TOML value as JSON. Dates become text.
fn json_of(item: &Item) -> Value {
    if let Some(table) = item.as_table_like() {
        return table.iter().map(|(key, item)| (key.to_owned(), json_of(item))).collect::<Map<_, _>>().into();
    }
    if let Some(list) = item.as_array() {
        return list.iter().map(|value| json_of(&Item::Value(value.clone()))).collect::<Vec<_>>().into();
    }
    match (item.as_integer(), item.as_bool(), item.as_str()) {
        (Some(number), _, _) => number.into(),
        (_, Some(switch), _) => switch.into(),
        (_, _, Some(text)) => text.into(),
        _ => item.as_datetime().map_or(Value::Null, |day| day.to_string().into()),
    }
}
