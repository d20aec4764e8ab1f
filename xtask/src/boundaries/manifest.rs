//! What a manifest depends on.

use toml_edit::{Document, Item, TableLike};

/// One dependency, normal or for a build script. Those of tests alone are nobody's concern here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Needed {
    /// From 1.
    pub(super) line: usize,
    /// The package, not what it is renamed to.
    pub(super) package: String,
}

/// All dependencies of a manifest, or the parser's words.
pub(super) fn needed(text: &str) -> Result<Vec<Needed>, String> {
    let manifest = Document::parse(text).map_err(|error| error.to_string())?;
    let mut found = Vec::new();
    collect(text, manifest.as_table(), &mut found);
    if let Some(targets) = manifest.get("target").and_then(Item::as_table_like) {
        for (_, target) in targets.iter() {
            if let Some(target) = target.as_table_like() {
                collect(text, target, &mut found);
            }
        }
    }
    Ok(found)
}

fn collect(text: &str, table: &dyn TableLike, found: &mut Vec<Needed>) {
    for kind in ["dependencies", "build-dependencies"] {
        let Some(dependencies) = table.get(kind).and_then(Item::as_table_like) else { continue };
        for (name, value) in dependencies.iter() {
            let renamed = value.as_table_like().and_then(|it| it.get("package")).and_then(Item::as_str);
            let start = dependencies.key(name).and_then(toml_edit::Key::span).map_or(0, |span| span.start);
            let line = 1 + text[..start].matches('\n').count();
            found.push(Needed { line, package: renamed.unwrap_or(name).to_owned() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_counts_but_that_of_tests_and_a_new_name_does_not_hide_the_package() {
        let text = "\
[dependencies]
serde = \"1\"
runtime = { package = \"tokio\", version = \"1\" }

[target.'cfg(unix)'.dependencies]
libc.workspace = true

[build-dependencies]
cc = \"1\"

[dev-dependencies]
tempfile = \"3\"
";
        let found = needed(text).expect("it parses");
        let found: Vec<_> = found.iter().map(|it| (it.line, it.package.as_str())).collect();
        assert_eq!(found, [(2, "serde"), (3, "tokio"), (9, "cc"), (6, "libc")]);
    }
}
