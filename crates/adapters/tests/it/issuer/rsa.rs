//! An RSA key, made anew: ring signs with one, but makes none.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use num_bigint::BigUint;
use ring::{
    rand::{SecureRandom, SystemRandom},
    rsa::{KeyPair, KeyPairComponents, PublicKeyComponents},
    signature::RSA_PKCS1_SHA256,
};

/// A key of 2048 bits.
pub(crate) struct Key {
    pair: KeyPair,
    n: Vec<u8>,
    e: Vec<u8>,
}

impl Key {
    pub(crate) fn generate() -> Self {
        let (one, e) = (BigUint::from(1u8), BigUint::from(65537u32));
        let (mut p, mut q) = (prime(&e), prime(&e));
        // ring wants them in this order.
        if p < q {
            std::mem::swap(&mut p, &mut q);
        }
        let n = &p * &q;
        let d = e.modinv(&((&p - &one) * (&q - &one))).expect("no prime was taken that e divides");
        let (dp, dq) = (&d % (&p - &one), &d % (&q - &one));
        let inverse = q.modinv(&p).expect("both are prime");
        let [n, e, d, p, q, dp, dq, inverse] = [n, e, d, p, q, dp, dq, inverse].map(|number| number.to_bytes_be());
        let public_key = PublicKeyComponents { n: &n, e: &e };
        let parts = KeyPairComponents { public_key, d: &d, p: &p, q: &q, dP: &dp, dQ: &dq, qInv: &inverse };
        let pair = KeyPair::from_components(&parts).expect("a sound key");
        Self { pair, n, e }
    }

    /// A signature as RS256 has it.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).expect("signed");
        signature
    }

    /// The public part, as a set of keys has it.
    pub(crate) fn jwk(&self, id: &str) -> serde_json::Value {
        let [n, e] = [&self.n, &self.e].map(|part| URL_SAFE_NO_PAD.encode(part));
        serde_json::json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": id, "n": n, "e": e })
    }
}

/// A prime of 1024 bits, with both of its highest bits set, so that the product of two has 2048.
fn prime(e: &BigUint) -> BigUint {
    let mut bytes = [0; 128];
    loop {
        SystemRandom::new().fill(&mut bytes).expect("random bytes");
        bytes[0] |= 0b1100_0000;
        bytes[127] |= 1;
        let number = BigUint::from_bytes_be(&bytes);
        if &number % e != BigUint::from(1u8) && is_prime(&number) {
            return number;
        }
    }
}

/// Miller and Rabin's test. For numbers drawn at random, so few rounds leave no doubt that matters here.
fn is_prime(number: &BigUint) -> bool {
    let (one, two) = (BigUint::from(1u8), BigUint::from(2u8));
    if (3u32..2000).step_by(2).any(|small| (number % small) == BigUint::from(0u8)) {
        return false;
    }
    let last = number - &one;
    let twos = last.trailing_zeros().expect("not zero");
    let odd = &last >> twos;
    [2u32, 3, 5, 7, 11, 13, 17, 19].into_iter().all(|base| {
        let mut power = BigUint::from(base).modpow(&odd, number);
        let mut passes = power == one || power == last;
        for _ in 1..twos {
            power = power.modpow(&two, number);
            passes |= power == last;
        }
        passes
    })
}
