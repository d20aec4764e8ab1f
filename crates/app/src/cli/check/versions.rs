//! `stationmaster check versions`

use stationmaster_core::lint::versions::versions;

use super::{Of, Revision, Scope, conclude};
use crate::{diagnostics::CommandResult, render::style::counted};

/// Run the command.
pub(super) fn run(scope: &Scope, of: &Of) -> CommandResult {
    let checked = Revision::read(scope, of)?;
    let found = versions(&checked.files, &checked.workspace, &checked.rules);
    let groups: Vec<String> = found.groups.iter().map(|group| format!("{} {}", group.name, group.version)).collect();
    let named = if groups.is_empty() { String::new() } else { format!(" ({})", groups.join(", ")) };
    let looked_at = format!(
        "{} in {}{named}, {}",
        counted(found.groups.iter().map(|group| group.packages).sum(), "package"),
        counted(found.groups.len(), "group"),
        counted(checked.rules.version_files.len(), "version file"),
    );
    conclude(of, found.findings, &looked_at)
}
