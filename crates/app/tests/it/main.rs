//! The binary, run as a user runs it.

mod bad_input;
mod binary;
mod bump;
mod check;
mod notes;
mod plan_and_apply;
mod rehearse;
