//! Formats of repositories that cannot be read, said in one sentence before anything is read wrong.

use std::{
    fs,
    path::{Path, PathBuf},
};

use gix::config::{File, Source};

/// The newest `core.repositoryFormatVersion` that is understood.
const VERSION: i64 = 1;
/// Extensions that are understood, or change nothing that is read here.
const EXTENSIONS: [&str; 9] = [
    "noop",
    "noop-v1",
    "objectformat",
    "partialclone",
    "preciousobjects",
    "refstorage",
    "relativeworktrees",
    "submodulepathconfig",
    "worktreeconfig",
];

/// Why a repository cannot be read, and what to do about it.
pub(super) struct Unreadable {
    pub(super) why: String,
    pub(super) help: &'static str,
}

impl Unreadable {
    fn new(why: impl Into<String>, help: &'static str) -> Self {
        Self { why: why.into(), help }
    }
}

/// Why the repository at a git folder, or in a work tree, cannot be read. None: nothing speaks against it.
pub(super) fn unreadable(found: &Path) -> Option<Unreadable> {
    let git_dir = git_dir(found)?;
    if fs::read_to_string(git_dir.join("HEAD")).is_ok_and(|head| !names_something(head.trim_end())) {
        return Some(Unreadable::new(BROKEN_HEAD, POINT_HEAD));
    }
    let config = common_dir(&git_dir).join("config");
    // A configuration that cannot be read is told of by whoever opens the repository.
    let config = File::from_path_no_includes(config, Source::Local).ok()?;
    let value = |section: &str, key: &str| config.string_by(section, None, key).map(|value| value.to_string());
    let version =
        value("core", "repositoryformatversion").and_then(|text| text.trim().parse::<i64>().ok()).unwrap_or(0);
    if version > VERSION {
        let why = format!("it has repository format {version}, and Stationmaster reads formats 0 and {VERSION}");
        return Some(Unreadable::new(why, PLAIN_CLONE));
    }
    match value("extensions", "objectformat").map(|format| format.to_ascii_lowercase()) {
        Some(format) if format != "sha1" => {
            let why = format!("it names objects by {}, and Stationmaster reads SHA-1 only", spelled(&format));
            return Some(Unreadable::new(why, TO_SHA1));
        }
        _ => {}
    }
    match value("extensions", "refstorage").map(|format| format.to_ascii_lowercase()) {
        Some(format) if format != "files" => {
            let why = format!("it keeps its refs as `{format}`, and Stationmaster reads refs in files");
            return Some(Unreadable::new(why, TO_FILES));
        }
        _ => {}
    }
    // Git itself looks at unknown extensions from format 1 on.
    let unknown = extensions(&config).into_iter().find(|name| !EXTENSIONS.contains(&name.as_str()));
    let unknown = unknown.filter(|_| version >= 1)?;
    let why = format!("it uses the extension `{unknown}`, which Stationmaster does not know");
    Some(Unreadable::new(why, PLAIN_CLONE))
}

fn spelled(format: &str) -> String {
    if format == "sha256" { "SHA-256".to_owned() } else { format!("`{format}`") }
}

fn extensions(config: &File) -> Vec<String> {
    let mut names = Vec::new();
    for section in config.sections_by_name("extensions").into_iter().flatten() {
        names.extend(section.value_names().map(|name| name.to_string().to_ascii_lowercase()));
    }
    names
}

/// What a folder lacks that looks like a git folder, or has one in it. None: it does not look like one.
pub(super) fn incomplete(folder: &Path) -> Option<(PathBuf, Unreadable)> {
    let looks_like_one = |dir: &PathBuf| dir.join("objects").is_dir() && dir.join("refs").exists();
    let dir = folder.ancestors().flat_map(|above| [above.join(".git"), above.to_owned()]).find(looks_like_one)?;
    let why = if dir.join("HEAD").exists() { BROKEN_HEAD } else { "it has no HEAD" };
    Some((dir, Unreadable::new(why, POINT_HEAD)))
}

const POINT_HEAD: &str = "write the name of a branch to its file HEAD, such as `ref: refs/heads/main`";
const PLAIN_CLONE: &str = "name a clone of it that is made without that: `git clone --mirror` copies branches and tags";
const TO_FILES: &str =
    "run `git refs migrate --ref-format=files` there, or name a clone: `git clone --mirror --ref-format=files`";
const TO_SHA1: &str = "git cannot change it; `git fast-export --all` and `git fast-import` copy its history, with other ids, to a new \
                       repository of `git init --object-format=sha1`";
const BROKEN_HEAD: &str = "its HEAD names neither a branch nor a commit";

/// Whether the text of a `HEAD` can be one.
fn names_something(head: &str) -> bool {
    head.starts_with("ref:") || (matches!(head.len(), 40 | 64) && head.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The git folder of a path that is one, or a work tree.
fn git_dir(found: &Path) -> Option<PathBuf> {
    let dot_git = found.join(".git");
    if dot_git.is_dir() {
        return Some(dot_git);
    }
    if !dot_git.is_file() {
        return Some(found.to_owned());
    }
    let text = fs::read_to_string(dot_git).ok()?;
    Some(found.join(text.strip_prefix("gitdir:")?.trim()))
}

/// The folder that all worktrees share.
fn common_dir(git_dir: &Path) -> PathBuf {
    match fs::read_to_string(git_dir.join("commondir")) {
        Ok(text) => git_dir.join(text.trim()),
        Err(_) => git_dir.to_owned(),
    }
}
