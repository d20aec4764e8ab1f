//! Checks of a commit's files and packages: versions, requirements and the registry's rules.

pub mod registry_rules;
pub mod requirements;
pub mod versions;
