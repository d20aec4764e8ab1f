//! Who may publish: accounts by name, with the hashes of their tokens.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use super::super::{Token, checksum};
use crate::durable;

/// `accounts.json`: account name to SHA-256 of its token. A token is 256 random bits, so that a plain hash keeps it.
#[derive(Debug, Clone)]
pub(super) struct Accounts {
    path: PathBuf,
}

impl Accounts {
    pub(super) fn of(dir: &Path) -> Self {
        Self { path: dir.join("accounts.json") }
    }

    /// Give an account a fresh token. Its old one is no longer good.
    pub(super) fn issue(&self, name: &str) -> io::Result<Token> {
        let token = fresh_token()?;
        self.register(name, &token)?;
        Ok(token)
    }

    /// Let this token be the account's.
    pub(super) fn register(&self, name: &str, token: &Token) -> io::Result<()> {
        let mut accounts = self.read()?;
        accounts.insert(name.to_owned(), hash(token.expose()));
        durable::write(&self.path, &serde_json::to_vec_pretty(&accounts).expect("a map of strings"))
    }

    /// Whose token this is. The file is read each time: an account may be added while the registry runs.
    pub(super) fn holder(&self, secret: &str) -> io::Result<Option<String>> {
        let wanted = hash(secret);
        Ok(self.read()?.into_iter().find_map(|(name, hash)| (hash == wanted).then_some(name)))
    }

    pub(super) fn exists(&self, name: &str) -> io::Result<bool> {
        Ok(self.read()?.contains_key(name))
    }

    fn read(&self) -> io::Result<BTreeMap<String, String>> {
        match fs::read(&self.path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(error) => Err(error),
        }
    }
}

/// 256 random bits.
pub(super) fn fresh_token() -> io::Result<Token> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(io::Error::other)?;
    let text: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Token::new(&text).expect("hex digits can be sent"))
}

pub(super) fn hash(secret: &str) -> String {
    checksum(secret.as_bytes())
}
