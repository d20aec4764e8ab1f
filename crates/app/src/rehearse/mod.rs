//! The rehearsal: a sandbox with everything embedded, trains leaving on a simulated clock, and the report.

mod claim;
mod demo;
mod maintainers;
mod parameters;
mod report;
mod sandbox;
mod whole_file;

pub(crate) use claim::Claim;
pub(crate) use maintainers::Willing;
pub(crate) use parameters::{Parameters, PolicySource};
pub(crate) use report::report;
pub(crate) use sandbox::Sandbox;
