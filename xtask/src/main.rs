//! Chores: test set-up, boundary check, benchmarks.

fn main() {}
