//! `stationmaster notes [VERSION]`

use clap::Args;
use semver::Version;
use stationmaster_core::{
    edit::notes::{NotesFile, Section, State, Title},
    report::notes::SectionView,
};

use super::{Project, Scope};
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    render::notes::print,
    wiring::block_on,
};

/// What to show.
#[derive(Debug, Args)]
pub(super) struct Wanted {
    /// The version [default: the newest that the notes have a section for].
    version: Option<Version>,
    /// Look into the notes of this revision only [default: the main branch, then the version's branch, then its tag].
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Print the section as JSON: its state, its entries, its major breaking changes, its text.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(super) fn run(scope: &Scope, arguments: &Wanted) -> CommandResult {
    let project = block_on(async { Project::open(scope, arguments.rev.as_deref()).await })?;
    let places = match (&arguments.rev, &arguments.version) {
        (None, Some(version)) => project.places(version),
        (rev, _) => vec![project.revision(rev.as_deref())?],
    };
    let mut looked = Vec::new();
    for place in places {
        let Some(notes) = project.notes_at(&place.commit)? else {
            looked.push(format!("{}, which has no `{}`", place.name, project.rules()?.file));
            continue;
        };
        let file = NotesFile::parse(&notes.text);
        if let Some(section) = wanted(&file, arguments.version.as_ref()) {
            let view = SectionView::new(&file, section, &place.name, &place.commit, &notes.rules.file);
            if arguments.json {
                super::super::print_json(&view)?;
            } else {
                print(&view);
            }
            return Ok(Ending::Done);
        }
        looked.push(format!("{}:{}", place.name, notes.rules.file));
    }
    Err(nothing(&project, arguments, &looked))
}

/// The section of a version; else the first that says something, or is released.
fn wanted<'f, 't>(file: &'f NotesFile<'t>, version: Option<&Version>) -> Option<&'f Section<'t>> {
    match version {
        Some(version) => file.section(version),
        None => {
            let says = |section: &&Section<'_>| {
                section.title != Title::Unreleased
                    || section.state != State::Unreleased
                    || !file.body(section).is_empty()
            };
            file.sections.iter().find(says).or_else(|| file.sections.first())
        }
    }
}

fn nothing(project: &Project, arguments: &Wanted, looked: &[String]) -> Failure {
    let looked = if looked.is_empty() {
        "there is nothing to look into".to_owned()
    } else {
        format!("looked into {}", looked.join(", "))
    };
    let Some(version) = &arguments.version else {
        return Failure::new(Ending::Usage, format!("the release notes have no section; {looked}"))
            .hint("name another revision with `--rev REV`, or the right file in `[notes] file`");
    };
    let failure = Failure::new(Ending::Usage, format!("the release notes have no section for {version}; {looked}"));
    let known: Vec<Version> = project.releases().into_keys().rev().take(3).collect();
    let is_released = project.releases().contains_key(version);
    match (is_released, known.as_slice()) {
        (true, _) => failure.hint("it was released without one: `stationmaster notes check` lists such releases"),
        (false, []) => failure.hint("there is no release yet"),
        (false, known) => {
            let known: Vec<String> = known.iter().map(ToString::to_string).collect();
            failure.hint(format!("the newest releases are {}", known.join(", ")))
        }
    }
}
