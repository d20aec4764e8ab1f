//! What follows from what holds, and what never does.

use serde::Serialize;

use super::{Signed, Statement};
use crate::model::Vouched;

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
    /// Somebody says that the files belong to a commit.
    OfCommit {
        /// Whose word it is.
        #[serde(flatten)]
        word: Word,
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

/// Whose word something is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Word {
    /// That of the holder of a key.
    Key {
        /// The key's number.
        key: String,
    },
    /// That of an identity, with Sigstore.
    Identity(Vouched),
}

/// Something that no check of a folder can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpenQuestion {
    /// No signature was checked: anybody could have made all of this.
    Who,
    /// Whose the key is.
    WhoseKey,
    /// Who can act as the identity.
    WhoActs,
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
    pub(super) signed: &'a [Signed],
    /// The statement, where all files are as it says.
    pub(super) statement: Option<&'a Statement>,
    /// How many SBOMs are about their archives.
    pub(super) sboms: usize,
}

impl Proven<'_> {
    pub(super) fn say(&self) -> (Vec<Claim>, Vec<OpenQuestion>) {
        let mut proves: Vec<Claim> = self.files.map(|files| Claim::Complete { files }).into_iter().collect();
        let lists = self.signed.iter().filter_map(lists);
        proves.extend(lists.map(|key| Claim::ListSigned { key }));
        let words: Vec<Word> = self.statement.iter().flat_map(|_| self.signed.iter().filter_map(word)).collect();
        let stated = |statement| words.iter().map(move |word| of_commit(word.clone(), statement));
        proves.extend(self.statement.into_iter().flat_map(stated));
        if self.sboms > 0 {
            proves.push(Claim::Described { archives: self.sboms });
        }
        let by_key = proves
            .iter()
            .any(|claim| matches!(claim, Claim::ListSigned { .. } | Claim::OfCommit { word: Word::Key { .. }, .. }));
        let by_identity = words.iter().any(|word| matches!(word, Word::Identity(_)));
        let open = [
            (OpenQuestion::Who, !by_key && !by_identity),
            (OpenQuestion::WhoseKey, by_key),
            (OpenQuestion::WhoActs, by_identity),
            (OpenQuestion::Which, true),
            (OpenQuestion::Build, true),
            (OpenQuestion::When, !by_identity),
            (OpenQuestion::Besides, self.sboms > 0),
        ];
        (proves, open.into_iter().filter(|(_, is_open)| *is_open).map(|(question, _)| question).collect())
    }
}

/// The key that signed the list.
fn lists(signed: &Signed) -> Option<String> {
    match signed {
        Signed::ByKey { key, sums, .. } => sums.held().map(|()| key.to_string()),
        Signed::ByIdentity { .. } => None,
    }
}

/// Whose word the statement is.
fn word(signed: &Signed) -> Option<Word> {
    match signed {
        Signed::ByKey { key, provenance, .. } => provenance.held().map(|()| Word::Key { key: key.to_string() }),
        Signed::ByIdentity { provenance, .. } => provenance.held().cloned().map(Word::Identity),
    }
}

fn of_commit(word: Word, statement: &Statement) -> Claim {
    Claim::OfCommit {
        word,
        commit: statement.commit().to_owned(),
        repository: statement.repository().map(str::to_owned),
        reference: statement.reference().map(str::to_owned),
        builder: statement.builder().to_owned(),
    }
}
