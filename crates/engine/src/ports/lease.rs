//! Who may apply.

use async_trait::async_trait;

use super::PortResult;

/// Keeps two processes from applying together.
#[async_trait]
pub trait LeaseKeeper: Send + Sync {
    /// Take the lease, or say who has it. It ends when the guard is dropped, and with the process at the latest.
    async fn acquire(&self) -> PortResult<Box<dyn LeaseGuard>>;
}

/// Holds the lease while it lives.
pub trait LeaseGuard: Send + Sync {}
