//! Adapters against the real thing: git repositories, databases and locks in temporary folders.

#![expect(clippy::disallowed_macros, reason = "a test that is skipped says so")]

mod backports;
mod build;
mod clock;
mod conformance;
mod forge_local;
mod git;
mod issuer;
mod journal;
mod lease;
mod merging;
#[cfg(target_os = "linux")]
mod peak;
mod registry;
mod repositories;
mod scratch;
mod signing;
mod sigstore;
