//! Where pull requests, checks and releases are kept.

mod local;

pub use self::local::LocalForge;
