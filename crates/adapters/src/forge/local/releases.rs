//! Releases, at most one of them the latest (X13).

use std::collections::BTreeMap;

use sqlx::{Row, SqliteConnection};
use stationmaster_core::model::{ForgeRelease, ForgeReleaseDraft};
use stationmaster_engine::ports::{PortError, PortResult};

use super::LocalForge;
use crate::state::failed;

impl LocalForge {
    pub(super) async fn read_releases(&self) -> PortResult<BTreeMap<String, ForgeRelease>> {
        let what = "read the releases";
        let Some(pool) = self.file.reading().await? else { return Ok(BTreeMap::new()) };
        let rows = sqlx::query("SELECT * FROM releases").fetch_all(pool).await.map_err(|error| failed(what, &error))?;
        let mut files = self.read_files(pool).await?;
        rows.iter()
            .map(|row| {
                let tag: String = row.try_get("tag")?;
                let release = ForgeRelease {
                    tag: tag.clone(),
                    title: row.try_get("title")?,
                    notes: row.try_get("notes")?,
                    prerelease: row.try_get("prerelease")?,
                    latest: row.try_get("latest")?,
                    hidden: row.try_get("hidden")?,
                    files: files.remove(&tag).unwrap_or_default(),
                };
                Ok((tag, release))
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(|error| failed(what, &error))
    }

    pub(super) async fn insert_release(&self, draft: &ForgeReleaseDraft) -> PortResult<()> {
        let what = format!("create release {}", draft.tag);
        let mut change = self.begin(&what).await?;
        let insert = "INSERT OR IGNORE INTO releases (tag, title, notes, prerelease, hidden) VALUES (?, ?, ?, ?, ?)";
        let made = sqlx::query(insert)
            .bind(&draft.tag)
            .bind(&draft.title)
            .bind(&draft.notes)
            .bind(draft.prerelease)
            .bind(draft.hidden)
            .execute(&mut *change)
            .await
            .map_err(|error| failed(&what, &error))?;
        // One that is there already may have lost the mark to a newer one since: it stays as it is.
        if draft.latest && !draft.hidden && made.rows_affected() == 1 {
            move_mark(&mut change, &draft.tag).await.map_err(|error| failed(&what, &error))?;
        }
        change.commit().await.map_err(|error| failed(&what, &error))
    }

    pub(super) async fn show(&self, tag: &str, latest: bool) -> PortResult<()> {
        let what = format!("show release {tag}");
        let mut change = self.begin(&what).await?;
        let shown = sqlx::query("UPDATE releases SET hidden = 0 WHERE tag = ? AND hidden = 1").bind(tag);
        let shown = shown.execute(&mut *change).await.map_err(|error| failed(&what, &error))?.rows_affected();
        if shown == 0 && is_hidden(&mut change, tag).await.map_err(|error| failed(&what, &error))?.is_none() {
            return Err(PortError::Missing { what: format!("release {tag}") });
        }
        // One that was shown already may have lost the mark to a newer one since.
        if latest && shown == 1 {
            move_mark(&mut change, tag).await.map_err(|error| failed(&what, &error))?;
        }
        change.commit().await.map_err(|error| failed(&what, &error))
    }

    pub(super) async fn set_latest(&self, tag: &str) -> PortResult<()> {
        let what = format!("mark release {tag} as the latest");
        let mut change = self.begin(&what).await?;
        let hidden = is_hidden(&mut change, tag).await.map_err(|error| failed(&what, &error))?;
        let release = || format!("release {tag}");
        match hidden {
            None => return Err(PortError::Missing { what: release() }),
            Some(true) => return Err(PortError::Moved { what: release(), found: "it is hidden".to_owned() }),
            Some(false) => move_mark(&mut change, tag).await.map_err(|error| failed(&what, &error))?,
        }
        change.commit().await.map_err(|error| failed(&what, &error))
    }
}

/// None: there is no such release.
async fn is_hidden(connection: &mut SqliteConnection, tag: &str) -> Result<Option<bool>, sqlx::Error> {
    sqlx::query_scalar("SELECT hidden FROM releases WHERE tag = ?").bind(tag).fetch_optional(connection).await
}

/// Take the mark from whichever has it and give it to one.
async fn move_mark(connection: &mut SqliteConnection, tag: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE releases SET latest = 0 WHERE latest = 1").execute(&mut *connection).await?;
    sqlx::query("UPDATE releases SET latest = 1 WHERE tag = ?").bind(tag).execute(connection).await.map(drop)
}
