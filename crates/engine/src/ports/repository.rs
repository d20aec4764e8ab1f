//! One repository with its forge, and what is made from its commits.

use super::{Builder, Forge, Objects, Refs, Workshops};

/// The ports of one repository.
#[derive(Clone, Copy)]
pub struct RepositoryPorts<'a> {
    /// Commits, trees and files.
    pub objects: &'a dyn Objects,
    /// The branches and tags that everybody shares.
    pub refs: &'a dyn Refs,
    /// The forge.
    pub forge: &'a dyn Forge,
    /// Who packages crates of its commits.
    pub builder: &'a dyn Builder,
    /// Where archives are made of its commits.
    pub workshops: &'a dyn Workshops,
}
