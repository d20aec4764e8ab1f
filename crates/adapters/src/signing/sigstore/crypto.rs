//! The ciphers of Sigstore, by ring; and by RustCrypto's curves where something is signed that was hashed before, which ring
//! does not do.

use p256::ecdsa::signature::hazmat::{PrehashSigner as _, PrehashVerifier as _};
use ring::{
    digest::{Context, SHA256, SHA384, SHA512},
    signature::{
        ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
        RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, UnparsedPublicKey,
        VerificationAlgorithm,
    },
};
use sigstore_verify::{
    crypto::{
        CryptoProvider, HashContext, KeyAlgorithm, SigningKeyPair, SigningScheme,
        error::{Error, Result},
        install_default_provider,
    },
    types::HashAlgorithm,
};

/// Let Sigstore's crates use these ciphers. They have none of their own, and ask for them when they need them.
pub(super) fn install() {
    // A second installation is refused, and not needed.
    let _ = install_default_provider(&Ciphers);
}

#[derive(Debug)]
struct Ciphers;

impl CryptoProvider for Ciphers {
    fn hash(&self, algorithm: HashAlgorithm) -> Result<Box<dyn HashContext>> {
        let algorithm = match algorithm {
            HashAlgorithm::Sha2256 => &SHA256,
            HashAlgorithm::Sha2384 => &SHA384,
            HashAlgorithm::Sha2512 => &SHA512,
            other => return Err(Error::UnsupportedAlgorithm(format!("{other} digests"))),
        };
        Ok(Box::new(Hash(Context::new(algorithm))))
    }

    fn verify_raw(&self, scheme: SigningScheme, key: &[u8], data: &[u8], signature: &[u8]) -> Result<()> {
        let by_ring: &'static dyn VerificationAlgorithm = match scheme {
            SigningScheme::Ed25519 => &ED25519,
            SigningScheme::RsaPkcs1Sha256 => &RSA_PKCS1_2048_8192_SHA256,
            SigningScheme::RsaPkcs1Sha384 => &RSA_PKCS1_2048_8192_SHA384,
            SigningScheme::RsaPkcs1Sha512 => &RSA_PKCS1_2048_8192_SHA512,
            SigningScheme::RsaPssSha256 => &RSA_PSS_2048_8192_SHA256,
            SigningScheme::RsaPssSha384 => &RSA_PSS_2048_8192_SHA384,
            SigningScheme::RsaPssSha512 => &RSA_PSS_2048_8192_SHA512,
            scheme => {
                let algorithm = scheme.hash_algorithm().ok_or_else(|| unsupported(scheme))?;
                let mut hash = self.hash(algorithm)?;
                hash.update(data);
                return self.verify_prehashed(scheme, key, &hash.finalize(), signature);
            }
        };
        UnparsedPublicKey::new(by_ring, key).verify(data, signature).map_err(|_| invalid(scheme))
    }

    fn verify_prehashed(&self, scheme: SigningScheme, key: &[u8], digest: &[u8], signature: &[u8]) -> Result<()> {
        match scheme.key_algorithm() {
            KeyAlgorithm::EcdsaP256 => {
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key).map_err(|_| no_key(scheme))?;
                let signature = p256::ecdsa::Signature::from_der(signature).map_err(|_| invalid(scheme))?;
                key.verify_prehash(digest, &signature).map_err(|_| invalid(scheme))
            }
            KeyAlgorithm::EcdsaP384 => {
                let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(key).map_err(|_| no_key(scheme))?;
                let signature = p384::ecdsa::Signature::from_der(signature).map_err(|_| invalid(scheme))?;
                key.verify_prehash(digest, &signature).map_err(|_| invalid(scheme))
            }
            _ => Err(unsupported(scheme)),
        }
    }

    fn generate_key_pair(&self, algorithm: KeyAlgorithm) -> Result<Box<dyn SigningKeyPair>> {
        if algorithm != KeyAlgorithm::EcdsaP256 {
            return Err(Error::UnsupportedAlgorithm(format!("new keys of {algorithm:?}")));
        }
        let mut secret = zeroize::Zeroizing::new([0; 32]);
        getrandom::fill(&mut *secret)
            .map_err(|_| Error::KeyGeneration("this system gives no random numbers".to_owned()))?;
        // One in 2^32 is no number of the curve's, and the next run finds another.
        let key = p256::ecdsa::SigningKey::from_slice(&*secret)
            .map_err(|_| Error::KeyGeneration("the random number is none of the curve's".to_owned()))?;
        let public = key.verifying_key().to_sec1_point(false).as_bytes().to_vec();
        Ok(Box::new(EphemeralKey { key, public }))
    }
}

