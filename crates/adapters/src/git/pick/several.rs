//! Several changes, one after the other, on another commit.

use stationmaster_core::{
    model::{CommitId, Pick, Picked as Outcome},
    pick::message,
};

use super::{Picked, PortResult, Repository, picking::Picking};
use crate::git::failure::refused;

impl Repository {
    /// What changes come to on other commits, each as a commit of its own with the original's author and its message. Worked out
    /// on all processors; writes nothing.
    pub fn picks(&self, picks: &[Pick]) -> Vec<PortResult<Outcome>> {
        on_all_processors(picks, |part| {
            let picking = self.picking();
            part.iter().map(|pick| self.picked(&picking, pick)).collect()
        })
    }

    /// Write the commit of a pick.
    ///
    /// # Errors
    /// It does not merge, or nothing is left of it.
    pub fn write_several(&self, pick: &Pick) -> PortResult<CommitId> {
        let what = || format!("the pick onto {}", pick.onto);
        let picking = self.picking();
        match self.picked(&picking, pick)? {
            Outcome::Clean { commit, .. } => {
                picking.keep(commit.as_str())?;
                Ok(commit)
            }
            Outcome::Conflict { paths, .. } => Err(refused(what(), format!("it conflicts in {}", paths.join(", ")))),
            Outcome::Present | Outcome::Empty => Err(refused(what(), "nothing is left of it there")),
        }
    }

    fn picked(&self, picking: &Picking<'_>, pick: &Pick) -> PortResult<Outcome> {
        let (mut onto, mut outcome) = (pick.onto.clone(), Outcome::Empty);
        let resolve = |file: &_| self.mechanical.resolve(file);
        for change in &pick.changes {
            match picking.pick(change, self.mainline(change)?, &onto, &resolve)? {
                Picked::Empty => {}
                Picked::Present if onto == pick.onto => outcome = Outcome::Present,
                Picked::Present => {}
                Picked::Clean { tree, .. } => {
                    let words = message(&self.message(change)?, change, pick.why.as_deref());
                    onto = picking.commit(&tree, &onto, change, &words)?;
                }
                Picked::Conflict(files) => {
                    let paths = files.into_iter().map(|file| file.path).collect();
                    return Ok(Outcome::Conflict { change: change.clone(), paths });
                }
            }
        }
        if onto != pick.onto {
            let paths = picking.changed_paths(&pick.onto, &onto)?;
            outcome = Outcome::Clean { commit: onto, paths };
        }
        Ok(outcome)
    }

    /// What a merge changes is what it brought to the branch that it is on.
    fn mainline(&self, change: &CommitId) -> PortResult<Option<usize>> {
        Ok((self.parents(change)?.len() > 1).then_some(1))
    }
}

/// Work on shares of a list, one for each processor, and put the results together in order.
pub(super) fn on_all_processors<T: Sync, R: Send>(all: &[T], work: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(all.len().div_ceil(4)).max(1);
    let share = all.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let parts: Vec<_> = all.chunks(share).map(|some| scope.spawn(|| work(some))).collect();
        parts.into_iter().flat_map(|part| part.join().expect("a working thread does not panic")).collect()
    })
}
