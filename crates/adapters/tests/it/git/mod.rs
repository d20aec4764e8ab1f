//! The git adapter does what git does.

mod copies;
mod diff;
mod export;
mod history;
mod merge;
mod objects;
mod open;
mod packs;
mod pick;
mod refs;
