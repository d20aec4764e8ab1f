//! A secret key, and the text in which minisign keeps it.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use blake2::{Blake2b256, Digest as _};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use stationmaster_core::model::{KeyId, PublicKey};
use zeroize::Zeroizing;

use super::{
    Password, SigningError,
    protection::{Cost, stream},
};

/// The secret part of a file: number, seed, public key, checksum. It is what a password protects.
const SECRET: usize = 8 + 32 + 32 + 32;
/// All of a file: three algorithms, salt, two costs, and the secret part.
const KEPT: usize = 3 * 2 + 32 + 2 * 8 + SECRET;

const ED25519: [u8; 2] = *b"Ed";
const SCRYPT: [u8; 2] = *b"Sc";
const UNPROTECTED: [u8; 2] = [0; 2];
const BLAKE2B: [u8; 2] = *b"B2";

type Secret = Zeroizing<[u8; SECRET]>;

/// A secret key that can sign. Debug shows its number alone.
pub struct SecretKey {
    id: KeyId,
    pair: Ed25519KeyPair,
    seed: Zeroizing<[u8; 32]>,
    point: [u8; 32],
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({}, [hidden])", self.id)
    }
}

/// A secret key as a file has it: perhaps under a password.
pub struct KeptKey {
    salt: [u8; 32],
    cost: Option<Cost>,
    secret: Secret,
}

impl fmt::Debug for KeptKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeptKey([hidden])")
    }
}

impl SecretKey {
    /// A new key.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn generate() -> Result<Self, SigningError> {
        let mut random = Zeroizing::new([0; 40]);
        getrandom::fill(random.as_mut_slice()).map_err(|_| SigningError::NoRandomness)?;
        let (mut id, mut seed) = ([0; 8], Zeroizing::new([0; 32]));
        id.copy_from_slice(&random[..8]);
        seed.copy_from_slice(&random[8..]);
        Self::new(KeyId(id), seed).ok_or(SigningError::Damaged)
    }

    fn new(id: KeyId, seed: Zeroizing<[u8; 32]>) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).ok()?;
        let point = pair.public_key().as_ref().try_into().ok()?;
        Some(Self { id, pair, seed, point })
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey { id: self.id, point: self.point }
    }

    /// The 64 bytes of an Ed25519 signature. The same bytes always give the same.
    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        self.pair.sign(bytes).as_ref().to_vec()
    }

    /// The text of its file: two lines, as minisign reads them.
    ///
    /// # Errors
    /// The system gives no random numbers for the salt, or not the memory that a password takes.
    pub fn to_text(&self, password: Option<&Password>) -> Result<Zeroizing<String>, SigningError> {
        let mut secret: Secret = Zeroizing::new([0; SECRET]);
        secret[..8].copy_from_slice(&self.id.0);
        secret[8..40].copy_from_slice(self.seed.as_slice());
        secret[40..72].copy_from_slice(&self.point);
        let checksum = checksum(&secret);
        secret[72..].copy_from_slice(&checksum);
        let mut salt = [0; 32];
        let mut kept = Zeroizing::new(Vec::with_capacity(KEPT));
        kept.extend(ED25519);
        if let Some(password) = password {
            getrandom::fill(&mut salt).map_err(|_| SigningError::NoRandomness)?;
            mix(&mut secret, password, &salt, Cost::OURS)?;
        }
        let cost = password.map_or(Cost { operations: 0, memory: 0 }, |_| Cost::OURS);
        kept.extend(if password.is_some() { SCRYPT } else { UNPROTECTED });
        kept.extend(BLAKE2B);
        kept.extend(salt);
        kept.extend(cost.operations.to_le_bytes());
        kept.extend(cost.memory.to_le_bytes());
        kept.extend(secret.iter());
        let encoded = Zeroizing::new(BASE64.encode(kept.as_slice()));
        let sort = if password.is_some() { "encrypted " } else { "" };
        Ok(Zeroizing::new(format!("untrusted comment: minisign {sort}secret key\n{}\n", encoded.as_str())))
    }
}

