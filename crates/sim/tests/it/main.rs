//! The whole loop in a pretend world: stories, crashes at every effect, and generated policies and worlds.

mod conformance;
mod crash;
mod fixes;
mod generated;
mod lives_of_fixes;
mod pace;
mod play;
mod policy;
mod processes;
mod publishing;
mod repositories;
mod stories;
