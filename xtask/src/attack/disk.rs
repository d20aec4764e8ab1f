//! Disks of every size that is too small.

use std::process::Command;

use super::{Round, ground::run as run_command, rehearsal};
use crate::steps::ChoreResult;

/// The smallest and the largest disk, in KiB. The second is enough for all that the demo's rehearsal writes.
const SIZES: (u32, u32) = (16, 3000);

/// Rehearse on small disks; then let each grow, and resume.
pub(crate) fn run(round: &mut Round<'_>) -> ChoreResult {
    let is_allowed = Command::new("unshare").args(["--mount", "true"]).output().is_ok_and(|it| it.status.success());
    if !is_allowed {
        round.skipped = Some("nobody may mount a small disk here (`unshare --mount`)".into());
        return Ok(());
    }
    let expected = rehearsal::undisturbed(round.ground)?;
    let disk = round.ground.fresh("disk")?;
    for number in 0..round.rounds {
        let step = (SIZES.1 - SIZES.0) / round.rounds.max(1);
        let size = SIZES.0 + number * step + round.random.u32(0..step.max(1));
        let told = format!("a disk of {size} KiB");
        let ended = run_command(&mut on_disk(round, &disk, size))?;
        round.done += 1;
        let first = ended.err.lines().find_map(|line| line.strip_prefix("first ended with "));
        let first: Option<i32> = first.and_then(|code| code.parse().ok());
        if let Some(fault) = ended.fault() {
            round.finding(format!("{told}: {fault}"));
        } else if !matches!(first, Some(0 | 4)) {
            round.finding(format!(
                "{told}: ended with {first:?}, and a full disk is exit code 4: {}",
                ended.last_words()
            ));
        } else if ended.code != Some(0) {
            round.finding(format!("{told}: with room it ends with {:?}: {}", ended.code, ended.last_words()));
        } else if rehearsal::Result::read(&disk.join("kept"), &ended.out).as_ref() != Some(&expected) {
            round.finding(format!("{told}: came to another world than with room from the start"));
        }
    }
    Ok(())
}

/// The rehearsal on a small disk, and once more with room. What it came to is copied to `kept` beside the mount, which is gone
/// with its process.
fn on_disk(round: &Round<'_>, disk: &std::path::Path, kilobytes: u32) -> Command {
    let script = r#"size=$1 disk=$2 sandbox=$2/small/sandbox; shift 2
        rm -rf "$disk/kept"; mkdir -p "$disk/small"; mount -t tmpfs -o size="$size"k tmpfs "$disk/small" || exit 9
        "$@" >"$disk/printed"; code=$?; echo "first ended with $code" >&2
        if [ $code != 0 ]; then
            mount -o remount,size=64m "$disk/small" || exit 9
            if [ -e "$sandbox/rehearsal.json" ]; then set -- "$@" --resume; else rm -rf "$sandbox"; fi
            "$@" >"$disk/printed"; code=$?
        fi
        cat "$disk/printed"; cp -R "$sandbox" "$disk/kept"; exit $code"#;
    let rehearsal = rehearsal::command(round.ground, &disk.join("small/sandbox"), false);
    let mut small = Command::new("unshare");
    small.args(["--mount", "sh", "-c", script, "sh", &kilobytes.to_string()]).arg(disk);
    small.arg(rehearsal.get_program()).args(rehearsal.get_args());
    for (name, value) in rehearsal.get_envs() {
        match value {
            Some(value) => small.env(name, value),
            None => small.env_remove(name),
        };
    }
    small
}
