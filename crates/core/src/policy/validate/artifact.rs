//! Archives of a release (R11).

use semver::Version;

use super::checks::{filled, glob, path, placeholders, required, text};
use crate::{
    model::ArchiveFormat,
    policy::{
        Artifact, ArtifactKind, BUILT, Build, Contents, Shell,
        error::{Fault, Problem},
        raw::{At, RawArtifact, RawCompletions},
        tree::Span,
    },
};

/// What else a release consists of.
pub(super) fn artifacts(written: &[At<RawArtifact>]) -> Result<Vec<Artifact>, Fault> {
    let (mut names, mut made) = (Vec::new(), Vec::new());
    for one in written {
        let artifact = artifact(one)?;
        let name = one.value.name.as_ref();
        for target in artifact.targets() {
            let stem = artifact.stem("project", &Version::new(1, 0, 0), target);
            for format in artifact.formats_for(target) {
                // Whatever the version is, one would overwrite the other.
                let file = format!("{stem}.{format}");
                if names.contains(&file) {
                    return Err(Fault::new(name.and_then(|at| at.span), Problem::SameFileName { file }));
                }
                names.push(file);
            }
        }
        made.push(artifact);
    }
    Ok(made)
}

fn artifact(written: &At<RawArtifact>) -> Result<Artifact, Fault> {
    let (raw, span) = (&written.value, written.span);
    let kind = required(raw.kind.as_ref(), span, "artifact.kind", "kind = \"cli\"")?.value;
    let (name, formats) = name(raw, span)?;
    for (name, key) in of_other_kinds(raw, kind) {
        if let Some(span) = key {
            return Err(Fault::new(span, Problem::KeyOfOtherKind { key: format!("artifact.{name}"), kind }));
        }
    }
    let files = raw.files.as_ref().map(|files| files.iter().map(|it| path(it, "artifact.files")).collect());
    let contents = match kind {
        ArtifactKind::Source => Contents::Source,
        ArtifactKind::CApi => Contents::CApi {
            build: build(raw, span)?,
            headers: raw.headers.as_deref().map(headers).transpose()?,
            library: raw
                .library
                .as_ref()
                .map(|it| filled(it, "artifact.library").map(|it| it.value.clone()))
                .transpose()?,
        },
        ArtifactKind::Cli => Contents::Cli {
            build: build(raw, span)?,
            completions: raw.completions.as_ref().map(completions).transpose()?.unwrap_or_default(),
            man: raw.man.as_ref().map(|man| words(man, "artifact.man")).transpose()?,
        },
    };
    let made_on = raw.build.unwrap_or_default();
    Ok(Artifact { name, formats, files: files.transpose()?, made_on, contents })
}

/// The pattern without an ending, and the formats.
fn name(raw: &RawArtifact, span: Option<Span>) -> Result<(String, Vec<ArchiveFormat>), Fault> {
    let name = text(raw.name.as_ref(), span, "artifact.name", "name = \"{project}-v{version}-{arch}-{os}\"")?;
    placeholders(name, "artifact.name", &["project", "version", "arch", "os"])?;
    let bad = |why| Fault::new(name.span, Problem::BadFileName { name: name.value.clone(), why });
    if name.value.contains(['/', '\\', ':']) || name.value.starts_with(['.', '-']) {
        return Err(bad("it is no name of a file"));
    }
    let formats = raw.formats.as_ref().map(|formats| formats.value.clone());
    match (ArchiveFormat::split(&name.value), formats) {
        (Some(_), Some(_)) => Err(bad("its ending says how it is packed, and so does `formats`")),
        (Some((stem, format)), None) => Ok((stem.to_owned(), vec![format])),
        (None, formats) => Ok((name.value.clone(), formats.unwrap_or_default())),
    }
}

