//! `Cargo.lock`: two changes of one graph of packages.
//!
//! A resolver and the registry's index would be needed to know what cargo makes of both. So only what follows from the three
//! files alone is merged, and what comes out is one that cargo could have written.

mod features;
mod graph;
mod merge;

use graph::Graph;
use merge::Sides;

/// The lock file with both changes. None: a person, or cargo, must.
///
/// Packages of the workspace have the line's versions. Any other package is as the side that changed it has it; where both
/// changed it in different ways, a person must. What nothing uses any more is left out.
pub(super) fn merge(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let (head, _) = ours.split_once("[[package]]")?;
    if [base, theirs].iter().any(|text| text.split_once("[[package]]").is_none_or(|(other, _)| other != head)) {
        return None;
    }
    let [base, line, theirs] = [base, ours, theirs].map(Graph::read);
    let line = line?;
    // A file that would not come out as it is was not written by a cargo that writes as we do.
    if line.write(head) != ours {
        return None;
    }
    let merged = Sides::new(&base?, &line, &theirs?).merge()?.write(head);
    Graph::read(&merged)?;
    Some(merged)
}

/// Whether a lock file that merged as text is one that cargo could have written for the line: every dependency leads to a
/// package, and packages of the workspace have the line's versions.
pub(super) fn is_sound(merged: &str, base: &str, ours: &str, theirs: &str) -> bool {
    let [base, ours, theirs] = [base, ours, theirs].map(Graph::read);
    // What was not sound before need not be so now.
    let (Some(base), Some(ours), Some(theirs)) = (base, ours, theirs) else { return true };
    let sides = Sides::new(&base, &ours, &theirs);
    Graph::read(merged).is_some_and(|merged| {
        let mut locals = merged.0.iter().filter(|(slot, _)| slot.is_local());
        locals.all(|(slot, node)| sides.local_version(slot) == Some(node.version))
    })
}
