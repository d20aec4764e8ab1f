//! What stands between a stolen key file and its key: scrypt, with libsodium's way to say how much of it.

use scrypt::Params;
use zeroize::Zeroizing;

use super::{Password, SigningError};

/// How much work it takes to try one password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) operations: u64,
    pub(super) memory: u64,
}

impl Cost {
    /// Of keys that are made here: 128 MiB, so that a key can be used on a small machine of a CI as well. Minisign takes eight
    /// times as much where it can.
    pub(super) const OURS: Self = Self { operations: 1 << 22, memory: 1 << 27 };
    /// No key of minisign's asks for more.
    const MOST: Self = Self { operations: 1 << 25, memory: 1 << 30 };

    /// As `crypto_pwhash_scryptsalsa208sha256` of libsodium derives them.
    fn parameters(self) -> Option<Params> {
        if self.operations > Self::MOST.operations || self.memory > Self::MOST.memory {
            return None;
        }
        let operations = self.operations.max(1 << 15);
        let block = 8;
        let below_half = |most: u64| (1..63).find(|log| 1_u64 << log > most / 2).unwrap_or(63);
        if operations < self.memory / 32 {
            return Params::new(below_half(operations / (u64::from(block) * 4)), block, 1).ok();
        }
        let log = below_half(self.memory / (u64::from(block) * 128));
        let rounds = ((operations / 4) >> log).min(0x3fff_ffff);
        Params::new(log, block, u32::try_from(rounds).ok()? / block).ok()
    }
}

/// The bytes that a secret is mixed with.
pub(super) fn stream<const N: usize>(
    password: &Password,
    salt: &[u8],
    cost: Cost,
) -> Result<Zeroizing<[u8; N]>, SigningError> {
    let parameters = cost.parameters().ok_or(SigningError::TooCostly)?;
    let mut stream = Zeroizing::new([0; N]);
    scrypt::scrypt(password.as_bytes(), salt, &parameters, stream.as_mut_slice())
        .map_err(|_| SigningError::TooCostly)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_is_that_of_libsodium() {
        let of = |cost: Cost| cost.parameters().map(|it| (it.log_n(), it.r(), it.p()));
        assert_eq!(of(Cost { operations: 1 << 25, memory: 1 << 30 }), Some((20, 8, 1)));
        assert_eq!(of(Cost { operations: 1 << 19, memory: 1 << 24 }), Some((14, 8, 1)));
        assert_eq!(of(Cost::OURS), Some((17, 8, 1)));
        assert_eq!(of(Cost { operations: 1 << 26, memory: 1 << 30 }), None);
        assert_eq!(of(Cost { operations: 1 << 25, memory: u64::MAX }), None);
    }
}
