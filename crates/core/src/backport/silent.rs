//! Changes of main that went, or came again, although no message says so: main's tree tells.

use std::collections::BTreeSet;

use super::{class::Source, fix::fixes};
use crate::{
    model::{CommitId, Held, LoggedCommit, MainChange, Maintenance, Place},
    pick::Look,
};

/// What a search for such changes came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Silent {
    /// Commits of which it must be known what they do.
    pub patches: BTreeSet<CommitId>,
    /// Places where a change must be looked for first.
    pub held: BTreeSet<Place>,
    /// What was found: changes of main, with what they undo.
    pub found: Vec<MainChange>,
}

/// Look whether main has its fixes, or lacks them, as its messages say. `main` is newest first.
pub fn silent(main: &[LoggedCommit], known: &Maintenance) -> Silent {
    let look = Look::at(&known.deeds);
    let (fixes, families) = fixes(known, &look);
    let mut found = Vec::new();
    for family in &families {
        let newest = family.newest();
        let is_fix = fixes.iter().any(|fix| fix.change.id == family.root().id && fix.class.source != Source::Nothing);
        if !is_fix || newest.age == 0 || newest.age >= main.len() {
            continue;
        }
        // The oldest commit since which main is not as the newest member left it.
        let other = if newest.makes { Held::Nothing } else { Held::All };
        let is_other = |at: usize| look.is_held(&family.root().id, &main[at].id).map(|held| held == other);
        if is_other(0) != Some(true) {
            continue;
        }
        let (mut until, mut from) = (0, newest.age);
        while from - until > 1 {
            let middle = until + (from - until) / 2;
            match is_other(middle) {
                Some(true) => until = middle,
                Some(false) => from = middle,
                None => break,
            }
        }
        if from - until == 1 {
            found.push((until, newest.commit.id.clone()));
        }
    }
    let lacking = look.lacking();
    let changes = found.into_iter().map(|(age, id)| MainChange { commit: main[age].clone(), age, undoes: vec![id] });
    Silent { patches: lacking.patches, held: lacking.held, found: changes.collect() }
}
