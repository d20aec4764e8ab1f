//! In which folder of its repository a crate is, for those who complete addresses in its readme.

use std::{
    cmp::Reverse,
    fs,
    path::{Path, PathBuf},
};

use futures_util::stream::{self, StreamExt as _};
use stationmaster_core::{model::CrateRelease, workspace::Workspace};
use stationmaster_engine::ports::PortResult;
use tokio::task::spawn_blocking;

use super::{broken, crate_file, joined, packaging, processors, repack::add_file, stem};

/// The folder that a file is in.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What cargo calls the file.
const NAME: &str = ".cargo_vcs_info.json";

/// Say so in those crates that are not at the repository's root. Cargo would add the commit's id: with it, a crate that did not
/// change would have other bytes at each commit, and be taken for somebody else's.
///
/// Every crate is packed anew, which takes longer than all else of a large release: as many at once as there are cores.
pub(super) async fn put_in(packaged: &Path, crates: &[CrateRelease], workspace: &Workspace) -> PortResult<()> {
    let file_of = |release: &CrateRelease| {
        let folder = workspace.package(&release.name).map_or("", |package| folder_of(&package.manifest));
        let text = || format!("{:#}\n", serde_json::json!({ "path_in_vcs": folder }));
        (!folder.is_empty()).then(|| (release.clone(), crate_file(packaged, release), text()))
    };
    let mut open: Vec<_> = crates.iter().filter_map(file_of).collect();
    // The largest first: none of them is then left for the end, when the other cores have nothing to do.
    open.sort_by_key(|(_, path, _)| Reverse(fs::metadata(path).map_or(0, |data| data.len())));
    let add = |(release, path, text): (CrateRelease, PathBuf, String)| {
        let add = move || {
            add_file(&path, &stem(&release), NAME, text.as_bytes())
                .map_err(|error| broken(&packaging(&release), &error))
        };
        async { joined(spawn_blocking(add).await) }
    };
    // All of them end, so that nobody works in the folder when it is taken away.
    let added: Vec<PortResult<()>> = stream::iter(open).map(add).buffer_unordered(processors()).collect().await;
    added.into_iter().collect()
}
