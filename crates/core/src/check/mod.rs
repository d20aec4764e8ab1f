//! check

pub mod registry_rules;
