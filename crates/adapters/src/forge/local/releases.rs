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
        rows.iter()
            .map(|row| {
                let tag: String = row.try_get("tag")?;
                let release = ForgeRelease {
                    tag: tag.clone(),
                    title: row.try_get("title")?,
                    notes: row.try_get("notes")?,
                    prerelease: row.try_get("prerelease")?,
                    latest: row.try_get("latest")?,
                };
                Ok((tag, release))
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(|error| failed(what, &error))
    }

    pub(super) async fn insert_release(&self, draft: &ForgeReleaseDraft) -> PortResult<()> {
        let what = format!("create release {}", draft.tag);
        let mut change = self.begin(&what).await?;
        let made = sqlx::query("INSERT OR IGNORE INTO releases (tag, title, notes, prerelease) VALUES (?, ?, ?, ?)")
            .bind(&draft.tag)
            .bind(&draft.title)
            .bind(&draft.notes)
            .bind(draft.prerelease)
            .execute(&mut *change)
            .await
            .map_err(|error| failed(&what, &error))?;
        // One that is there already may have lost the mark to a newer one since: it stays as it is.
        if draft.latest && made.rows_affected() == 1 {
            move_mark(&mut change, &draft.tag).await.map_err(|error| failed(&what, &error))?;
        }
        change.commit().await.map_err(|error| failed(&what, &error))
    }

    pub(super) async fn set_latest(&self, tag: &str) -> PortResult<()> {
        let what = format!("mark release {tag} as the latest");
        let mut change = self.begin(&what).await?;
        if move_mark(&mut change, tag).await.map_err(|error| failed(&what, &error))? == 0 {
            return Err(PortError::Missing { what: format!("release {tag}") });
        }
        change.commit().await.map_err(|error| failed(&what, &error))
    }
}

/// Take the mark from whichever has it and give it to one. How many got it.
async fn move_mark(connection: &mut SqliteConnection, tag: &str) -> Result<u64, sqlx::Error> {
    sqlx::query("UPDATE releases SET latest = 0 WHERE latest = 1").execute(&mut *connection).await?;
    let marked = sqlx::query("UPDATE releases SET latest = 1 WHERE tag = ?").bind(tag).execute(connection).await?;
    Ok(marked.rows_affected())
}
