//! The binary, run as a user runs it.

mod audit;
mod backport;
mod bad_input;
mod binary;
mod build;
mod bump;
mod check;
mod full_disk;
mod lines;
mod notes;
mod outside_tools;
mod pick;
mod plan_and_apply;
mod provenance;
mod publish;
mod registries;
mod rehearse;
