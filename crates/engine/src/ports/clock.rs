//! Time.

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};

/// Time, for the journal and for pull requests. The core is given days.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Today, at UTC.
    fn today(&self) -> Date;
    /// Wait until then. A simulated clock moves forward at once.
    async fn sleep_until(&self, until: Timestamp);
}
