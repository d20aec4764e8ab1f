//! Tests of the core against real history and real tools.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "the core does none of this; its tests read real files, run real tools, and say what they skip"
)]

mod backport_notes;
mod calendar;
mod demo;
mod edits;
mod history;
mod notes_history;
mod policy;
mod replay_edits;
mod requirements_history;
