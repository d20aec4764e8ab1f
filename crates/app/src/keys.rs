//! Keys as commands use them: whence they come, and what to say where they do not.

use std::{
    io::{self, IsTerminal as _},
    path::Path,
};

use stationmaster_adapters::signing::{Password, SecretKey, SigningError, read_public_key, read_secret_key};
use stationmaster_core::model::PublicKey;

use crate::diagnostics::{Ending, Failure};

impl From<SigningError> for Failure {
    fn from(error: SigningError) -> Self {
        let ending = match &error {
            SigningError::Exists { .. } | SigningError::Open { .. } => Ending::Refused,
            SigningError::NoRandomness => Ending::Outside,
            SigningError::File { error, .. } if error.kind() != io::ErrorKind::NotFound => Ending::Outside,
            _ => Ending::Usage,
        };
        let failure = Self::new(ending, error.to_string());
        match &error {
            SigningError::Exists { .. } => {
                failure.hint("keys are never overwritten: choose another name with `--out FILE`")
            }
            SigningError::Open { path, .. } => {
                failure.hint(format!("`chmod 600 {}`; if others may have read it, make a new key", path.display()))
            }
            SigningError::NoPassword => {
                failure.hint(format!("set it in {}, or run this in a terminal", Password::VARIABLE))
            }
            SigningError::NoSecretKey { .. } => {
                failure.hint("name the `.key` file that `stationmaster key generate` or `minisign -G` wrote")
            }
            SigningError::NoPublicKey { .. } => {
                failure.hint("name the `.pub` file, or the line in it that begins with `RW`")
            }
            _ => failure,
        }
    }
}

/// The secret key of a file; its password is in the environment, or is asked for.
pub(crate) fn secret(path: &Path) -> Result<SecretKey, Failure> {
    let kept = read_secret_key(path)?;
    let password = if kept.is_protected() { password(&format!("password of {}: ", path.display()))? } else { None };
    Ok(kept.open(password.as_ref())?)
}

/// The key to sign with: the policy's, where that names one.
pub(crate) fn signer(path: &Path, wanted: Option<PublicKey>) -> Result<SecretKey, Failure> {
    let key = secret(path)?;
    match wanted.filter(|wanted| *wanted != key.public()) {
        None => Ok(key),
        Some(wanted) => {
            let what = format!("{} is key {}, and the policy names {}", path.display(), key.public().id, wanted.id);
            Err(Failure::new(Ending::Refused, what)
                .hint("set `[provenance] key` in the policy to the key that users should trust"))
        }
    }
}

/// A password from the environment, else from whoever sits at the terminal, if anybody does.
pub(crate) fn password(prompt: &str) -> Result<Option<Password>, Failure> {
    match Password::from_environment() {
        Some(password) => Ok(Some(password)),
        None if io::stderr().is_terminal() => Password::ask(prompt)
            .map_err(|error| Failure::new(Ending::Outside, format!("the password cannot be asked for: {error}"))),
        None => Ok(None),
    }
}

/// A public key: as it is written, or the file that it is in.
pub(crate) fn public(text: &str) -> Result<PublicKey, Failure> {
    match text.parse() {
        Ok(key) => Ok(key),
        Err(_) => Ok(read_public_key(Path::new(text))?),
    }
}
