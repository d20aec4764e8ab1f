//! Generated policies, worlds, people and faults: half a year each.