impl KeptKey {
    /// Read the text of a file. The error says what is wrong with it, and nothing of what is in it.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        let line = text.lines().nth(1).ok_or("it has no second line")?;
        let bytes = BASE64.decode(line.trim()).map(Zeroizing::new).map_err(|_| "its second line is not base64")?;
        let kept: &[u8; KEPT] = bytes.as_slice().try_into().map_err(|_| "its second line has another length")?;
        if kept[..2] != ED25519 {
            return Err("it is not for Ed25519");
        }
        if kept[4..6] != BLAKE2B {
            return Err("its checksum is of an unknown sort");
        }
        let number = |at: usize| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&kept[at..at + 8]);
            u64::from_le_bytes(bytes)
        };
        let cost = match [kept[2], kept[3]] {
            UNPROTECTED => None,
            SCRYPT => Some(Cost { operations: number(38), memory: number(46) }),
            _ => return Err("it is protected in an unknown way"),
        };
        let (mut salt, mut secret) = ([0; 32], Zeroizing::new([0; SECRET]));
        salt.copy_from_slice(&kept[6..38]);
        secret.copy_from_slice(&kept[54..]);
        Ok(Self { salt, cost, secret })
    }

    /// Whether it takes a password to use it.
    pub fn is_protected(&self) -> bool {
        self.cost.is_some()
    }

    /// Take the key out.
    ///
    /// # Errors
    /// The password is wanting or wrong, or the file is damaged.
    pub fn open(mut self, password: Option<&Password>) -> Result<SecretKey, SigningError> {
        if let Some(cost) = self.cost {
            mix(&mut self.secret, password.ok_or(SigningError::NoPassword)?, &self.salt, cost)?;
        }
        // Minisign leaves the checksum of a key without a password empty; whether its halves fit each other is asked below.
        let is_unchecked = self.cost.is_none() && self.secret[72..] == [0; 32];
        let unfit = || if self.cost.is_some() { SigningError::WrongPassword } else { SigningError::Damaged };
        if !is_unchecked && checksum(&self.secret) != self.secret[72..] {
            return Err(unfit());
        }
        let (mut id, mut seed) = ([0; 8], Zeroizing::new([0; 32]));
        id.copy_from_slice(&self.secret[..8]);
        seed.copy_from_slice(&self.secret[8..40]);
        let key = SecretKey::new(KeyId(id), seed).ok_or(SigningError::Damaged)?;
        // A key of which the halves do not fit would give itself away by what it signs.
        if key.point != self.secret[40..72] {
            return Err(SigningError::Damaged);
        }
        Ok(key)
    }
}

/// Put the password's stream over the secret, or take it off again.
fn mix(secret: &mut Secret, password: &Password, salt: &[u8], cost: Cost) -> Result<(), SigningError> {
    let stream = stream::<SECRET>(password, salt, cost)?;
    secret.iter_mut().zip(stream.iter()).for_each(|(byte, other)| *byte ^= other);
    Ok(())
}

/// Over algorithm, number and key.
fn checksum(secret: &Secret) -> [u8; 32] {
    Blake2b256::new().chain_update(ED25519).chain_update(&secret[..72]).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::new(text.to_owned()).expect("a password")
    }

    #[test]
    fn a_key_is_read_back_with_and_without_a_password() {
        let key = SecretKey::generate().expect("a key");
        for password in [None, Some(password("swordfish"))] {
            let text = key.to_text(password.as_ref()).expect("a text");
            let kept = KeptKey::read(&text).expect("a key");
            assert_eq!(kept.is_protected(), password.is_some());
            assert_eq!(kept.open(password.as_ref()).expect("it opens").public(), key.public());
        }
    }

    #[test]
    fn a_key_does_not_open_without_its_password_and_none_that_is_damaged_opens() {
        let key = SecretKey::generate().expect("a key");
        let text = key.to_text(Some(&password("swordfish"))).expect("a text");
        let open = |password: Option<&Password>| KeptKey::read(&text).expect("a key").open(password);
        assert!(matches!(open(None), Err(SigningError::NoPassword)));
        assert!(matches!(open(Some(&password("haddock"))), Err(SigningError::WrongPassword)));
        let mut kept = KeptKey::read(&key.to_text(None).expect("a text")).expect("a key");
        kept.secret[20] ^= 1;
        assert!(matches!(kept.open(None), Err(SigningError::Damaged)));
        let mut kept = KeptKey::read(&key.to_text(None).expect("a text")).expect("a key");
        kept.secret[72..].fill(0);
        kept.secret[20] ^= 1;
        assert!(matches!(kept.open(None), Err(SigningError::Damaged)), "without a checksum, as minisign writes it");
    }

    #[test]
    fn a_key_cannot_be_printed() {
        let key = SecretKey::generate().expect("a key");
        assert_eq!(format!("{key:?}"), format!("SecretKey({}, [hidden])", key.public().id));
        let kept = KeptKey::read(&key.to_text(None).expect("a text")).expect("a key");
        assert_eq!(format!("{kept:?}"), "KeptKey([hidden])");
    }

    #[test]
    fn what_is_no_key_says_why() {
        assert_eq!(KeptKey::read("one line").err(), Some("it has no second line"));
        assert_eq!(KeptKey::read("a\n!\n").err(), Some("its second line is not base64"));
        assert_eq!(KeptKey::read("a\nRWQ=\n").err(), Some("its second line has another length"));
    }
}
