//! What a package uses hangs on the features that its users ask of it, which a lock file does not name.
//!
//! So where a package has other users than on either side, it may use less than there, or more. What is known: fewer users never
//! ask for more, and more users never for less.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    graph::{Graph, Node, Slot},
    merge::Sides,
};

/// Packages that use less than is merged. None: there is a package of which it cannot be told what it uses.
pub(super) fn settle<'l>(sides: &Sides<'_, 'l>, merged: &Graph<'l>) -> Option<BTreeMap<Slot<'l>, Node<'l>>> {
    let users = users(merged);
    let [ours, theirs, base] = [sides.ours, sides.theirs, sides.base].map(|graph| (graph, self::users(graph)));
    let sides = [ours, theirs];
    let mut fewer = BTreeMap::new();
    for (slot, node) in merged.0.iter().filter(|(slot, node)| !slot.is_local() && !node.uses.is_empty()) {
        if is_known(slot, node, &users[slot], &sides) {
            continue;
        }
        let alike = sides.iter().chain([&base]).find_map(|side| in_this_place(slot, &users[slot], side))?;
        let uses = node.uses.iter().filter(|(name, _)| alike.uses.contains_key(*name));
        let uses: BTreeMap<_, _> = uses.map(|(name, used)| (*name, used.clone())).collect();
        if uses.len() != alike.uses.len() {
            return None;
        }
        if uses != node.uses {
            fewer.insert(*slot, Node { uses, ..node.clone() });
        }
    }
    Some(fewer)
}

type Users<'l> = BTreeMap<Slot<'l>, BTreeSet<Slot<'l>>>;

/// Who uses each package.
fn users<'l>(graph: &Graph<'l>) -> Users<'l> {
    let mut users = Users::new();
    for (slot, node) in &graph.0 {
        for used in node.used() {
            users.entry(*used).or_default().insert(*slot);
        }
    }
    users
}

/// Whether what a package uses follows from what it uses on the two sides.
fn is_known<'l>(
    slot: &Slot<'l>,
    node: &Node<'l>,
    users: &BTreeSet<Slot<'l>>,
    sides: &[(&Graph<'l>, Users<'l>); 2],
) -> bool {
    let there = || sides.iter().filter_map(|(graph, users)| Some((graph.get(slot)?, users.get(slot)?)));
    let is_same = |other: &Node<'l>| (other.version, other.source) == (node.version, node.source);
    let no_less = |(other, of): &(&Node<'l>, &BTreeSet<Slot<'l>>)| {
        // All users that ask for this much there are here as well.
        let least = is_same(other) && other.uses == node.uses && of.is_subset(users);
        // Nobody here asks for more: either all are there too, or on the other side, where it uses no more than this.
        let most = users.is_subset(of) || there().all(|(other, _)| is_same(other) && uses_no_more(other, node));
        least && most
    };
    there().any(|side| no_less(&side))
}

fn uses_no_more(one: &Node<'_>, other: &Node<'_>) -> bool {
    one.uses.iter().all(|(name, used)| other.uses.get(name).is_some_and(|others| used.is_subset(others)))
}

/// A package of the same name, of another version perhaps, that packages of the same names use on some side.
fn in_this_place<'g, 'l>(
    slot: &Slot<'l>,
    users: &BTreeSet<Slot<'l>>,
    (graph, of): &'g (&Graph<'l>, Users<'l>),
) -> Option<&'g Node<'l>> {
    let names = |users: &BTreeSet<Slot<'l>>| users.iter().map(|user| user.name).collect::<BTreeSet<_>>();
    let wanted = names(users);
    let mut alike = graph.0.iter().filter(|(other, _)| other.name == slot.name);
    alike.find(|(other, _)| of.get(other).is_some_and(|users| names(users) == wanted)).map(|(_, node)| node)
}
