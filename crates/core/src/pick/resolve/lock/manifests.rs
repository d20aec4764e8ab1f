//! What manifests say of the versions that a lock file repeats.

use std::collections::BTreeMap;

use crate::workspace::Manifest;

/// Versions that packages have in their own manifests, by name. A package that inherits its version has none here.
pub(super) type Declared<'t> = BTreeMap<&'t str, &'t str>;

/// Read manifests; those that are none say nothing.
pub(super) fn declared(manifests: &BTreeMap<String, String>) -> Declared<'_> {
    let read = |(path, text)| -> Option<(&str, &str)> {
        let (path, text): (&String, &String) = (path, text);
        let manifest = Manifest::parse(path, text).ok()?;
        let package = manifest.package()?;
        let letters = |key: &str| text.get(manifest.text_span(package.get(key)?)?);
        Some((letters("name")?, letters("version")?))
    };
    manifests.iter().filter_map(read).collect()
}
