//! `build` on the demo: real builds, and what C compilers, CMake, pkg-config and others make of the archives.

mod archives;
mod c_programs;
mod interrupted;
mod sources;
mod yard;

pub(crate) use yard::host;
