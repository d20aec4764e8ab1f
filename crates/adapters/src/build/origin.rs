//! In which folder of its repository a crate is, for those who complete addresses in its readme.

use std::path::Path;

use stationmaster_core::{model::CrateRelease, workspace::Workspace};
use stationmaster_engine::ports::PortResult;

use super::{broken, crate_file, packaging, repack::add_file, stem};

/// What cargo calls the file.
const NAME: &str = ".cargo_vcs_info.json";

/// Say so in those crates that are not at the repository's root. Cargo would add the commit's id: with it, a crate that did not
/// change would have other bytes at each commit, and be taken for somebody else's.
pub(super) fn put_in(packaged: &Path, crates: &[CrateRelease], workspace: &Workspace) -> PortResult<()> {
    for release in crates {
        let folder = workspace.package(&release.name).map_or("", |package| package.folder());
        if !folder.is_empty() {
            let text = format!("{:#}\n", serde_json::json!({ "path_in_vcs": folder }));
            add_file(&crate_file(packaged, release), &stem(release), NAME, text.as_bytes())
                .map_err(|error| broken(&packaging(release), &error))?;
        }
    }
    Ok(())
}
