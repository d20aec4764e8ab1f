//! Index entries, read.

use std::{fs, io, path::Path, sync::Arc};

use semver::Version;
use serde::Deserialize;
use stationmaster_core::model::{CrateVersions, IndexVersion, Observed};
use stationmaster_engine::ports::PortResult;
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    git_index::GitIndex,
    location::entry_path,
    patience::Patience,
    sparse::{Pass, Sparse},
};

/// Requests in flight at once. They share one connection where the registry speaks HTTP/2.
const IN_FLIGHT: usize = 64;

#[derive(Deserialize)]
struct Line {
    vers: Version,
    cksum: String,
    #[serde(default)]
    yanked: bool,
}

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

/// An entry, where it was read.
pub(super) fn parse(text: &str) -> Observed<CrateVersions> {
    versions(text).map_or_else(Observed::Unknown, Observed::Known)
}

/// An entry: one version a line, each a JSON object. A line that does not parse makes the whole entry unknown, because what
/// it says of a version must never be taken for absence.
pub(super) fn versions(text: &str) -> Result<CrateVersions, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let versions = lines.map(|(at, line)| match serde_json::from_str::<Line>(line) {
        Ok(Line { vers, cksum, yanked }) => Ok((vers, IndexVersion { checksum: cksum, yanked })),
        Err(error) => Err(format!("line {} of the index entry does not parse: {error}", at + 1)),
    });
    versions.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_one_version_a_line() {
        let text = "{\"name\":\"a\",\"vers\":\"1.0.0\",\"deps\":[],\"cksum\":\"ab\",\"features\":{},\"yanked\":true}\n\
                    {\"name\":\"a\",\"vers\":\"1.0.1\",\"deps\":[],\"cksum\":\"cd\",\"features\":{}}\n";
        let Observed::Known(versions) = parse(text) else { panic!("it parses") };
        assert!(versions[&Version::new(1, 0, 0)].yanked);
        assert_eq!(versions[&Version::new(1, 0, 1)].checksum, "cd");
    }

    #[test]
    fn a_line_that_does_not_parse_makes_the_entry_unknown_and_not_shorter() {
        let text = "{\"vers\":\"1.0.0\",\"cksum\":\"ab\"}\nnot json\n";
        assert!(matches!(parse(text), Observed::Unknown(why) if why.starts_with("line 2 ")));
    }
}
