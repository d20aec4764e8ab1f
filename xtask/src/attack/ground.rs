//! Where attacks are done: the built program, a folder, and a way to run commands that always ends.

use std::{
    fs,
    io::{self, Read},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    cargo::{cargo, root, target},
    steps::{ChoreResult, Failure, execute},
};

/// How long a command may take before it counts as one that hangs. Far more than any takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// The program, and a folder that is ours.
pub(crate) struct Ground {
    program: PathBuf,
    folder: tempfile::TempDir,
}

/// How a command ended.
pub(crate) struct Ended {
    /// None: by a signal.
    pub(crate) code: Option<i32>,
    /// Whether we killed it because it took too long.
    pub(crate) hung: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// What no command may ever do, whatever it is given: panic, hang, die, or end with a code of its own.
    pub(crate) fn fault(&self) -> Option<String> {
        if self.hung {
            return Some(format!("still ran after {} s", PATIENCE.as_secs()));
        }
        if self.err.contains("panicked at") {
            let line = self.err.lines().find(|line| line.contains("panicked at")).unwrap_or_default();
            return Some(line.to_owned());
        }
        match self.code {
            Some(0..=5) => None,
            Some(code) => Some(format!("exit code {code}: {}", self.last_words())),
            None => Some("died by a signal".to_owned()),
        }
    }

    /// The end of what it said on standard error.
    pub(crate) fn last_words(&self) -> String {
        let lines: Vec<&str> = self.err.lines().rev().take(4).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join(" | ")
    }
}

impl Ground {
    /// Build the program as tests build it, with its overflow checks.
    pub(crate) fn prepare() -> ChoreResult<Self> {
        execute(&mut cargo(&["build", "--quiet", "--package", "stationmaster"]))?;
        let folder = tempfile::Builder::new().prefix("stationmaster-attack-").tempdir();
        let folder = folder.map_err(|error| Failure::File { path: "a temporary folder".into(), error })?;
        Ok(Self { program: target().join("debug/stationmaster"), folder })
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// An empty folder of this name.
    pub(crate) fn fresh(&self, name: &str) -> ChoreResult<PathBuf> {
        let path = self.path(name);
        let emptied = match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => fs::create_dir_all(&path),
        };
        emptied.map_err(|error| Failure::File { path: path.display().to_string(), error })?;
        Ok(path)
    }

    /// Keep the folder, so that a person can look at what was found.
    pub(crate) fn keep(self) -> PathBuf {
        self.folder.keep()
    }

    /// The program with these arguments, with nothing of who runs us that would change what it does.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).stdin(Stdio::null()).env("NO_COLOR", "1").env("CARGO_NET_OFFLINE", "true");
        for name in ["CI", "STATIONMASTER_KEY", "STATIONMASTER_TRUST_CONFIG", "ACTIONS_ID_TOKEN_REQUEST_URL"] {
            command.env_remove(name);
        }
        command
    }

    /// The demo in a repository of its own.
    pub(crate) fn demo(&self, name: &str) -> ChoreResult<PathBuf> {
        let work = self.fresh(name)?;
        execute(Command::new("cp").arg("-R").arg(format!("{}/.", root().join("demo").display())).arg(&work))?;
        git(&work, &["init", "--quiet"])?;
        commit(&work, "Begin")?;
        Ok(work)
    }
}

/// Run git in a folder, as nobody in particular.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> ChoreResult {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"]);
    execute(command.args(arguments).current_dir(folder).stdout(Stdio::null()))
}

/// Commit all there is.
pub(crate) fn commit(folder: &Path, message: &str) -> ChoreResult {
    git(folder, &["add", "--all"])?;
    git(folder, &["commit", "--quiet", "--allow-empty", "--message", message])
}

/// Run a command to its end, or to the end of our patience.
pub(crate) fn run(command: &mut Command) -> ChoreResult<Ended> {
    end(start(command)?, Instant::now() + PATIENCE)
}

/// Start a command in a process group of its own.
pub(crate) fn start(command: &mut Command) -> ChoreResult<Child> {
    let spawned = command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    spawned.map_err(|error| Failure::Start { command: crate::steps::shown(command), error })
}

/// Wait for its end; past the deadline it and its children are killed, and it counts as one that hung.
pub(crate) fn end(mut child: Child, deadline: Instant) -> ChoreResult<Ended> {
    let out = reader(child.stdout.take());
    let err = reader(child.stderr.take());
    let mut hung = false;
    let status = loop {
        match waited(&mut child)? {
            Some(status) => break status,
            None if Instant::now() > deadline && !hung => {
                hung = true;
                kill_group(&child);
            }
            None => thread::sleep(Duration::from_millis(5)),
        }
    };
    let text = |thread: thread::JoinHandle<String>| thread.join().unwrap_or_default();
    Ok(Ended { code: status.code(), hung, out: text(out), err: text(err) })
}

fn waited(child: &mut Child) -> ChoreResult<Option<ExitStatus>> {
    child.try_wait().map_err(|error| Failure::Start { command: "waiting for a child".into(), error })
}

/// SIGKILL for a process and all of its children that stayed in its group.
pub(crate) fn kill_group(child: &Child) {
    // A group that is gone already is what we want.
    let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]).stderr(Stdio::null()).status();
}

fn reader(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read until the pipe broke is what there is.
            let _ = pipe.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
