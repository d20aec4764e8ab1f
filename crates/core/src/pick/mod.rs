//! Carrying a change to another commit (X2): what its message says, and what stands in the way.

mod message;
mod names;
mod originals;
mod trace;

pub use message::{message, squashed};
pub use names::Names;
pub use originals::Originals;
pub use trace::{Hunk, Trace};