struct Hash(Context);

impl HashContext for Hash {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn finalize(self: Box<Self>) -> Vec<u8> {
        self.0.finish().as_ref().to_vec()
    }
}

/// A key that lives for one signature.
struct EphemeralKey {
    key: p256::ecdsa::SigningKey,
    public: Vec<u8>,
}

impl SigningKeyPair for EphemeralKey {
    fn algorithm(&self) -> KeyAlgorithm {
        KeyAlgorithm::EcdsaP256
    }

    fn public_key_bytes(&self) -> &[u8] {
        &self.public
    }

    fn sign_raw(&self, data: &[u8]) -> Result<Vec<u8>> {
        self.sign_prehashed(ring::digest::digest(&SHA256, data).as_ref())
    }

    fn sign_prehashed(&self, digest: &[u8]) -> Result<Vec<u8>> {
        let signed: p256::ecdsa::Signature =
            self.key.sign_prehash(digest).map_err(|_| Error::Signing("the digest is too short".to_owned()))?;
        Ok(signed.to_der().as_bytes().to_vec())
    }
}

fn invalid(scheme: SigningScheme) -> Error {
    Error::Verification(format!("the {} signature is not over these bytes", scheme.name()))
}

fn no_key(scheme: SigningScheme) -> Error {
    Error::InvalidKey(format!("it is no point for {}", scheme.name()))
}

fn unsupported(scheme: SigningScheme) -> Error {
    Error::UnsupportedAlgorithm(scheme.name().to_owned())
}

#[cfg(test)]
mod tests {
    use ring::{
        rand::SystemRandom,
        signature::{
            ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
            Ed25519KeyPair, KeyPair as _,
        },
    };

    use super::*;

    const DATA: &[u8] = b"what is signed";

    fn holds(scheme: SigningScheme, key: &[u8], signature: &[u8]) {
        Ciphers.verify_raw(scheme, key, DATA, signature).expect("it holds");
        assert!(Ciphers.verify_raw(scheme, key, b"something else", signature).is_err(), "{}", scheme.name());
        let mut changed = signature.to_vec();
        let last = changed.len() - 1;
        changed[last] ^= 1;
        assert!(Ciphers.verify_raw(scheme, key, DATA, &changed).is_err(), "{}", scheme.name());
    }

    #[test]
    fn what_ring_signed_holds_and_holds_for_nothing_else() {
        let random = SystemRandom::new();
        let curves: [(&'static EcdsaSigningAlgorithm, SigningScheme); 2] = [
            (&ECDSA_P256_SHA256_ASN1_SIGNING, SigningScheme::EcdsaP256Sha256),
            (&ECDSA_P384_SHA384_ASN1_SIGNING, SigningScheme::EcdsaP384Sha384),
        ];
        for (algorithm, scheme) in curves {
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
            let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).expect("a key");
            holds(scheme, key.public_key().as_ref(), key.sign(&random, DATA).expect("a signature").as_ref());
        }
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&random).expect("a key");
        let key = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).expect("a key");
        holds(SigningScheme::Ed25519, key.public_key().as_ref(), key.sign(DATA).as_ref());
    }

    #[test]
    fn ring_takes_what_our_keys_sign() {
        let key = Ciphers.generate_key_pair(KeyAlgorithm::EcdsaP256).expect("a key");
        let signature = key.sign_raw(DATA).expect("a signature");
        let public = UnparsedPublicKey::new(&ring::signature::ECDSA_P256_SHA256_ASN1, key.public_key_bytes());
        public.verify(DATA, &signature).expect("it holds");
        let another = Ciphers.generate_key_pair(KeyAlgorithm::EcdsaP256).expect("a key");
        assert_ne!(key.public_key_bytes(), another.public_key_bytes());
    }

    #[test]
    fn ciphers_that_are_not_here_are_refused() {
        assert!(Ciphers.generate_key_pair(KeyAlgorithm::EcdsaP384).is_err());
        assert!(Ciphers.verify_raw(SigningScheme::MlDsa65, &[], DATA, &[]).is_err());
        assert!(Ciphers.verify_prehashed(SigningScheme::Ed25519, &[0; 32], &[0; 32], &[0; 64]).is_err());
    }
}
