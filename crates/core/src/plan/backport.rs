//! Fixes to the lines that need them (X2): a pull request each, and why there is none.

use semver::Version;

use super::{
    decision::Decision,
    draft::{moved, until_merged},
    lines::Lines,
    situation::{Situation, unknown},
    words::PullRequestKind,
};
use crate::{
    backport::{self, Carriers, Cell, Demand, Refusal, Row, Standing},
    model::{CommitId, DraftChange, Finding, LineName, PullRequestDraft, Rule, WaitReason},
    step::{Action, OpenPullRequest, RefreshPullRequest},
};

/// Carry every fix to the lines that must have it.
pub(super) fn carry(now: &Situation<'_>, lines: &Lines<'_>) -> Decision {
    let cells = lines.matrix.rows.iter().flat_map(|row| row.cells.iter().map(move |(line, cell)| (row, *line, cell)));
    let decide = |(row, line, cell)| {
        let version = lines.next_version(now, line);
        Carried { row, line, cell, version: &version, branch: lines.branch(now, line) }.decide(now)
    };
    cells.map(decide).collect()
}

/// One fix on one line.
struct Carried<'c> {
    row: &'c Row,
    line: LineName,
    cell: &'c Cell,
    /// The line's next version.
    version: &'c Version,
    branch: String,
}

impl Carried<'_> {
    fn decide(&self, now: &Situation<'_>) -> Decision {
        let carriers = Carriers::of(now.seen, self.line, &self.row.fix.change.id);
        let rules = now.policy.on(now.today());
        match &self.cell.standing {
            Standing::Needed { commit, paths } => self.open(now, &carriers, commit, paths),
            Standing::Open { .. } => match carriers.open() {
                Some(pull) => until_merged(now, pull, (self.version, self.rule()), rules),
                None => Decision::Done,
            },
            Standing::Closed { number } => self.wait(now, WaitReason::Reopen { number: *number }),
            Standing::Conflict { paths } => self.wait(now, self.conflict(paths)),
            Standing::Unknown { why } => {
                let what = format!("what {} comes to on {}", self.row.fix.change.id.short(), self.line);
                self.wait(now, unknown(&what, why))
            }
            // What was begun while the line was supported is not forgotten without a word.
            Standing::Merged { .. } | Standing::Refused { .. } => {
                let begun = !carriers.is_empty() || self.cell.standing.is_merged();
                match &self.cell.demand {
                    Demand::MustNot { why: Refusal::EndOfLife { day }, .. } if begun => {
                        self.wait(now, WaitReason::EndOfLife { line: self.line, day: *day })
                    }
                    _ => Decision::Done,
                }
            }
            Standing::Included { .. }
            | Standing::Released { .. }
            | Standing::Present
            | Standing::Waived { .. }
            | Standing::Optional
            | Standing::Namesake { .. }
            | Standing::Unneeded => Decision::Done,
        }
    }

    fn rule(&self) -> Rule {
        match &self.cell.demand {
            Demand::Must { rule } | Demand::May { rule } | Demand::MustNot { rule, .. } => *rule,
        }
    }

    fn wait(&self, now: &Situation<'_>, reason: WaitReason) -> Decision {
        now.wait(OpenPullRequest::named(&self.head()), self.version, self.rule(), reason)
    }

    fn conflict(&self, paths: &[String]) -> WaitReason {
        let (fix, line) = (&self.row.fix, self.line);
        let namesake = self.cell.namesake.as_ref().map_or_else(String::new, |commit| {
            format!("; {} there has its name, but not the same change", commit.short())
        });
        let (short, branch) = (fix.change.id.short(), &self.branch);
        WaitReason::from(Finding {
            kind: "backport-conflict".into(),
            subject: format!("\"{}\" on {line}", fix.subject()),
            detail: format!("{short} does not merge into `{branch}` in {}{namesake}", paths.join(", ")),
            help: format!(
                "see what it rests on with `stationmaster backport {id} --to {line}`; commit it to `{branch}` by hand with the \
                 line `(cherry picked from commit {id})`, or `stationmaster backport waive {id} {line} --why ..`",
                id = fix.change.id,
            ),
            ..Finding::of(Rule::X2)
        })
    }

    /// Open a pull request; or write the open one anew, because its base moved under it.
    fn open(&self, now: &Situation<'_>, carriers: &Carriers<'_>, commit: &CommitId, paths: &[String]) -> Decision {
        let Some(base) = now.seen.own.branch(&self.branch).cloned() else {
            return Decision::Lacking;
        };
        let fix = &self.row.fix;
        let head = self.head();
        let replaces = now.seen.own.branch(&head).cloned();
        let merged: Vec<u64> = carriers.merged().map(|(number, _)| number).collect();
        let why = self.why(merged.last().copied());
        let title = format!("[{}] {}", self.line, fix.subject());
        let draft = PullRequestDraft {
            body: self.body(&why),
            base: self.branch.clone(),
            title,
            replaces,
            change: DraftChange::Pick {
                pick: backport::pick_of(fix, &self.cell.demand, base),
                commit: commit.clone(),
                paths: paths.to_vec(),
            },
            head,
        };
        let (reason, action) = match carriers.open() {
            Some(pull) => (
                moved(&self.branch, pull),
                Action::RefreshPullRequest(RefreshPullRequest { number: pull.number, draft }),
            ),
            None => (why, Action::OpenPullRequest(OpenPullRequest { draft, merged_before: merged })),
        };
        now.step(self.version, self.rule(), reason, action)
    }

    /// The branch of its pull request.
    fn head(&self) -> String {
        PullRequestKind::backport(self.line, &self.row.fix.change.id).head_branch()
    }

    /// One sentence: why the line needs it. `merged`: the pull request that had brought it before.
    fn why(&self, merged: Option<u64>) -> String {
        let (fix, line) = (&self.row.fix, self.line);
        let why = match &fix.reverts {
            Some(original) => format!("it takes back {}, which {line} has", original.short()),
            None => format!("{line} needs it: it is a fix of class {}, {}", fix.class.class, fix.class.source),
        };
        match merged {
            Some(number) => format!("{why}; #{number} brought it, and `{}` took that back", self.branch),
            None => why,
        }
    }

    fn body(&self, why: &str) -> String {
        let id = &self.row.fix.change.id;
        let partly = self.row.fix.partly_reverted_by.as_ref().map_or_else(String::new, |commit| {
            format!(" {commit} on main reverts it, but not all of it is gone there: see which part belongs here.")
        });
        format!(
            "Carries {id} from main: {}\n\n{}.{partly}\n\n**On merge:** the fix is on `{}`. It is released once every line that needs it \
             has it.\n",
            self.row.fix.subject(),
            why,
            self.branch
        )
    }
}
