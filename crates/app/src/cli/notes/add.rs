//! `stationmaster notes add`

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

use clap::{Args, ValueEnum};
use stationmaster_core::{
    calendar::seconds_of,
    edit::notes::{Breaking, Entry, Kind, Link, Rfc, fragment_name, is_fragment, write_fragment},
    model::{CommitId, CommitSpec, FileEdit},
    report::notes::FragmentView,
};
use stationmaster_engine::ports::Objects;

use super::{Project, Scope};
use crate::{
    diagnostics::{CommandResult, Ending, Failure},
    render::notes::{paragraphs, print_fragment},
    wiring::block_on,
};

/// Write a release note entry to its own file, in the policy's fragments folder.
///
/// The file is written to the working tree. With `--base` it becomes a commit instead, without a checkout, and the commit's id is
/// printed. When the version is released, its fragments move into the notes and their files are deleted.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What sort of change it is.
    #[arg(long, value_enum)]
    kind: KindName,
    /// What changed, as users see it. Markdown.
    #[arg(long)]
    text: String,
    /// How much it breaks. A major breaking change needs an accepted RFC.
    #[arg(long, value_enum)]
    breaking: Option<Level>,
    /// The RFC of a major breaking change: its address or number.
    #[arg(long, value_name = "URL")]
    rfc: Option<Rfc>,
    /// A pull request's number, an advisory's id, or an address. May be given several times.
    #[arg(long = "link", value_name = "N|URL", value_parser = link)]
    links: Vec<Link>,
    /// Write a commit on top of this revision, and nothing into the work tree.
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// Point this branch (or full ref) at the new commit. It must not exist yet, or must be at the base.
    #[arg(long = "ref", value_name = "REF", requires = "base")]
    target: Option<String>,
    /// Print what was written as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum KindName {
    Security,
    Added,
    Changed,
    Deprecated,
    Removed,
    Fixed,
}

impl From<KindName> for Kind {
    fn from(name: KindName) -> Self {
        match name {
            KindName::Security => Self::Security,
            KindName::Added => Self::Added,
            KindName::Changed => Self::Changed,
            KindName::Deprecated => Self::Deprecated,
            KindName::Removed => Self::Removed,
            KindName::Fixed => Self::Fixed,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Level {
    /// It needs some consensus.
    Minor,
    /// It needs an accepted RFC.
    Major,
}

fn link(words: &str) -> Result<Link, String> {
    Link::of_words(words).ok_or_else(|| "a number, an advisory's id or an address is expected".to_owned())
}

/// Run the command.
pub(super) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let entry = entry(arguments)?;
    let base = arguments.base.as_deref();
    let project = block_on(async { Project::open(scope, base).await })?;
    let folder = project.rules()?.fragments.clone().ok_or_else(|| {
        Failure::new(Ending::Usage, "the policy names no folder of fragments")
            .hint("write `fragments = \"changes\"` under `[notes]` in the policy")
    })?;
    let (file, commit) = match base {
        Some(base) => {
            let (file, commit) = block_on(async { commit(&project, base, &folder, &entry, arguments).await })?;
            (file, Some(commit))
        }
        None => (into_work_tree(&project, &folder, &entry)?, None),
    };
    let target = arguments.target.as_deref();
    let view = FragmentView { file: &file, commit: commit.as_ref(), target, entry: &entry };
    if arguments.json {
        super::super::print_json(&view)?;
    } else {
        print_fragment(&view);
    }
    Ok(Ending::Done)
}

fn entry(arguments: &Arguments) -> Result<Entry, Failure> {
    if arguments.text.trim().is_empty() {
        return Err(Failure::new(Ending::Usage, "the text is empty").hint("describe the change as users see it"));
    }
    let read = Entry::read(Some(arguments.kind.into()), &paragraphs(&arguments.text));
    let breaking = match (arguments.breaking, arguments.rfc.clone()) {
        (Some(Level::Major), rfc) => Breaking::Major { rfc },
        (_, Some(_)) => {
            return Err(Failure::new(Ending::Usage, "an RFC goes with a major breaking change only")
                .hint("say `--breaking major` as well"));
        }
        (Some(Level::Minor), None) => Breaking::Minor,
        (None, None) => read.breaking,
    };
    let links = read.links.into_iter().chain(arguments.links.iter().cloned()).collect();
    Ok(Entry { breaking, links, ..read })
}

fn into_work_tree(project: &Project, folder: &str, entry: &Entry) -> Result<String, Failure> {
    let root = project.repository.work_dir().ok_or_else(|| {
        Failure::new(Ending::Usage, "the repository is bare, and has no work tree to write into")
            .hint("write a commit with `--base REV`, and point a branch at it with `--ref REF`")
    })?;
    let dir = root.join(folder);
    let failed = |path: &Path, error: io::Error| Failure::new(Ending::Outside, format!("{}: {error}", path.display()));
    fs::create_dir_all(&dir).map_err(|error| failed(&dir, error))?;
    loop {
        let name = fragment_name(entry, |name| dir.join(name).symlink_metadata().is_ok());
        let path = dir.join(&name);
        let mut file = match File::create_new(&path) {
            Ok(file) => file,
            // Somebody else wrote a note of this name meanwhile.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(failed(&path, error)),
        };
        return match file.write_all(write_fragment(entry).as_bytes()) {
            Ok(()) => Ok(format!("{folder}/{name}")),
            Err(error) => {
                // A part of a note is of no use; that it cannot be removed either changes nothing.
                let _gone = fs::remove_file(&path);
                Err(failed(&path, error))
            }
        };
    }
}

async fn commit(
    project: &Project,
    base: &str,
    folder: &str,
    entry: &Entry,
    arguments: &Arguments,
) -> Result<(String, CommitId), Failure> {
    let base = project.revision(Some(base))?;
    let taken = project.repository.paths(&base.commit, |path| is_fragment(folder, path))?;
    let name = fragment_name(entry, |name| taken.contains(&format!("{folder}/{name}")));
    let path = format!("{folder}/{name}");
    let subject = entry.text.lines().next().unwrap_or_default().trim_end_matches('.');
    let spec = CommitSpec {
        parent: base.commit.clone(),
        edits: vec![FileEdit { path: path.clone(), text: write_fragment(entry) }],
        removed: Vec::new(),
        message: format!("Note: {subject}\n"),
        identity: project.policy.project.identity.clone(),
        seconds: seconds_of(project.day),
    };
    let id = project.repository.write_commit(&spec).await?;
    if let Some(target) = &arguments.target {
        project.repository.set_ref(target, &base.commit, &id)?;
    }
    Ok((path, id))
}
