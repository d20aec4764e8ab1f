//! Policies, sound and broken, as a user meets them.

mod broken;

use stationmaster_core::policy::{DEFAULT_PRESET, PRESETS, Policy, preset, schema};

const MINIMAL: &str = "[project]\nname = \"Example\"\n[train]\nfirst = { version = \"1.0.0\", cut = 2022-01-05 }\n";

fn parse(text: &str) -> Policy {
    Policy::parse(text).unwrap_or_else(|error| panic!("{}:{}: {error}", error.line(), error.column()))
}

#[test]
fn every_preset_is_a_whole_policy() {
    for (name, text) in PRESETS {
        parse(text);
        assert_eq!(preset(name), Some(text));
    }
    assert_eq!(preset("2020-none"), None);
}

#[test]
fn a_policy_that_says_little_is_the_default_preset() {
    assert_eq!(parse(MINIMAL), parse(preset(DEFAULT_PRESET).expect("it is there")));
}

#[test]
fn a_named_preset_gives_its_process_and_leaves_the_projects_own_things() {
    for (name, text) in PRESETS {
        let whole = parse(text);
        let named = parse(&format!("preset = \"{name}\"\n{MINIMAL}"));
        assert_eq!(named.project, whole.project);
        let (rules, named) = (whole.epochs()[0].rules.clone(), named.epochs()[0].rules.clone());
        assert_eq!(named.train, rules.train, "{name}");
        assert_eq!(named.support, rules.support, "{name}");
        assert_eq!(named.gates, rules.gates, "{name}");
    }
}

#[test]
fn what_is_written_and_does_nothing_yet_is_said_once_with_its_place() {
    let said = |text: &str| {
        let (_, warnings) = Policy::parse_with_warnings(text).expect("a policy");
        warnings
            .into_iter()
            .map(|warning| {
                format!("{}:{} {warning}; {}", warning.line(), warning.column(), warning.hint().unwrap_or_default())
            })
            .collect::<Vec<_>>()
    };
    for (name, text) in PRESETS {
        assert_eq!(said(text), [""; 0], "{name}");
    }
    let off = "[gates]\nkeep-formats = false\ntest-lines-every-days = 0\n";
    assert_eq!(said(&format!("{MINIMAL}{off}")), [""; 0]);
    let on = "[gates]\nkeep-formats = true\n[[satellite]]\nname = \"py\"\nrepository = \"x\"\n\
              [[epoch]]\nfrom = 2024-01-01\ngates.test-lines-every-days = 7\n[[epoch]]\nfrom = 2025-01-01\n";
    let rest = "does nothing yet; leave it out; a later version will do it";
    assert_eq!(
        said(&format!("{MINIMAL}{on}")),
        [
            format!("6:16 `gates.keep-formats` {rest}"),
            format!("7:1 `satellite` {rest}"),
            format!("12:31 `gates.test-lines-every-days` {rest}"),
        ]
    );
}

#[test]
fn the_schema_knows_every_key_and_the_default_presets_values() {
    let schema = schema();
    let default = |path: &str| schema.pointer(&format!("/$defs/{path}/default")).cloned().unwrap_or_default();
    assert_eq!(default("Train/properties/cadence"), serde_json::json!({ "monthly": 5 }));
    assert_eq!(default("Train/properties/patience-days"), serde_json::json!(7));
    assert_eq!(default("Support/properties/latest"), serde_json::json!(2));
    assert_eq!(default("Project/properties/tag"), serde_json::json!("v{version}"));
    assert_eq!(default("Train/properties/first"), serde_json::Value::Null);
    assert!(!schema.to_string().contains("\"null\""), "TOML has no null");
    assert_eq!(schema.get("required"), None, "what a file does not say, its preset says");
    let required = schema["$defs"].as_object().expect("definitions").iter().filter_map(|(name, it)| {
        let keys = it.get("required")?.as_array()?.iter().map(|key| key.as_str().unwrap_or_default());
        Some(format!("{name}: {}", keys.collect::<Vec<_>>().join(" ")))
    });
    assert_eq!(required.collect::<Vec<_>>(), ["Epoch: from", "Identity: name email", "LatestTable: latest"]);
    for (name, definition) in schema["$defs"].as_object().expect("definitions") {
        for (key, property) in definition["properties"].as_object().into_iter().flatten() {
            assert!(property.get("description").is_some(), "{name}.{key} has no description");
        }
    }
}
