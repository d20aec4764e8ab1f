//! A pretend world behind Stationmaster's ports, with faults and crash points.
//!
//! One [`SimWorld`] holds everything that outlives a process: repository, forge, registry, staging area, journal and time.
//! A [`Process`] is one run of the program in it. It dies at a crash point; the world stays as it is, and another process
//! can start. Every change goes through one [`gate`], is told in the [`transcript`](SimWorld::transcript), and is watched by
//! the [`invariants`] that must hold at every moment.

pub mod builder;
pub mod clock;
pub mod event;
pub mod forge;
pub mod gate;
mod history;
pub mod invariants;
pub mod journal;
pub mod lease;
mod notary;
pub mod objects;
pub mod people;
pub mod picture;
pub mod process;
pub mod project;
pub mod random;
pub mod refs;
pub mod registry;
pub mod repository;
pub mod tokens;
pub mod workshop;
pub mod world;

pub use process::Process;
pub use world::SimWorld;
