//! Index entries, from wherever the index is.

use std::{fs, io, path::Path, sync::Arc};

use stationmaster_core::model::{CrateVersions, Observed};
use stationmaster_engine::ports::PortResult;
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    entry::{parse, versions},
    git_index::GitIndex,
    location::entry_path,
    sparse::{Pass, Sparse},
};
use crate::http::Patience;

/// Requests in flight at once. They share one connection where the registry speaks HTTP/2.
const IN_FLIGHT: usize = 64;

/// Versions of many crates in a folder, in the order of `names`. What could not be read says why.
pub(super) fn read_local(folder: &Path, names: &[String]) -> Vec<Observed<CrateVersions>> {
    names.iter().map(|name| read_file(folder, name)).collect()
}

/// The same from a git repository.
pub(super) async fn read_git(
    patience: &Patience,
    url: &str,
    cache: Option<&Path>,
    names: &[String],
) -> Vec<Observed<CrateVersions>> {
    match git_index(patience, url, cache).await {
        Ok(index) => names.iter().map(|name| index.entry(name)).collect(),
        Err(why) => names.iter().map(|_| Observed::Unknown(why.clone())).collect(),
    }
}

/// A git index as it is now, its mirror below the cache folder.
pub(super) async fn git_index(patience: &Patience, url: &str, cache: Option<&Path>) -> Result<GitIndex, String> {
    let no_place = "there is no folder to keep the index in: set HOME or XDG_CACHE_HOME";
    GitIndex::fetch(patience, url, cache.ok_or(no_place)?).await
}

/// The same over HTTP. The error is that nothing can be asked.
pub(super) async fn read_sparse(sparse: Arc<Sparse>, names: &[String]) -> PortResult<Vec<Observed<CrateVersions>>> {
    // What is asked first, once, opens the connection that the others then share; all at once would open one each.
    let pass = Arc::new(sparse.pass().await?);
    let permits = Arc::new(Semaphore::new(IN_FLIGHT));
    let mut requests = JoinSet::new();
    for (at, name) in names.iter().enumerate() {
        let (sparse, pass, name, permits) =
            (Arc::clone(&sparse), Arc::clone(&pass), name.clone(), Arc::clone(&permits));
        requests.spawn(async move {
            let _permit = permits.acquire().await;
            (at, request(&sparse, &pass, &name).await)
        });
    }
    let mut answers = requests.join_all().await;
    answers.sort_by_key(|(at, _)| *at);
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}

async fn request(sparse: &Sparse, pass: &Pass, name: &str) -> Observed<CrateVersions> {
    let Some(path) = entry_path(name) else { return Observed::Known(CrateVersions::new()) };
    match sparse.entry(pass, &path, |text| versions(&text)).await {
        Ok(versions) => Observed::Known(versions.unwrap_or_default()),
        Err(error) => super::unknown(error),
    }
}

fn read_file(folder: &Path, name: &str) -> Observed<CrateVersions> {
    let Some(path) = entry_path(name) else { return Observed::Known(CrateVersions::new()) };
    match fs::read_to_string(folder.join("index").join(path)) {
        Ok(text) => parse(&text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Observed::Known(CrateVersions::new()),
        Err(error) => Observed::Unknown(format!("the local registry cannot be read: {error}")),
    }
}
