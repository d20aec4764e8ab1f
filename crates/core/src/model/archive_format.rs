//! How an archive is packed.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum ArchiveFormat {
    /// Small, and slow to make.
    #[serde(rename = "tar.xz")]
    TarXz,
    /// Quick to unpack.
    #[serde(rename = "tar.zst")]
    TarZst,
    /// What everything can unpack.
    #[serde(rename = "tar.gz")]
    TarGz,
    /// What Windows can unpack.
    #[serde(rename = "zip")]
    Zip,
}

impl ArchiveFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::TarXz, Self::TarZst, Self::TarGz, Self::Zip];

    /// What the name of such a file ends with, after a point: `tar.xz`.
    pub fn ending(self) -> &'static str {
        match self {
            Self::TarXz => "tar.xz",
            Self::TarZst => "tar.zst",
            Self::TarGz => "tar.gz",
            Self::Zip => "zip",
        }
    }

    /// A file's name without its ending, and the format that the ending says. None: it has no such ending.
    pub fn split(name: &str) -> Option<(&str, Self)> {
        Self::ALL.into_iter().find_map(|format| {
            let stem = name.strip_suffix(format.ending())?.strip_suffix('.')?;
            (!stem.is_empty()).then_some((stem, format))
        })
    }
}

impl fmt::Display for ArchiveFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.ending())
    }
}
