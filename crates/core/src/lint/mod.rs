//! Judges of a tree or of its packages, whoever asks: a pull request, a release, a person.

pub mod registry_rules;
pub mod requirements;
pub mod versions;
