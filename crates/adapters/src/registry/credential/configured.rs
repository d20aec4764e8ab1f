//! Which providers cargo's configuration names for a registry, and in which order they are asked.

use std::path::Path;

use toml_edit::{Item, Value};

use super::Subject;
use crate::registry::cargo_config::{CargoConfig, from_environment};

/// A program that gives tokens, or `cargo:NAME` for one that is built into cargo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Provider {
    pub(super) program: String,
    pub(super) args: Vec<String>,
}

/// The registry's own provider; else those for all registries, of which the last named is asked first; else `cargo:token`.
pub(super) fn providers(config: &CargoConfig, subject: &Subject) -> Vec<Provider> {
    let own = match &subject.name {
        _ if subject.is_crates_io => setting(config, &["registry", "credential-provider"]),
        Some(name) => setting(config, &["registries", name, "credential-provider"]),
        None => None,
    };
    if let Some(own) = own {
        return vec![resolve(config, own)];
    }
    let named: Vec<Provider> = global(config).into_iter().rev().map(|provider| resolve(config, provider)).collect();
    if named.is_empty() { vec![Provider { program: "cargo:token".to_owned(), args: Vec::new() }] } else { named }
}

/// The provider that cargo would ask because of the project's own files alone. We do not, and say so.
pub(super) fn of_the_project(project: Option<&Path>, users: &CargoConfig, subject: &Subject) -> Option<String> {
    let with_the_projects = CargoConfig::read(Some(project?), subject.cargo_home.as_deref()).ok()?;
    let users = providers(users, subject);
    let more = providers(&with_the_projects, subject).into_iter().find(|provider| !users.contains(provider))?;
    Some(more.program)
}

/// The lists of all files are one list for cargo, the farthest first and the environment last.
fn global(config: &CargoConfig) -> Vec<Provider> {
    let keys = ["registry", "global-credential-providers"];
    let mut files: Vec<_> = config.each(&keys).collect();
    files.reverse();
    let of_file = |(item, root): (&Item, &Path)| -> Vec<Provider> {
        let values = item.as_array().into_iter().flatten().filter_map(Value::as_str);
        values.filter_map(|text| Provider::new(text.split_whitespace(), Some(root))).collect()
    };
    let mut found: Vec<Provider> = files.into_iter().flat_map(of_file).collect();
    let text = from_environment(&keys).unwrap_or_default();
    found.extend(text.split_whitespace().filter_map(|word| Provider::new([word].into_iter(), None)));
    found
}

/// A provider with its arguments: a list, or one text with spaces between them.
fn setting(config: &CargoConfig, keys: &[&str]) -> Option<Provider> {
    if let Some(text) = from_environment(keys) {
        return Provider::new(text.split_whitespace(), None);
    }
    let (item, root) = config.each(keys).next()?;
    match item.as_array() {
        Some(list) => Provider::new(list.iter().filter_map(Value::as_str), Some(root)),
        None => Provider::new(item.as_str()?.split_whitespace(), Some(root)),
    }
}

/// A name without arguments may be an alias.
fn resolve(config: &CargoConfig, provider: Provider) -> Provider {
    if !provider.args.is_empty() || provider.program.starts_with("cargo:") {
        return provider;
    }
    setting(config, &["credential-alias", &provider.program]).unwrap_or(provider)
}

impl Provider {
    /// The first word is the program. With a slash in it, it is a path that starts from the folder of the configuration.
    fn new<'a>(mut words: impl Iterator<Item = &'a str>, root: Option<&Path>) -> Option<Self> {
        let program = words.next()?;
        let is_path = program.contains(std::path::is_separator);
        let program = match root {
            Some(root) if is_path => root.join(program).to_string_lossy().into_owned(),
            _ => program.to_owned(),
        };
        Some(Self { program, args: words.map(str::to_owned).collect() })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn asked(text: &str, name: Option<&str>) -> Vec<String> {
        let project = tempfile::tempdir().expect("folder");
        fs::create_dir(project.path().join(".cargo")).expect("folder");
        fs::write(project.path().join(".cargo/config.toml"), text).expect("write");
        let config = CargoConfig::read(Some(project.path()), None).expect("read");
        let subject = Subject {
            index: "sparse+http://work.example/".to_owned(),
            name: name.map(str::to_owned),
            is_crates_io: name == Some("crates-io"),
            is_named_outright: false,
            cargo_home: None,
        };
        let shown = |it: Provider| {
            let words = [it.program.clone()].into_iter().chain(it.args).collect::<Vec<_>>().join(" ");
            words.replace(&project.path().display().to_string(), "PROJECT")
        };
        providers(&config, &subject).into_iter().map(shown).collect()
    }

    #[test]
    fn without_a_setting_cargos_own_store_is_asked() {
        assert_eq!(asked("", Some("work")), ["cargo:token"]);
    }

    #[test]
    fn of_the_providers_for_all_registries_the_last_is_asked_first() {
        let text = "[registry]\nglobal-credential-providers = [\"cargo:token\", \"vault --team a\"]\n";
        assert_eq!(asked(text, Some("work")), ["vault --team a", "cargo:token"]);
        assert_eq!(asked(text, None), ["vault --team a", "cargo:token"]);
    }

    #[test]
    fn a_registrys_own_provider_is_asked_alone_and_may_be_an_alias_or_a_path() {
        let text = "[registry]\nglobal-credential-providers = [\"cargo:token\"]\ncredential-provider = \"mine\"\n\
                    [registries.work]\ncredential-provider = [\"tools/give\", \"two words\"]\n\
                    [credential-alias]\nmine = [\"cargo:token-from-stdout\", \"pass\", \"show\"]\n\
                    \"cargo:token\" = \"shadow\"\n";
        assert_eq!(asked(text, Some("work")), ["PROJECT/tools/give two words"]);
        assert_eq!(asked(text, Some("crates-io")), ["cargo:token-from-stdout pass show"]);
        assert_eq!(asked(text, Some("other")), ["cargo:token"]);
    }
}
