//! Fixes on their way to release lines (R6-R10, X2, X5): what class a change has, which lines need it, and where it stands on
//! each.
//!
//! A change of main is a fix when a person nominates it, or when its message gives its class (`Change-Class: security`). Where
//! it stands on a line is read from the line itself.

mod carried;
mod carriers;
mod class;
mod demand;
mod family;
mod fix;
mod line;
mod maintenance;
mod matrix;
mod request;
mod silent;
#[cfg(test)]
mod tests;

pub use carried::carried;
pub(crate) use carriers::Carriers;
pub use class::{Classified, Evidence, Source, classify, groups_touched};
pub use demand::{Demand, LineState, Refusal, demand, line_states};
pub use fix::{Fix, Waiver};
pub use maintenance::Maintenance;
pub use matrix::{Cell, Matrix, Row, Standing, matrix, pick_of};
pub use request::{PatchRefusal, request_patch};
