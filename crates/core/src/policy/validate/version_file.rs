//! `[[version-file]]`: files, other than manifests, with a version in them (R11).

use super::{
    checks::{filled, path, placeholders, required, text},
    groups::known_group,
};
use crate::policy::{
    ElementPath, JsonPointer, KeyPath, Locator, LocatorError, VersionFile, VersionGroup, VersionRegex,
    error::{Fault, Problem},
    raw::{At, RawVersionFile},
};

/// Files, other than manifests, with a version in them.
pub(super) fn version_files(
    written: &[At<RawVersionFile>],
    groups: &[VersionGroup],
) -> Result<Vec<VersionFile>, Fault> {
    written.iter().map(|file| version_file(file, groups)).collect()
}

fn version_file(written: &At<RawVersionFile>, groups: &[VersionGroup]) -> Result<VersionFile, Fault> {
    let (raw, span) = (&written.value, written.span);
    let file = text(raw.path.as_ref(), span, "version-file.path", "path = \"include/version.h\"")?;
    let group = match (&raw.group, groups.first()) {
        (Some(group), _) => {
            known_group(group, groups)?;
            group.value.clone()
        }
        (None, Some(first)) => first.name.clone(),
        (None, None) => return Err(Fault::new(span, Problem::UnknownGroup { name: String::new(), known: Vec::new() })),
    };
    let mut locators = locators(raw)?;
    match (locators.pop(), locators.is_empty()) {
        (Some(locate), true) => Ok(VersionFile { path: path(file, "version-file.path")?, group, locate }),
        _ => Err(Fault::new(span, Problem::UnclearVersionFile)),
    }
}

/// Every place that is given.
fn locators(raw: &RawVersionFile) -> Result<Vec<Locator>, Fault> {
    let header = raw.c_header.as_ref().map(|header| {
        let prefix = required(header.value.prefix.as_ref(), header.span, "c-header.prefix", "prefix = \"NAME_\"")?;
        Ok(Locator::CHeader { prefix: prefix.value.clone() })
    });
    let whole = raw.whole_file.as_ref().filter(|whole| whole.value).map(|_| Ok(Locator::WholeFile));
    let given = [
        header,
        raw.text.as_ref().map(plain_text),
        parsed(raw.toml.as_ref(), "toml", "toml = \"package.metadata.version\"", KeyPath::parse, Locator::Toml),
        parsed(raw.json.as_ref(), "json", "json = \"/version\"", JsonPointer::parse, Locator::Json),
        parsed(raw.xml.as_ref(), "xml", "xml = \"project/version\"", ElementPath::parse, Locator::Xml),
        parsed(raw.yaml.as_ref(), "yaml", "yaml = \"image.tag\"", KeyPath::parse, Locator::Yaml),
        whole,
        parsed(
            raw.pattern.as_ref(),
            "pattern",
            "pattern = '^VERSION = (?<version>.*)$'",
            VersionRegex::parse,
            Locator::Pattern,
        ),
        raw.marker.as_ref().map(marker),
    ];
    given.into_iter().flatten().collect()
}

fn plain_text(pattern: &At<String>) -> Result<Locator, Fault> {
    placeholders(pattern, "version-file.text", &["version"])?;
    if pattern.value.matches("{version}").count() != 1 {
        let (key, example) = ("version-file.text".to_owned(), "version = '{version}'".to_owned());
        return Err(Fault::new(pattern.span, Problem::NoVersion { key, example }));
    }
    Ok(Locator::Text { pattern: pattern.value.clone() })
}

fn marker(marker: &At<String>) -> Result<Locator, Fault> {
    let marker = filled(marker, "version-file.marker")?;
    Ok(Locator::Marker(marker.value.clone()))
}

fn parsed<T>(
    written: Option<&At<String>>,
    key: &str,
    example: &str,
    parse: fn(&str) -> Result<T, LocatorError>,
    locator: fn(T) -> Locator,
) -> Option<Result<Locator, Fault>> {
    let written = written?;
    Some(parse(&written.value).map(locator).map_err(|error| {
        let (key, text) = (format!("version-file.{key}"), written.value.clone());
        let problem = Problem::BadPlace { key, text, reason: error.to_string(), example: example.to_owned() };
        Fault::new(written.span, problem)
    }))
}
