//! What people and programs are shown: facts only, one view model for terminal, JSON and web. The words are the app's.

pub mod gantt;
pub mod plan;
pub mod published;
pub mod pulls;
pub mod rehearsal;
pub mod status;
pub mod train;
