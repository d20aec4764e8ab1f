//! Large files of a commit, written by the user's own git: the library gives an object as a whole, and git inflates it piece by
//! piece, unless it is packed as the difference to another one.

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use stationmaster_engine::ports::PortResult;

use super::{failure::failed, files::Found};

/// Of files of more bytes none is held in memory.
pub(super) const LARGE: u64 = 8 << 20;

/// More than what is left in the last block of a disk that is full, in bytes.
const PIECE: usize = 64 << 10;

/// Write a blob of this size, in bytes, to a file that is empty.
pub(super) fn write(git_dir: &Path, file: &Found, size: u64, to: &File) -> PortResult<()> {
    let what = || format!("write `{}` (blob {}) with git", file.path, file.blob);
    let own = to.try_clone().map_err(|error| failed(what(), error))?;
    let mut git = Command::new("git");
    // Whoever called us may mean another repository, and what is not here is not to be fetched.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"] {
        git.env_remove(name);
    }
    git.arg("--git-dir").arg(git_dir).args(["-c", &format!("core.bigFileThreshold={LARGE}")]);
    // Older ones know nothing of that variable, and would fetch as the repository's own configuration says.
    git.env("GIT_NO_LAZY_FETCH", "1").env("GIT_ALLOW_PROTOCOL", "none").env("LC_ALL", "C");
    git.args(["cat-file", "blob", &file.blob.to_string()]);
    let ended = git.stdin(Stdio::null()).stdout(own).stderr(Stdio::piped()).output();
    let ended = ended.map_err(|error| failed(what(), error))?;
    if !ended.status.success() {
        // Git does not say why nothing more can be written. One more piece does.
        let disk = (&*to).write_all(&[0; PIECE]).err().map(|error| format!("{error}: "));
        let said = String::from_utf8_lossy(&ended.stderr);
        return Err(failed(what(), format!("{}{}", disk.unwrap_or_default(), said.trim())));
    }
    match to.metadata().map_err(|error| failed(what(), error))?.len() {
        written if written == size => Ok(()),
        written => Err(failed(what(), format!("{written} bytes came of {size}"))),
    }
}