/// Keys that are written and mean nothing for this kind, by where their values stand.
fn of_other_kinds(raw: &RawArtifact, kind: ArtifactKind) -> Vec<(&'static str, Option<Option<Span>>)> {
    let first = |list: &Option<Vec<At<String>>>| list.as_ref().map(|list| list.first().and_then(|one| one.span));
    let built = [
        ("package", raw.package.as_ref().map(|it| it.span)),
        ("targets", first(&raw.targets)),
        ("profile", raw.profile.as_ref().map(|it| it.span)),
        ("command", raw.command.as_ref().map(|it| it.span)),
    ];
    let library = [("headers", first(&raw.headers)), ("library", raw.library.as_ref().map(|it| it.span))];
    let program =
        [("completions", raw.completions.as_ref().map(|it| it.span)), ("man", raw.man.as_ref().map(|it| it.span))];
    match kind {
        ArtifactKind::Source => built.into_iter().chain(library).chain(program).collect(),
        ArtifactKind::CApi => program.into(),
        ArtifactKind::Cli => library.into(),
    }
}

fn build(raw: &RawArtifact, span: Option<Span>) -> Result<Build, Fault> {
    let package = text(raw.package.as_ref(), span, "artifact.package", "package = \"my-cli\"")?.value.clone();
    let example = "targets = [\"x86_64-unknown-linux-gnu\"]";
    let targets = required(raw.targets.as_deref(), span, "artifact.targets", example)?;
    let profile = raw.profile.as_ref().map(|it| filled(it, "artifact.profile")).transpose()?;
    Ok(Build {
        package,
        targets: targets.iter().map(target).collect::<Result<_, _>>()?,
        profile: profile.map_or_else(|| "release".to_owned(), |it| it.value.clone()),
        command: raw.command.as_ref().map(command).transpose()?,
    })
}

/// The name of a target: it goes into paths and into the names of variables.
fn target(written: &At<String>) -> Result<String, Fault> {
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_.".contains(c));
    if written.value.contains('-') && written.value.split('-').all(plain) {
        return Ok(written.value.clone());
    }
    Err(Fault::new(written.span, Problem::BadTarget { name: written.value.clone() }))
}

fn command(written: &At<Vec<String>>) -> Result<Vec<String>, Fault> {
    let words = words(written, "artifact.command")?;
    for word in &words {
        let word = At { value: word.clone(), span: written.span };
        placeholders(&word, "artifact.command", &["package", "target", "profile"])?;
    }
    // A program with a folder in its name is the commit's own; another is looked for as the shell looks for it.
    if words[0].contains(['/', '\\']) {
        let program = words[0].strip_prefix("./").unwrap_or(&words[0]).to_owned();
        path(&At { value: program, span: written.span }, "artifact.command")?;
    }
    Ok(words)
}

/// At least one word.
fn words(written: &At<Vec<String>>, key: &str) -> Result<Vec<String>, Fault> {
    if written.value.first().is_none_or(String::is_empty) {
        return Err(Fault::new(written.span, Problem::Empty { key: key.to_owned() }));
    }
    Ok(written.value.clone())
}

fn headers(written: &[At<String>]) -> Result<Vec<String>, Fault> {
    let one = |it: &At<String>| {
        let within = it.value.strip_prefix(BUILT).unwrap_or(&it.value).to_owned();
        let within = At { value: within, span: it.span };
        glob(&within)?;
        path(&within, "artifact.headers").map(|_| it.value.clone())
    };
    written.iter().map(one).collect()
}

fn completions(written: &At<RawCompletions>) -> Result<std::collections::BTreeMap<Shell, Vec<String>>, Fault> {
    let raw = &written.value;
    let by_shell = [
        (Shell::Bash, &raw.bash),
        (Shell::Elvish, &raw.elvish),
        (Shell::Fish, &raw.fish),
        (Shell::PowerShell, &raw.powershell),
        (Shell::Zsh, &raw.zsh),
    ];
    let named = by_shell.into_iter().filter_map(|(shell, arguments)| Some((shell, arguments.clone()?)));
    named.map(|(shell, value)| Ok((shell, words(&At { value, span: written.span }, "artifact.completions")?))).collect()
}
