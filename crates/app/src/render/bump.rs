//! A commit that moves versions.

use stationmaster_core::{bump::GroupMove, report::bumped::BumpView};

use super::style::{DIM, GOOD, HEAD, counted};

/// Print the commit's id alone on the first line, for scripts; the rest is for people and goes to standard error.
pub(crate) fn print(view: &BumpView<'_>) {
    crate::output::println!("{}", view.commit);
    let width = view.groups.iter().map(|group| group.name.len()).max().unwrap_or(0);
    crate::output::eprintln!("{HEAD}{}{HEAD:#} {DIM}on {}{DIM:#}", view.title, view.base.short());
    for group in view.groups {
        let GroupMove { name, from, to } = group;
        if from == to {
            crate::output::eprintln!("  {name:width$}  {from} {DIM}(stays){DIM:#}");
        } else {
            crate::output::eprintln!("  {name:width$}  {from} -> {GOOD}{to}{GOOD:#}");
        }
    }
    let others: Vec<&str> = view.files.iter().copied().filter(|file| !file.ends_with("Cargo.toml")).collect();
    let manifests = counted(view.files.len() - others.len(), "manifest");
    let rest = others.iter().map(|file| format!(", {file}")).collect::<String>();
    crate::output::eprintln!("  {manifests}{rest}");
    match view.target {
        Some(target) => crate::output::eprintln!("  {DIM}{target} points to it{DIM:#}"),
        None => {
            crate::output::eprintln!(
                "  {DIM}no ref was changed; look at it with `git show {}`{DIM:#}",
                view.commit.short()
            )
        }
    }
}
