//! What follows from what holds, and what never does.

use serde::Serialize;

use super::{SignatureState, Signed, Statement};
use crate::model::KeyId;

/// Something that is proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "claim")]
pub enum Claim {
    /// The folder holds what the list of sums says, byte for byte, and nothing else.
    Complete {
        /// How many files.
        files: usize,
    },
    /// The holder of the key signed that list.
    ListSigned {
        /// The key's number.
        key: String,
    },
    /// The holder of the key says that the files belong to a commit.
    OfCommit {
        /// The key's number.
        key: String,
        /// The commit.
        commit: String,
        /// Its repository, where it is named.
        repository: Option<String>,
        /// Its tag, where it is named.
        reference: Option<String>,
        /// Who the statement says it was made by.
        builder: String,
    },
    /// SBOMs are about these very archives.
    Described {
        /// How many.
        archives: usize,
    },
}

/// Something that no check of a folder can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpenQuestion {
    /// No signature was checked: anybody could have made all of this.
    Who,
    /// Whose the key is.
    WhoseKey,
    /// Whether it is the release that was looked for: an older one, put in its place as a whole, holds as well.
    Which,
    /// Whether the files were built from that commit and nothing else.
    Build,
    /// When it was signed.
    When,
    /// What is in an archive besides what the lock file lists.
    Besides,
}

/// What holds.
pub(super) struct Proven<'a> {
    /// How many files, where all are as listed.
    pub(super) files: Option<usize>,
    pub(super) signed: Option<&'a Signed>,
    /// The statement, where all files are as it says.
    pub(super) statement: Option<&'a Statement>,
    /// How many SBOMs are about their archives.
    pub(super) sboms: usize,
}

impl Proven<'_> {
    pub(super) fn say(&self) -> (Vec<Claim>, Vec<OpenQuestion>) {
        let mut proves: Vec<Claim> = self.files.map(|files| Claim::Complete { files }).into_iter().collect();
        let list = self.by_key(|signed| &signed.sums);
        proves.extend(list.map(|key| Claim::ListSigned { key: key.to_string() }));
        let word = self.by_key(|signed| &signed.provenance).zip(self.statement);
        proves.extend(word.map(|(key, statement)| of_commit(key, statement)));
        if self.sboms > 0 {
            proves.push(Claim::Described { archives: self.sboms });
        }
        let signer =
            if list.or(word.map(|(key, _)| key)).is_some() { OpenQuestion::WhoseKey } else { OpenQuestion::Who };
        let mut open = vec![signer, OpenQuestion::Which, OpenQuestion::Build, OpenQuestion::When];
        if self.sboms > 0 {
            open.push(OpenQuestion::Besides);
        }
        (proves, open)
    }

    fn by_key(&self, of: impl Fn(&Signed) -> &SignatureState) -> Option<KeyId> {
        self.signed.filter(|signed| *of(signed) == SignatureState::Holds).map(|signed| signed.key)
    }
}

fn of_commit(key: KeyId, statement: &Statement) -> Claim {
    Claim::OfCommit {
        key: key.to_string(),
        commit: statement.commit().to_owned(),
        repository: statement.repository().map(str::to_owned),
        reference: statement.reference().map(str::to_owned),
        builder: statement.builder().to_owned(),
    }
}
