//! Carrying a change to another commit (X2): what its message says, what stands in the way, and what of that needs no person.

mod look;
mod message;
mod names;
mod originals;
pub mod resolve;
mod trace;
mod trailers;
mod words;

pub use look::{Look, cancelled};
pub use message::{message, squashed};
pub use names::{Names, pull_request_of, title};
pub use originals::Originals;
pub use trace::{Hunk, Trace};
pub use trailers::{trailer, trailers};
pub use words::Words;
