//! Adapters against the real thing: git repositories, databases and locks in temporary folders.

mod build;
mod clock;
mod forge_local;
mod git;
mod journal;
mod lease;
mod merging;
mod registry;
mod scratch;
