//! One file per chore.

pub(crate) mod attack;
pub(crate) mod bench;
pub(crate) mod boundaries;
pub(crate) mod peers;
pub(crate) mod publishing;
pub(crate) mod rules;
pub(crate) mod schema;
pub(crate) mod test;
