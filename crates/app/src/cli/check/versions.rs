//! `stationmaster check versions`

use stationmaster_core::check::versions::versions;

use super::{Checked, Of, Scope, conclude};
use crate::{diagnostics::CommandResult, render::style::counted};

/// Run the command.
pub(super) fn run(scope: &Scope, of: &Of) -> CommandResult {
    let checked = Checked::read(scope, of)?;
    let found = versions(&checked.files, &checked.workspace, &checked.rules);
    let groups = found.groups.iter().map(|group| format!("{} {}", group.name, group.version));
    let looked_at = format!(
        "{} in {} ({}), {}",
        counted(found.groups.iter().map(|group| group.packages).sum(), "package"),
        counted(found.groups.len(), "group"),
        groups.collect::<Vec<_>>().join(", "),
        counted(checked.rules.version_files.len(), "version file"),
    );
    conclude(of, found.findings, &looked_at)
}
