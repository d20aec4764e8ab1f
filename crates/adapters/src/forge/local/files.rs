//! The files of releases: bytes by digest in a folder, and whose they are in the state file.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use sqlx::{Row, SqlitePool};
use stationmaster_core::model::FileDigest;
use stationmaster_engine::ports::{ArchiveFile, PortError, PortResult};
use tokio::task::spawn_blocking;

use super::LocalForge;
use crate::{
    release_folder,
    state::{failed, parse},
};

/// Why a file is neither put there, nor replaced, nor taken away.
const SHOWN: &str = "the release is shown, and its files stay as they are";

/// Files by release.
type ByTag = BTreeMap<String, BTreeMap<String, FileDigest>>;

impl LocalForge {
    pub(super) async fn read_files(&self, pool: &SqlitePool) -> PortResult<ByTag> {
        let what = "read the files of releases";
        let rows = sqlx::query("SELECT tag, name, digest FROM release_files").fetch_all(pool).await;
        let mut files = ByTag::new();
        for row in rows.map_err(|error| failed(what, &error))? {
            let text = |column: &str| row.try_get::<String, _>(column).map_err(|error| failed(what, &error));
            let digest = parse("the digest of a release's file", &text("digest")?)?;
            files.entry(text("tag")?).or_default().insert(text("name")?, digest);
        }
        Ok(files)
    }

    /// The bytes first: a file that no release names does no harm. One of its name stays unless it is to be replaced. Says whether
    /// anything changed.
    pub(super) async fn insert_file(&self, tag: &str, file: &ArchiveFile, replace: bool) -> PortResult<bool> {
        let what = format!("put {} beside release {tag}", file.name);
        let mut change = self.begin(&what).await?;
        let hidden: Option<bool> = sqlx::query_scalar("SELECT hidden FROM releases WHERE tag = ?")
            .bind(tag)
            .fetch_optional(&mut *change)
            .await
            .map_err(|error| failed(&what, &error))?;
        let there: Option<String> = sqlx::query_scalar("SELECT digest FROM release_files WHERE tag = ? AND name = ?")
            .bind(tag)
            .bind(&file.name)
            .fetch_optional(&mut *change)
            .await
            .map_err(|error| failed(&what, &error))?;
        let digest = file.digest.to_string();
        match (hidden, there) {
            (None, _) => return Err(PortError::Missing { what: format!("release {tag}") }),
            (Some(_), Some(there)) if there == digest || !replace => return Ok(false),
            (Some(false), _) => return Err(PortError::Moved { what, found: SHOWN.to_owned() }),
            (Some(true), _) => {}
        }
        copy(&self.files, &digest, &file.path, file.digest).await?;
        sqlx::query("INSERT OR REPLACE INTO release_files (tag, name, digest) VALUES (?, ?, ?)")
            .bind(tag)
            .bind(&file.name)
            .bind(&digest)
            .execute(&mut *change)
            .await
            .map_err(|error| failed(&what, &error))?;
        change.commit().await.map_err(|error| failed(&what, &error))?;
        Ok(true)
    }

    pub(super) async fn delete_file(&self, tag: &str, name: &str) -> PortResult<bool> {
        let what = format!("take {name} of release {tag} away");
        let mut change = self.begin(&what).await?;
        let hidden: Option<bool> = sqlx::query_scalar(
            "SELECT hidden FROM releases JOIN release_files USING (tag) WHERE tag = ? AND release_files.name = ?",
        )
        .bind(tag)
        .bind(name)
        .fetch_optional(&mut *change)
        .await
        .map_err(|error| failed(&what, &error))?;
        match hidden {
            None => return Ok(false),
            Some(false) => return Err(PortError::Moved { what, found: SHOWN.to_owned() }),
            Some(true) => {}
        }
        sqlx::query("DELETE FROM release_files WHERE tag = ? AND name = ?")
            .bind(tag)
            .bind(name)
            .execute(&mut *change)
            .await
            .map_err(|error| failed(&what, &error))?;
        change.commit().await.map_err(|error| failed(&what, &error))?;
        Ok(true)
    }

    pub(super) async fn copy_file(&self, tag: &str, name: &str, into: &Path) -> PortResult<()> {
        let missing = || PortError::Missing { what: format!("{name} of release {tag}") };
        let pool = self.file.reading().await?.ok_or_else(missing)?;
        let digest: Option<String> = sqlx::query_scalar("SELECT digest FROM release_files WHERE tag = ? AND name = ?")
            .bind(tag)
            .bind(name)
            .fetch_optional(pool)
            .await
            .map_err(|error| failed(&format!("get {name} of release {tag}"), &error))?;
        let digest = digest.ok_or_else(missing)?;
        let expected = parse("the digest of a release's file", &digest)?;
        copy(into, name, &self.files.join(&digest), expected).await
    }
}

/// A copy with these bytes and no others.
async fn copy(folder: &Path, name: &str, from: &Path, digest: FileDigest) -> PortResult<()> {
    let (folder, name, from): (PathBuf, String, PathBuf) = (folder.to_owned(), name.to_owned(), from.to_owned());
    let what = format!("copy {} to {}", from.display(), folder.display());
    let failed = |why: String| PortError::Failed { what: what.clone(), why };
    let copy = move || {
        release_folder::put_copy(&folder, &name, &from, digest).map_err(|error| error.to_string())?;
        let path = folder.join(&name);
        match release_folder::digest(&path) {
            Ok(copied) if copied == digest => Ok(()),
            Ok(_) => {
                // What came out is nobody's; if it cannot be taken away, no release names it.
                let _ = std::fs::remove_file(&path);
                Err("it is not the file that it was: its checksum differs".to_owned())
            }
            Err(error) => Err(error.to_string()),
        }
    };
    spawn_blocking(copy).await.map_err(|error| failed(error.to_string()))?.map_err(failed)
}
