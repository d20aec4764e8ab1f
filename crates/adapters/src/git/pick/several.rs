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
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(picks.len().div_ceil(4)).max(1);
        let share = picks.len().div_ceil(threads).max(1);
        let part = |part: &[Pick]| -> Vec<_> {
            let picking = self.picking();
            part.iter().map(|pick| self.picked(&picking, pick)).collect()
        };
        std::thread::scope(|scope| {
            let parts: Vec<_> = picks.chunks(share).map(|some| scope.spawn(move || part(some))).collect();
            parts.into_iter().flat_map(|part| part.join().expect("a picking thread does not panic")).collect()
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
            match picking.pick(change, None, &onto, &resolve)? {
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
}
