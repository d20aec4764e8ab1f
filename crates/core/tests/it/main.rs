//! Tests of the core against real history and real tools.

mod history;
mod replay_edits;
