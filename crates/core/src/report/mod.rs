//! What people and programs are shown: facts only, one view model for terminal, JSON and web. The words are the app's.

pub mod attested;
pub mod built;
pub mod bumped;
pub mod calendar;
pub mod carried;
pub mod delivered;
pub mod findings;
pub mod gantt;
pub mod matrix;
pub mod nominated;
pub mod notes;
pub mod patches;
pub mod picks;
pub mod plan;
pub mod predicted;
pub mod published;
pub mod pulls;
pub mod rehearsal;
pub mod staged;
pub mod status;
pub mod train;
