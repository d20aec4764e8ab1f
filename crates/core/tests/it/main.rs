//! Tests of the core against real history and real tools.

mod calendar;
mod history;
mod policy;
mod replay_edits;
