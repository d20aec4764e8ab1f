//! `Cargo.lock`: two changes of one graph of packages.
//!
//! A resolver and the registry's index would be needed to know what cargo makes of both. So only what follows from the three
//! files alone is merged, and what comes out is one that cargo could have written.

mod features;
mod graph;
mod manifests;
mod merge;

use std::collections::BTreeMap;

use graph::Graph;
use merge::Sides;

/// What is known of a lock file.
pub(super) struct Texts<'t> {
    pub(super) base: &'t str,
    pub(super) ours: &'t str,
    pub(super) theirs: &'t str,
    /// Manifests of the change, as they are to be on the line.
    pub(super) manifests: &'t BTreeMap<String, String>,
}

/// The lock file with both changes. None: a person, or cargo, must.
///
/// Packages of the workspace have the line's versions. Any other package is as the side that changed it has it; where both
/// changed it in different ways, a person must. What nothing uses any more is left out.
pub(super) fn merge(texts: &Texts<'_>) -> Option<String> {
    let (head, _) = texts.ours.split_once("[[package]]")?;
    let has_other_head = |text: &str| text.split_once("[[package]]").is_none_or(|(other, _)| other != head);
    if has_other_head(texts.base) || has_other_head(texts.theirs) {
        return None;
    }
    let [base, ours, theirs] = [texts.base, texts.ours, texts.theirs].map(Graph::read);
    let (base, ours, theirs) = (base?, ours?, theirs?);
    // A file that would not come out as it is was not written by a cargo that writes as we do.
    if ours.write(head) != texts.ours {
        return None;
    }
    let declared = manifests::declared(texts.manifests);
    let merged = Sides::new(&base, &ours, &theirs, &declared).merge()?.write(head);
    Graph::read(&merged)?;
    Some(merged)
}

/// Whether a lock file that merged as text is one that cargo could have written for the line: every dependency leads to a
/// package, and packages of the workspace have the line's versions.
pub(super) fn is_sound(merged: &str, texts: &Texts<'_>) -> bool {
    let [base, ours, theirs] = [texts.base, texts.ours, texts.theirs].map(Graph::read);
    // What was not sound before need not be so now.
    let (Some(base), Some(ours), Some(theirs)) = (base, ours, theirs) else { return true };
    let declared = manifests::declared(texts.manifests);
    let sides = Sides::new(&base, &ours, &theirs, &declared);
    Graph::read(merged).is_some_and(|merged| {
        let mut locals = merged.0.iter().filter(|(slot, _)| slot.is_local());
        locals.all(|(slot, node)| sides.local_version(slot) == Some(node.version))
    })
}
