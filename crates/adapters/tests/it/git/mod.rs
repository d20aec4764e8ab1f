//! The git adapter does what git does.

mod backports;
mod copies;
mod diff;
mod export;
mod histories;
mod history;
mod large;
mod merge;
mod objects;
mod open;
mod packs;
mod patch_id;
mod pick;
mod pick_kinds;
mod refs;
