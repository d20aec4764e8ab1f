//! The git adapter does what git does.

mod objects;
mod open;
mod refs;
