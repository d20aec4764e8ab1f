//! Who may publish: accounts by name, with the hashes of their tokens.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use super::super::checksum;
use crate::durable;
use crate::http::Token;

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

    /// Let this token be the account's. Others who add accounts at the same time wait.
    pub(super) fn register(&self, name: &str, token: &Token) -> io::Result<()> {
        let _lock = self.lock()?;
        let mut accounts = self.read()?;
        accounts.insert(name.to_owned(), hash(token.expose()));
        durable::write_private(&self.path, &serde_json::to_vec_pretty(&accounts).expect("a map of strings"))
    }

    /// Let nobody else read what an older version of this program let everybody read.
    #[cfg(unix)]
    pub(super) fn close(&self) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        match fs::set_permissions(&self.path, fs::Permissions::from_mode(0o600)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    #[cfg(not(unix))]
    pub(super) fn close(&self) -> io::Result<()> {
        Ok(())
    }

    fn lock(&self) -> io::Result<fs::File> {
        fs::create_dir_all(self.path.parent().unwrap_or(Path::new(".")))?;
        let lock = self.path.with_extension("lock");
        let file = fs::File::options().create(true).truncate(false).write(true).open(lock)?;
        file.lock()?;
        Ok(file)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn who_may_publish_is_for_the_registrys_owner_alone_to_read() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let accounts = Accounts::of(folder.path());
        let mode = || fs::metadata(folder.path().join("accounts.json")).expect("there").permissions().mode() & 0o777;
        accounts.issue("one").expect("issued");
        assert_eq!(mode(), 0o600);
        fs::set_permissions(folder.path().join("accounts.json"), fs::Permissions::from_mode(0o644)).expect("opened");
        accounts.close().expect("closed");
        assert_eq!(mode(), 0o600);
    }

    #[test]
    fn of_many_accounts_that_are_added_at_once_none_is_lost() {
        let folder = tempfile::tempdir().expect("a folder");
        let accounts = Accounts::of(folder.path());
        std::thread::scope(|scope| {
            for at in 0..8 {
                let accounts = &accounts;
                scope.spawn(move || accounts.issue(&format!("account-{at}")).expect("issued"));
            }
        });
        assert_eq!(accounts.read().expect("read").len(), 8);
    }
}
