//! The tree that is bumped: as a checkout, and as a bare repository.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    thread,
};

use super::{emptied, file};
use crate::{
    cargo::program,
    steps::{ChoreResult, Failure, asked, execute},
};

/// One file of a commit.
struct Entry {
    mode: String,
    id: String,
    path: String,
}

/// How a checkout differs from its commit.
pub(super) struct CheckedOut {
    /// Files that the clone does not have: a plain `git checkout` would stop at them.
    pub(super) absent: Vec<String>,
    /// Empty files for readmes that manifests name and the commit does not have: cargo-release would stop at them.
    pub(super) added: Vec<String>,
}

/// Write a commit's files into a folder, as a repository of its own with one commit.
pub(super) fn check_out(clone: &Path, commit: &str, folder: &Path) -> ChoreResult<CheckedOut> {
    emptied(folder)?;
    let listing = asked(program("git").arg("--git-dir").arg(clone).args(["ls-tree", "-r", "-z", commit]));
    let listing = listing.ok_or_else(|| Failure::Found(format!("`git ls-tree {commit}` failed")))?;
    let entries: Vec<Entry> = listing.split('\0').filter_map(entry).collect();
    let absent = write_files(clone, &entries, folder)?;
    let added = add_readmes(&entries, folder)?;
    let git = |arguments: &[&str]| execute(program("git").current_dir(folder).args(arguments));
    git(&["init", "--quiet", "--initial-branch=main"])?;
    git(&["add", "--all"])?;
    let who = ["-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0"];
    git(&[&who[..], &["commit", "--quiet", "--message=The tree to bump"]].concat())?;
    Ok(CheckedOut { absent, added })
}

fn add_readmes(entries: &[Entry], folder: &Path) -> ChoreResult<Vec<String>> {
    let mut added = Vec::new();
    for manifest in entries.iter().map(|entry| entry.path.as_str()).filter(|path| path.ends_with("Cargo.toml")) {
        let text = fs::read_to_string(folder.join(manifest)).unwrap_or_default();
        let readme = text.lines().find_map(|line| line.strip_prefix("readme = \"")?.strip_suffix('"'));
        let Some(path) = readme.map(|name| manifest.trim_end_matches("Cargo.toml").to_owned() + name) else { continue };
        let target = folder.join(&path);
        if !target.exists() && target.parent().is_some_and(Path::exists) {
            fs::write(&target, "").map_err(|error| file(&target, error))?;
            added.push(path);
        }
    }
    Ok(added)
}

fn entry(line: &str) -> Option<Entry> {
    let (head, path) = line.split_once('\t')?;
    let mut words = head.split(' ').map(str::to_owned);
    let (mode, kind, id) = (words.next()?, words.next()?, words.next()?);
    (kind == "blob").then(|| Entry { mode, id, path: path.to_owned() })
}

fn write_files(clone: &Path, entries: &[Entry], folder: &Path) -> ChoreResult<Vec<String>> {
    let start = |error| Failure::Start { command: "git cat-file --batch".to_owned(), error };
    let mut git = program("git");
    git.arg("--git-dir").arg(clone).args(["cat-file", "--batch"]);
    let mut child = git.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(start)?;
    let (mut stdin, stdout) = (child.stdin.take().expect("it is a pipe"), child.stdout.take().expect("it is a pipe"));
    let ids: String = entries.iter().map(|entry| format!("{}\n", entry.id)).collect();
    let writer = thread::spawn(move || stdin.write_all(ids.as_bytes()));
    let mut answers = BufReader::new(stdout);
    let mut absent = Vec::new();
    for entry in entries {
        match read_answer(&mut answers).map_err(start)? {
            Some(content) => write_file(&folder.join(&entry.path), &entry.mode, &content)?,
            None => absent.push(entry.path.clone()),
        }
    }
    drop(answers);
    // All answers are there, so git has read all ids and ends.
    let _ = (writer.join(), child.wait());
    Ok(absent)
}

