//! `cargo:token`: what stands in the environment, or what `cargo login` wrote.

use std::{fs, path::Path};

use toml_edit::{DocumentMut, Item};

use super::{Found, NoToken, Subject};
use crate::http::Token;
use crate::registry::cargo_config::{from_environment, variable};

/// The token of a registry. For an index that has no name, `CARGO_REGISTRY_TOKEN` of the environment, which whoever named the
/// index set beside it: what `cargo login` wrote is for crates.io, and goes to no other server.
pub(super) fn find(subject: &Subject) -> Result<Found, NoToken> {
    let of_crates_io = ["registry", "token"];
    let from_variable = |keys: &[&str]| {
        let token = Token::new(&from_environment(keys)?)?;
        Some(Found { token, from: format!("the variable {}", variable(keys)) })
    };
    let from_file = |keys: &[&str]| stored(subject.cargo_home.as_deref()?, keys);
    let found = match &subject.name {
        Some(_) if subject.is_crates_io => from_variable(&of_crates_io).or_else(|| from_file(&of_crates_io)),
        Some(name) => {
            let keys = ["registries", name, "token"];
            let own = from_variable(&keys).or_else(|| from_file(&keys));
            own.or_else(|| subject.is_named_outright.then(|| from_variable(&of_crates_io)).flatten())
        }
        // Who names no index has set no token for it.
        None => subject.is_named_outright.then(|| from_variable(&of_crates_io)).flatten(),
    };
    found.ok_or(NoToken::Elsewhere)
}

/// Cargo keeps tokens in `credentials.toml`, and in older days in `credentials`.
fn stored(cargo_home: &Path, keys: &[&str]) -> Option<Found> {
    let read = |name| {
        let path = cargo_home.join(name);
        Some((fs::read_to_string(&path).ok()?, path))
    };
    let (text, path) = ["credentials.toml", "credentials"].into_iter().find_map(read)?;
    let document: DocumentMut = text.parse().ok()?;
    let item = keys.iter().try_fold(document.as_item(), |item: &Item, key| item.get(key))?;
    Some(Found { token: Token::new(item.as_str()?)?, from: path.display().to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_where_cargo_login_writes_them() {
        let home = tempfile::tempdir().expect("folder");
        let text = "[registry]\ntoken = \"one\"\n[registries.work-place]\ntoken = \"two\"\n";
        fs::write(home.path().join("credentials.toml"), text).expect("write");
        let found = |keys: &[&str]| stored(home.path(), keys).map(|found| found.token.expose().to_owned());
        assert_eq!(found(&["registry", "token"]), Some("one".into()));
        assert_eq!(found(&["registries", "work-place", "token"]), Some("two".into()));
        assert_eq!(found(&["registries", "other", "token"]), None);
    }
}
