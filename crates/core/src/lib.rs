//! The pure decisions of Stationmaster. Bytes and values in, values out.
//!
//! Nothing here reads a clock, the environment, the disk or the network. Data flows one way:
//! [`policy`] and a date give a [`calendar`]; an observation of the world ([`model`]) and the calendar
//! give a [`plan`]; [`check`] judges the plan without knowing how it was made.

pub mod artifact;
pub mod audit;
pub mod backport;
pub mod bump;
pub mod calendar;
pub mod check;
pub mod edit;
pub mod facts;
pub mod gate;
pub mod infer;
pub mod lint;
pub mod model;
pub mod pick;
pub mod plan;
pub mod policy;
pub mod provenance;
pub mod releases;
pub mod report;
pub mod retry;
pub mod step;
pub mod upload;
pub mod workspace;
