//! The git adapter does what git does.

mod backports;
mod copies;
mod diff;
mod export;
mod history;
mod merge;
mod objects;
mod open;
mod pick;
mod refs;
