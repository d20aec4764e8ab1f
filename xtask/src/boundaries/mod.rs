//! Who may use whom, and what a file may be: rules in, breaches out. Text only; the chore reads the files.

mod judge;
mod manifest;
mod mentions;
mod page;
mod rules;
mod source;

pub(crate) use judge::{file_names, judge};
pub(crate) use page::{page, rules};
pub(crate) use rules::Boundaries;
