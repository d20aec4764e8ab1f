//! The secret that lets us upload.

use std::{env, fmt, fs, path::Path};

use toml_edit::{DocumentMut, Item};

/// A registry token. Debug and Display show `[hidden]`; the text leaves it only for the request's header.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Take a secret. Space around it, such as a file's last newline, is dropped. None where nothing is left, or where it
    /// could not be sent in a header.
    pub fn new(secret: &str) -> Option<Self> {
        let secret = secret.trim();
        let sendable = !secret.is_empty() && secret.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        sendable.then(|| Self(secret.to_owned()))
    }

    /// The token for crates.io: `CARGO_REGISTRY_TOKEN`, else what `cargo login` wrote.
    pub fn of_crates_io(cargo_home: Option<&Path>) -> Option<Self> {
        let from_file = || stored(cargo_home?, &["registry", "token"]);
        from_environment("CARGO_REGISTRY_TOKEN").or_else(from_file)
    }

    /// The token for a registry of cargo's configuration: `CARGO_REGISTRIES_<NAME>_TOKEN`, else what `cargo login` wrote.
    pub fn of_registry(name: &str, cargo_home: Option<&Path>) -> Option<Self> {
        let variable = format!("CARGO_REGISTRIES_{}_TOKEN", name.to_uppercase().replace('-', "_"));
        let from_file = || stored(cargo_home?, &["registries", name, "token"]);
        from_environment(&variable).or_else(from_file)
    }

    /// The token for an index that is named outright: that of the registry to which cargo's configuration gives this index, else
    /// `CARGO_REGISTRY_TOKEN` from the environment, which whoever named the index set beside it. What `cargo login` wrote is
    /// for crates.io, and goes to no other server.
    pub fn of_index(name: Option<&str>, cargo_home: Option<&Path>) -> Option<Self> {
        let named = name.and_then(|name| Self::of_registry(name, cargo_home));
        named.or_else(|| from_environment("CARGO_REGISTRY_TOKEN"))
    }

    /// The secret itself: for a request's header, or for the one time that its owner is shown it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

fn from_environment(variable: &str) -> Option<Token> {
    Token::new(&env::var(variable).ok()?)
}

/// Cargo keeps tokens in `credentials.toml`, and in older days in `credentials`.
fn stored(cargo_home: &Path, keys: &[&str]) -> Option<Token> {
    let text =
        ["credentials.toml", "credentials"].iter().find_map(|name| fs::read_to_string(cargo_home.join(name)).ok())?;
    let document: DocumentMut = text.parse().ok()?;
    let item = keys.iter().try_fold(document.as_item(), |item: &Item, key| item.get(key))?;
    Token::new(item.as_str()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_cannot_be_printed() {
        let token = Token::new("cio-secret\n").expect("token");
        assert_eq!(format!("{token:?} {token} {:?}", Some(&token)), "[hidden] [hidden] Some([hidden])");
        assert_eq!(token.expose(), "cio-secret");
        assert!(Token::new(" \n").is_none());
        assert!(Token::new("two\nlines").is_none());
    }

    #[test]
    fn tokens_are_found_where_cargo_login_writes_them() {
        let home = tempfile::tempdir().expect("folder");
        let text = "[registry]\ntoken = \"one\"\n[registries.work-place]\ntoken = \"two\"\n";
        fs::write(home.path().join("credentials.toml"), text).expect("write");
        let found = |keys: &[&str]| stored(home.path(), keys).map(|token| token.0);
        assert_eq!(found(&["registry", "token"]), Some("one".into()));
        assert_eq!(found(&["registries", "work-place", "token"]), Some("two".into()));
        assert_eq!(found(&["registries", "other", "token"]), None);
    }
}
