//! Proof that this process alone applies.

use crate::ports::{LeaseGuard, LeaseKeeper, PortResult};

/// Whoever holds this value applies, and nobody else does. It cannot be made but by [`Lease::take`], and effects ask for it.
pub struct Lease {
    _guard: Box<dyn LeaseGuard>,
}

impl Lease {
    /// Take the lease. [`crate::ports::PortError::Refused`] names who has it.
    pub async fn take(keeper: &dyn LeaseKeeper) -> PortResult<Self> {
        Ok(Self { _guard: keeper.acquire().await? })
    }
}
