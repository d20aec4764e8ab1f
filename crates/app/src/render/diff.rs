//! Changes of files, as unified text.

use stationmaster_adapters::git::{FileChange, FileDiff};

use super::style::{BAD, GOOD, HEAD, Style};

const CYAN: Style = Style::CYAN;

/// Print them, in a form that `git apply` and `patch` read.
pub(crate) fn print(files: &[FileDiff]) {
    for file in files {
        header(file);
        for line in file.hunks.lines() {
            let style = match line.as_bytes().first() {
                Some(b'+') => GOOD,
                Some(b'-') => BAD,
                Some(b'@') => CYAN,
                _ => Style::PLAIN,
            };
            crate::output::println!("{style}{line}{style:#}");
        }
    }
    let added: usize = files.iter().map(|file| file.added).sum();
    let removed: usize = files.iter().map(|file| file.removed).sum();
    let files = if files.len() == 1 { "1 file".to_owned() } else { format!("{} files", files.len()) };
    crate::output::eprintln!("{files}, {GOOD}+{added}{GOOD:#} {BAD}-{removed}{BAD:#}");
}

fn header(file: &FileDiff) {
    let path = &file.path;
    let (before, after) = match &file.change {
        FileChange::Added => ("/dev/null".to_owned(), format!("b/{path}")),
        FileChange::Deleted => (format!("a/{path}"), "/dev/null".to_owned()),
        FileChange::Modified => (format!("a/{path}"), format!("b/{path}")),
        FileChange::Renamed { from } => (format!("a/{from}"), format!("b/{path}")),
    };
    let old = match &file.change {
        FileChange::Renamed { from } => from,
        _ => path,
    };
    crate::output::println!("{HEAD}diff --git a/{old} b/{path}{HEAD:#}");
    if let FileChange::Renamed { from } = &file.change {
        crate::output::println!("rename from {from}\nrename to {path}");
    }
    if !file.hunks.is_empty() {
        crate::output::println!("--- {before}\n+++ {after}");
    }
}
