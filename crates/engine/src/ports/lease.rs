//! Who may apply.

use super::PortResult;

/// Keeps two processes from applying together.
pub trait LeaseKeeper: Send + Sync {
    /// Take the lease, or say who has it. It ends when the guard is dropped, and with the process at the latest.
    fn acquire(&self) -> PortResult<Box<dyn LeaseGuard>>;
}

/// Holds the lease while it lives.
pub trait LeaseGuard: Send + Sync {}
