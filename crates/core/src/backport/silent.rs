//! Changes of main that went, or came again, although no message says so: main's tree tells.

use super::{class::Source, fix::fixes, maintenance::Maintenance};
use crate::{
    model::{Held, LoggedCommit, MainChange},
    pick::Look,
};

/// Look whether main has its fixes, or lacks them, as its messages say: changes of main, with what they undo. `main` is newest
/// first.
pub(super) fn silent(main: &[LoggedCommit], known: &Maintenance<'_>, look: &Look<'_, '_>) -> Vec<MainChange> {
    let (fixes, families) = fixes(known, look);
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
    let changes = found.into_iter().map(|(age, id)| MainChange { commit: main[age].clone(), age, undoes: vec![id] });
    changes.collect()
}
