//! `stationmaster check requirements`

use stationmaster_core::lint::requirements;

use super::{Of, Revision, Scope, conclude};
use crate::{diagnostics::CommandResult, render::style::counted};

/// Run the command.
pub(super) fn run(scope: &Scope, of: &Of) -> CommandResult {
    let checked = Revision::read(scope, of)?;
    let found = requirements::requirements(&checked.workspace, &checked.rules.publish);
    let packages = checked.workspace.packages.iter().filter(|it| it.is_published(&checked.rules.publish)).count();
    let looked_at = format!(
        "{}, {} of them published, {} among them",
        counted(checked.workspace.packages.len(), "package"),
        packages,
        counted(requirements::count(&checked.workspace), "requirement"),
    );
    conclude(of, found, &looked_at)
}
