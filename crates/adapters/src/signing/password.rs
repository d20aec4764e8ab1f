//! The password of a key.

use std::{env, fmt, io};

use zeroize::Zeroizing;

/// A password. Debug shows `[hidden]`; it is wiped from memory when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Where it is looked for before anybody is asked.
    pub const VARIABLE: &str = "STATIONMASTER_KEY_PASSWORD";

    /// Take a password; none where it is empty.
    pub fn new(secret: String) -> Option<Self> {
        let secret = Zeroizing::new(secret);
        crate::secrets::remember(&secret);
        (!secret.is_empty()).then_some(Self(secret))
    }

    /// From the environment.
    pub fn from_environment() -> Option<Self> {
        Self::new(env::var(Self::VARIABLE).ok()?)
    }

    /// Ask on the terminal, whatever standard input is, and show nothing of what is typed. None where nothing is typed.
    ///
    /// # Errors
    /// There is no terminal.
    pub fn ask(prompt: &str) -> io::Result<Option<Self>> {
        rpassword::prompt_password(prompt).map(Self::new)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_cannot_be_printed() {
        let password = Password::new("swordfish".to_owned()).expect("a password");
        assert_eq!(format!("{password:?} {:?}", Some(&password)), "[hidden] Some([hidden])");
        assert_eq!(Password::new(String::new()), None);
    }
}
