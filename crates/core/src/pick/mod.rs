//! Carrying a change to another commit (X2): what its message says, what stands in the way, and what of that needs no person.

mod message;
mod names;
mod originals;
pub mod resolve;
mod trace;

pub use message::{message, squashed};
pub use names::Names;
pub use originals::Originals;
pub use trace::{Hunk, Trace};
