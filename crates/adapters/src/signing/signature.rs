//! Signatures of files as minisign writes them, and of plain bytes.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use blake2::{Blake2b512, Digest as _};
use ring::signature::{ED25519, UnparsedPublicKey};
use stationmaster_core::model::{KeyId, PublicKey};

use super::{SecretKey, SignatureError};

/// Ed25519 over the BLAKE2b of the file.
const PREHASHED: [u8; 2] = *b"ED";
/// Ed25519 over the file itself: how minisign signed once.
const LEGACY: [u8; 2] = *b"Ed";

const UNTRUSTED: &str = "untrusted comment: ";
const TRUSTED: &str = "trusted comment: ";

impl SecretKey {
    /// The text of a `.minisig` file. The trusted comment is one line; the signature vouches for it too.
    pub fn sign_file(&self, bytes: &[u8], trusted_comment: &str) -> String {
        let sig = self.sign(&hashed(bytes));
        let global = self.sign(&[sig.as_slice(), trusted_comment.as_bytes()].concat());
        let id = self.public().id;
        let line = BASE64.encode([&PREHASHED[..], &id.0, &sig].concat());
        let global = BASE64.encode(global);
        format!("{UNTRUSTED}signature with key {id}\n{line}\n{TRUSTED}{trusted_comment}\n{global}\n")
    }
}

fn hashed(bytes: &[u8]) -> [u8; 64] {
    Blake2b512::digest(bytes).into()
}

/// Whether a signature is one of the key over these bytes.
pub fn verify_bytes(key: &PublicKey, bytes: &[u8], sig: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, &key.point).verify(bytes, sig).is_ok()
}

/// The trusted comment of a `.minisig` file that is one of the key over these bytes.
///
/// # Errors
/// It is not.
pub fn verify_file(key: &PublicKey, bytes: &[u8], minisig: &str) -> Result<String, SignatureError> {
    let Minisig { id, sig, comment, global } = read(minisig)?;
    if id != key.id {
        return Err(SignatureError::OtherKey(id));
    }
    if !verify_bytes(key, &hashed(bytes), &sig) {
        return Err(SignatureError::OtherBytes);
    }
    if !verify_bytes(key, &[sig.as_slice(), comment.as_bytes()].concat(), &global) {
        return Err(SignatureError::Comment);
    }
    Ok(comment.to_owned())
}

/// The parts of a `.minisig` file.
struct Minisig<'t> {
    id: KeyId,
    sig: [u8; 64],
    comment: &'t str,
    global: Vec<u8>,
}

fn read(text: &str) -> Result<Minisig<'_>, SignatureError> {
    let lines: Vec<&str> = text.lines().collect();
    let [first, sig, comment, global] = lines[..] else { return Err(SignatureError::Shape) };
    let comment =
        comment.strip_prefix(TRUSTED).filter(|_| first.starts_with(UNTRUSTED)).ok_or(SignatureError::Shape)?;
    let decoded = |line: &str| BASE64.decode(line).map_err(|_| SignatureError::Shape);
    let bytes: [u8; 74] = decoded(sig)?.try_into().map_err(|_| SignatureError::Shape)?;
    match [bytes[0], bytes[1]] {
        PREHASHED => {}
        LEGACY => return Err(SignatureError::Legacy),
        _ => return Err(SignatureError::Shape),
    }
    let (mut id, mut sig) = ([0; 8], [0; 64]);
    id.copy_from_slice(&bytes[2..10]);
    sig.copy_from_slice(&bytes[10..]);
    Ok(Minisig { id: KeyId(id), sig, comment, global: decoded(global)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_over_its_bytes_and_its_comment_alone() {
        let key = SecretKey::generate().expect("a key");
        let minisig = key.sign_file(b"bytes", "file:a");
        let public = key.public();
        assert_eq!(verify_file(&public, b"bytes", &minisig), Ok("file:a".to_owned()));
        assert_eq!(verify_file(&public, b"other", &minisig), Err(SignatureError::OtherBytes));
        let other = minisig.replace("file:a", "file:b");
        assert_eq!(verify_file(&public, b"bytes", &other), Err(SignatureError::Comment));
        assert_eq!(key.sign_file(b"bytes", "file:a"), minisig, "signing again changes nothing");
    }

    #[test]
    fn another_key_is_named_and_one_with_a_borrowed_number_does_not_pass() {
        let (key, other) = (SecretKey::generate().expect("a key"), SecretKey::generate().expect("a key"));
        let minisig = key.sign_file(b"bytes", "");
        let id = key.public().id;
        assert_eq!(verify_file(&other.public(), b"bytes", &minisig), Err(SignatureError::OtherKey(id)));
        let borrowed = PublicKey { id, ..other.public() };
        assert_eq!(verify_file(&borrowed, b"bytes", &minisig), Err(SignatureError::OtherBytes));
    }

    #[test]
    fn what_minisign_does_not_write_is_no_signature() {
        let key = SecretKey::generate().expect("a key");
        let minisig = key.sign_file(b"bytes", "a");
        for text in
            ["", &minisig.replace("trusted", "other"), &format!("{minisig}more\n"), &minisig.replace("\nR", "\n!")]
        {
            assert_eq!(verify_file(&key.public(), b"bytes", text), Err(SignatureError::Shape), "{text}");
        }
    }
}
