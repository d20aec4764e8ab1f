//! Labels of pull requests. Those of pull requests that are kept elsewhere can be noted here as well.

use std::collections::BTreeSet;

use stationmaster_engine::ports::PortResult;

use super::{LocalForge, key};
use crate::state::failed;

impl LocalForge {
    pub(super) async fn read_labels(&self, number: u64) -> PortResult<BTreeSet<String>> {
        let what = format!("read the labels of pull request {number}");
        let Some(pool) = self.file.reading().await? else { return Ok(BTreeSet::new()) };
        let labels = sqlx::query_scalar("SELECT label FROM labels WHERE number = ?").bind(key(number));
        let labels: Vec<String> = labels.fetch_all(pool).await.map_err(|error| failed(&what, &error))?;
        Ok(labels.into_iter().collect())
    }

    /// Give a pull request a label. It has it: fine.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn add_label(&self, number: u64, label: &str) -> PortResult<()> {
        let what = format!("label pull request {number}");
        let add =
            sqlx::query("INSERT OR IGNORE INTO labels (number, label) VALUES (?, ?)").bind(key(number)).bind(label);
        add.execute(self.file.writing().await?).await.map(drop).map_err(|error| failed(&what, &error))
    }

    /// Take a label off a pull request. It lacks it: fine.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn remove_label(&self, number: u64, label: &str) -> PortResult<()> {
        let what = format!("take a label off pull request {number}");
        let remove = sqlx::query("DELETE FROM labels WHERE number = ? AND label = ?").bind(key(number)).bind(label);
        remove.execute(self.file.writing().await?).await.map(drop).map_err(|error| failed(&what, &error))
    }
}
