//! Adapters against the real thing: git repositories, databases and locks in temporary folders.

mod build;
mod clock;
mod git;
mod lease;
mod scratch;
