//! What of a commit's own cargo configuration counts when its crates are packaged: where packages are, and nothing else.
//!
//! Cargo looks for its configuration from the folder it runs in. It never runs among a commit's files, for the configuration there
//! can name programs (`build.rustc`, wrappers, credential providers), proxies and certificates, and whoever packages an
//! unread commit runs nothing of it. What it says of vendored sources and of registries is told to cargo in a file of ours.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Component, Path, PathBuf},
};

use toml_edit::{DocumentMut, Item, Table, TableLike, value};

use crate::registry::cargo_config::{CargoConfig, from_environment};

/// The part of the configuration of the commit whose files are in a folder, as a file's text. None: there is none. What the
/// user's own configuration, in cargo's home, says of a registry comes before it.
pub(super) fn of_commit(sources: &Path, cargo_home: Option<&Path>) -> io::Result<Option<String>> {
    let read = |name: &str| match fs::read_to_string(sources.join(".cargo").join(name)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    };
    let text = match read("config")? {
        Some(text) => Some(text),
        None => read("config.toml")?,
    };
    text.map_or(Ok(None), |text| of_text(&text, sources, cargo_home))
}

/// The same of the text of a configuration file, for a commit whose files are in a folder.
pub(super) fn of_text(text: &str, sources: &Path, cargo_home: Option<&Path>) -> io::Result<Option<String>> {
    let document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        io::Error::other(format!(".cargo/config.toml of the commit: {}", error.message()))
    })?;
    let user = CargoConfig::read(None, cargo_home).map_err(io::Error::other)?;
    let is_users = |name: &str| {
        let keys = ["registries", name, "index"];
        from_environment(&keys).is_some() || user.each(&keys).next().is_some()
    };
    Ok(allowed(&document, sources, is_users))
}

/// Sources that end in a folder of the commit, and the indexes of registries.
fn allowed(document: &DocumentMut, root: &Path, is_users: impl Fn(&str) -> bool) -> Option<String> {
    let mut kept = DocumentMut::new();
    if let Some(sources) = document.get("source").and_then(Item::as_table_like) {
        for (name, _) in sources.iter() {
            if let Some(source) = vendored(sources, name, root) {
                kept.entry("source").or_insert_with(implicit)[name] = Item::Table(source);
            }
        }
    }
    if let Some(registries) = document.get("registries").and_then(Item::as_table_like) {
        for (name, registry) in registries.iter().filter(|(name, _)| !is_users(name)) {
            if let Some(index) = registry.get("index").and_then(Item::as_str) {
                let mut table = Table::new();
                table["index"] = value(index);
                kept.entry("registries").or_insert_with(implicit)[name] = Item::Table(table);
            }
        }
    }
    (!kept.is_empty()).then(|| kept.to_string())
}

/// One source as it was, with the path of its folder from the root of the file system. None where what replaces it is not in the
/// commit: cargo would then ask whoever the commit names.
fn vendored(sources: &dyn TableLike, name: &str, root: &Path) -> Option<Table> {
    let mut seen = BTreeSet::new();
    let mut at = name;
    let end = loop {
        let source = sources.get(at)?.as_table_like()?;
        match source.get("replace-with").and_then(Item::as_str) {
            Some(next) if seen.insert(at) => at = next,
            Some(_) => return None,
            None => break source,
        }
    };
    let folder_of = |key: &str| inside(root, end.get(key)?.as_str()?);
    let (kind, folder) = ["directory", "local-registry"].into_iter().find_map(|key| Some((key, folder_of(key)?)))?;
    let mut kept = Table::new();
    let source = sources.get(name)?.as_table_like()?;
    for key in ["replace-with", "registry", "git", "branch", "tag", "rev"] {
        if let Some(text) = source.get(key).and_then(Item::as_str) {
            kept[key] = value(text);
        }
    }
    if at == name {
        kept[kind] = value(folder.to_str()?);
    }
    Some(kept)
}

/// A folder below the root, also after its links are followed.
fn inside(root: &Path, path: &str) -> Option<PathBuf> {
    let is_below = Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let folder = root.join(path);
    let stays = || Some(folder.canonicalize().ok()?.starts_with(root.canonicalize().ok()?));
    (is_below && stays().unwrap_or(true)).then_some(folder)
}

fn implicit() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> String {
        let document = text.parse().expect("TOML");
        allowed(&document, Path::new("/commit"), |name| name == "mine").unwrap_or_default()
    }

    #[test]
    fn nothing_that_names_a_program_a_proxy_or_another_host_is_kept() {
        let hostile = "include = ['more.toml']\n[build]\nrustc = 'a'\nrustc-wrapper = 'b'\nrustc-workspace-wrapper = 'c'\n\
             [target.x86_64-unknown-linux-gnu]\nlinker = 'd'\nrunner = 'e'\n[env]\nRUSTC = { value = 'f', force = true }\n\
             [alias]\npackage = 'run'\n[registry]\ncredential-provider = 'g'\nglobal-credential-providers = ['h']\n\
             [credential-alias]\ng = ['i']\n[http]\nproxy = 'j'\ncainfo = 'k'\n[net]\ngit-fetch-with-cli = true\n\
             [source.crates-io]\nreplace-with = 'far'\n[source.far]\nregistry = 'sparse+https://l.example/'\n\
             [patch.crates-io]\nserde = { path = 'm' }\n";
        assert_eq!(kept(hostile), "");
        let registry = "[registries.work]\nindex = 'sparse+https://work.example/'\ncredential-provider = ['a']\ntoken = 'b'\n\
                        [registries.mine]\nindex = 'sparse+https://not.example/'\n";
        assert_eq!(kept(registry), "[registries.work]\nindex = \"sparse+https://work.example/\"\n");
    }

    #[test]
    fn vendored_sources_are_kept_if_they_are_in_the_commit() {
        let vendored = "[source.crates-io]\nreplace-with = 'near'\n[source.'git+https://g.example/x']\n\
                        git = 'https://g.example/x'\nrev = 'abc'\nreplace-with = 'near'\n[source.near]\ndirectory = 'vendor'\n";
        assert_eq!(
            kept(vendored),
            "[source.crates-io]\nreplace-with = \"near\"\n\n[source.\"git+https://g.example/x\"]\nreplace-with = \"near\"\n\
             git = \"https://g.example/x\"\nrev = \"abc\"\n\n[source.near]\ndirectory = \"/commit/vendor\"\n"
        );
        for outside in ["/usr/share/cargo", "../vendor", "a/../../vendor"] {
            let text = format!("[source.crates-io]\nreplace-with = 'n'\n[source.n]\ndirectory = '{outside}'\n");
            assert_eq!(kept(&text), "", "{outside}");
        }
        assert_eq!(kept("[source.a]\nreplace-with = 'b'\n[source.b]\nreplace-with = 'a'\n"), "");
    }
}
