//! The binary, run as a user runs it.

mod archives_in_the_loop;
mod audit;
mod backport;
mod bad_input;
mod binary;
mod build;
mod bump;
mod check;
mod deliver;
mod facts;
mod full_disk;
mod hostile;
#[path = "../../../adapters/tests/it/issuer/mod.rs"]
mod issuer;
mod job;
mod lines;
mod notes;
mod outside_tools;
mod owners;
mod pick;
mod plan_and_apply;
mod provenance;
mod publish;
mod registries;
mod rehearse;
mod release_day;
mod stopping;
mod taken_back;
mod trusted;
mod unseen;
mod ways;
