//! The length and the last hash of a journal, in its database and in the file beside it.

use std::{fs, io, path::Path};

use sqlx::{Row, sqlite::SqliteRow};
use stationmaster_core::model::{ChainHead, KeptHead};
use stationmaster_engine::ports::{PortError, PortResult};

use crate::{durable, state::failed};

/// The file beside the database.
pub(super) const FILE: &str = "journal.head";

/// What the file says. None: there is no file.
pub(super) fn read(path: &Path) -> PortResult<Option<KeptHead>> {
    match fs::read(path) {
        Ok(bytes) => {
            let head = std::str::from_utf8(&bytes).ok().and_then(|text| text.parse().ok());
            Ok(Some(KeptHead { head, ..missing() }))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(PortError::Failed { what: format!("read {}", path.display()), why: error.to_string() }),
    }
}

/// The file, where it is gone. A writer that was stopped after its entry leaves it one behind.
pub(super) fn missing() -> KeptHead {
    KeptHead { place: format!("the file {FILE}"), head: None, exact: false }
}

/// Write the file.
pub(super) fn write(path: &Path, head: &ChainHead) -> PortResult<()> {
    durable::write(path, format!("{head}\n").as_bytes())
        .map_err(|error| PortError::Failed { what: format!("write {}", path.display()), why: error.to_string() })
}

/// What the database says, and whether the file was ever written.
pub(super) fn of_row(row: &SqliteRow) -> PortResult<(ChainHead, bool)> {
    let what = "read the journal";
    let count: i64 = row.try_get("count").map_err(|error| failed(what, &error))?;
    let hash = row.try_get("hash").map_err(|error| failed(what, &error))?;
    let beside: i64 = row.try_get("beside").map_err(|error| failed(what, &error))?;
    Ok((ChainHead { count: u64::try_from(count).unwrap_or_default(), hash }, beside != 0))
}
