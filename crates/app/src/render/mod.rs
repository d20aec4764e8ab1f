//! Values as people read them: one file per view.

pub(crate) mod attested;
pub(crate) mod audit_page;
pub(crate) mod backport;
pub(crate) mod backport_page;
pub(crate) mod built;
pub(crate) mod bump;
pub(crate) mod carried;
pub(crate) mod delivered;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod findings;
pub(crate) mod gantt;
pub(crate) mod journal;
pub(crate) mod notes;
pub(crate) mod outcome;
mod page;
pub(crate) mod pick;
pub(crate) mod plan;
pub(crate) mod predicted;
pub(crate) mod progress;
pub(crate) mod published;
pub(crate) mod pull;
pub(crate) mod rehearsal;
pub(crate) mod rehearsal_page;
#[cfg(test)]
mod sample;
pub(crate) mod staged;
pub(crate) mod status;
pub(crate) mod style;
mod train_chart;
pub(crate) mod verified;
pub(crate) mod words;
