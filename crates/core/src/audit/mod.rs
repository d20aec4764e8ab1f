//! The history of a project, judged by its policy: what was not as it should be, with evidence and mend.

pub mod notes;