/// The next object's content, or none where the clone does not have it.
fn read_answer(answers: &mut impl BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let mut head = String::new();
    answers.read_line(&mut head)?;
    let Some(size) = head.trim_end().rsplit(' ').next().and_then(|size| size.parse().ok()) else { return Ok(None) };
    let mut content = vec![0; size];
    answers.read_exact(&mut content)?;
    answers.read_exact(&mut [0])?;
    Ok(Some(content))
}

fn write_file(path: &Path, mode: &str, content: &[u8]) -> ChoreResult {
    let write = || -> std::io::Result<()> {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        #[cfg(unix)]
        if mode == "120000" {
            return std::os::unix::fs::symlink(String::from_utf8_lossy(content).as_ref(), path);
        }
        fs::write(path, content)?;
        #[cfg(unix)]
        if mode == "100755" {
            fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
        }
        Ok(())
    };
    write().map_err(|error| file(path, error))
}

/// A bare repository with the clone's refs, which borrows the clone's objects, so that nothing is written to the clone.
pub(super) fn bare(clone: &Path, commit: &str, path: &Path) -> ChoreResult {
    emptied(path)?;
    execute(program("git").args(["init", "--quiet", "--bare", "--initial-branch=main"]).arg(path))?;
    let refs =
        asked(program("git").arg("--git-dir").arg(clone).args(["for-each-ref", "--format=%(objectname) %(refname)"]));
    let refs = refs.ok_or_else(|| Failure::Found("`git for-each-ref` failed".to_owned()))?;
    let mut lines: Vec<&str> = refs.lines().filter(|line| !line.ends_with(" refs/heads/main")).collect();
    let main = format!("{commit} refs/heads/main");
    lines.push(&main);
    lines.sort_by_key(|line| line.split_once(' ').map(|(_, name)| name));
    let packed = format!("# pack-refs with: sorted\n{}\n", lines.join("\n"));
    let write =
        |name: &str, text: String| fs::write(path.join(name), text).map_err(|error| file(&path.join(name), error));
    write("packed-refs", packed)?;
    write("objects/info/alternates", format!("{}\n", clone.join("objects").display()))
}

/// As it was before anything was written to it: all its objects are borrowed.
pub(super) fn forget_objects(bare: &Path) -> ChoreResult {
    let objects = bare.join("objects");
    for entry in fs::read_dir(&objects).map_err(|error| file(&objects, error))?.flatten() {
        if entry.file_name().len() == 2 {
            fs::remove_dir_all(entry.path()).map_err(|error| file(&entry.path(), error))?;
        }
    }
    emptied(&objects.join("pack"))
}

/// The checkout as it was before anybody worked in it: a copy, or the one that is there, with all changes undone.
pub(super) fn fresh(pristine: &Path, checkout: &Path) -> ChoreResult {
    if !checkout.join(".git").exists() {
        emptied(checkout)?;
        return execute(Command::new("cp").args(["-a", "--reflink=auto"]).arg(pristine.join(".")).arg(checkout));
    }
    let git = |arguments: &[&str]| execute(program("git").current_dir(checkout).args(arguments));
    git(&["reset", "--quiet", "--hard", &first_commit(checkout)])?;
    git(&["clean", "--quiet", "--force", "-d", "-x"])
}

/// The commit that the bench made. Some tools commit, whatever they are told.
fn first_commit(checkout: &Path) -> String {
    let first = asked(program("git").current_dir(checkout).args(["rev-list", "--max-parents=0", "HEAD"]));
    first.unwrap_or_default().trim().to_owned()
}

/// How many files of a checkout differ from its first commit.
pub(super) fn changed(checkout: &Path) -> usize {
    let names = asked(program("git").current_dir(checkout).args(["diff", "--name-only", &first_commit(checkout)]));
    names.map_or(0, |names| names.lines().count())
}
