//! Values as people read them: one file per view.

pub(crate) mod outcome;
