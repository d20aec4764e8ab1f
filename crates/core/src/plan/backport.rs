//! Fixes to the lines that need them (X2): a pull request each, and why there is none.

use semver::Version;

use super::{
    draft::open_reason,
    lines::Lines,
    situation::{Situation, unknown},
    words::PullRequestKind,
};
use crate::{
    backport::{self, Cell, Demand, Refusal, Row, Standing},
    model::{Action, CommitId, DraftChange, LineName, Precondition, PullRequest, PullRequestDraft, Rule, WaitReason},
};

/// Carry every fix to the lines that must have it.
pub(super) fn carry(now: &mut Situation<'_>, lines: &Lines) {
    for row in &lines.matrix.rows {
        for (line, cell) in &row.cells {
            let version = lines.next_version(now, *line);
            Carried { row, line: *line, cell, version: &version, branch: lines.branch(now, *line) }.decide(now);
        }
    }
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
    fn decide(&self, now: &mut Situation<'_>) {
        let kind = PullRequestKind::backport(self.line, &self.row.fix.change.id);
        let pull = now.pull_request(&kind).ok().flatten();
        let rules = now.policy.on(now.today());
        match &self.cell.standing {
            Standing::Needed { commit, paths } => self.open(now, &kind, pull, commit, paths),
            Standing::Open { .. } => {
                if let Some(pull) = pull {
                    let reason = open_reason(pull, rules, now.today());
                    self.wait(now, reason);
                }
            }
            Standing::Closed { number } => self.wait(now, WaitReason::Reopen { number: *number }),
            Standing::Conflict { paths } => self.wait(now, self.conflict(paths)),
            Standing::Unknown { why } => {
                let what = format!("what {} comes to on {}", self.row.fix.change.id.short(), self.line);
                self.wait(now, unknown(&what, why));
            }
            // What was begun while the line was supported is not forgotten without a word.
            Standing::Merged { .. } | Standing::Refused { .. } => {
                let begun = pull.is_some() || self.cell.standing.is_merged();
                if let (true, Demand::MustNot { why: Refusal::EndOfLife { day }, .. }) = (begun, &self.cell.demand) {
                    self.wait(now, WaitReason::EndOfLife { line: self.line, day: *day });
                }
            }
            Standing::Included { .. }
            | Standing::Released { .. }
            | Standing::Present
            | Standing::Waived { .. }
            | Standing::Optional
            | Standing::Namesake { .. }
            | Standing::Unneeded => {}
        }
    }

    fn rule(&self) -> Rule {
        match &self.cell.demand {
            Demand::Must { rule } | Demand::May { rule } | Demand::MustNot { rule, .. } => *rule,
        }
    }

    fn wait(&self, now: &mut Situation<'_>, reason: WaitReason) {
        let step = format!("backport {} to {}", self.row.fix.change.id.short(), self.line);
        now.wait(step, self.version, self.rule(), reason);
    }

    fn conflict(&self, paths: &[String]) -> WaitReason {
        let (fix, line) = (&self.row.fix, self.line);
        WaitReason::Finding {
            kind: "backport-conflict".into(),
            subject: format!("\"{}\" on {line}", fix.subject()),
            detail: format!("{} does not merge into `{}` in {}", fix.change.id.short(), self.branch, paths.join(", ")),
            mend: format!(
                "see what it rests on with `stationmaster backport {id} --to {line}`; commit it to `{branch}` by hand with the \
                 line `(cherry picked from commit {id})`, or `stationmaster backport waive {id} {line} --why ..`",
                id = fix.change.id,
                branch = self.branch
            ),
        }
    }

    fn open(
        &self,
        now: &mut Situation<'_>,
        kind: &PullRequestKind,
        stale: Option<&PullRequest>,
        commit: &CommitId,
        paths: &[String],
    ) {
        let Some(base) = now.seen.branches.get(&self.branch).map(|head| head.commit.clone()) else { return };
        let fix = &self.row.fix;
        let head = kind.head_branch();
        let replaces = now.seen.branches.get(&head).map(|old| old.commit.clone());
        let title = format!("[{}] {}", self.line, fix.subject());
        let draft = PullRequestDraft {
            body: self.body(),
            base: self.branch.clone(),
            title,
            replaces: replaces.clone(),
            change: DraftChange::Pick {
                pick: backport::pick_of(fix, &self.cell.demand, base.clone()),
                commit: commit.clone(),
                paths: paths.to_vec(),
            },
            head: head.clone(),
        };
        let mut preconditions = vec![Precondition::BranchAt { branch: self.branch.clone(), commit: base }];
        preconditions.push(match replaces {
            Some(commit) => Precondition::BranchAt { branch: head.clone(), commit },
            None => Precondition::BranchAbsent { branch: head.clone() },
        });
        let (reason, action) = match stale {
            Some(pull) => {
                let reason = format!("`{}` moved, and pull request #{} no longer merges", self.branch, pull.number);
                (reason, Action::RefreshPullRequest { number: pull.number, draft })
            }
            None => {
                preconditions.push(Precondition::PullRequestAbsent { head });
                (self.why(), Action::OpenPullRequest(draft))
            }
        };
        let step = format!("backport {} to {}", fix.change.id.short(), self.line);
        now.step(step, self.version, self.rule(), reason, preconditions, action);
    }

    /// One sentence: why the line needs it.
    fn why(&self) -> String {
        let fix = &self.row.fix;
        match &fix.reverts {
            Some(original) => format!("it takes back {}, which {} has", original.short(), self.line),
            None => format!("{} needs it: it is a fix of class {}, {}", self.line, fix.class.class, fix.class.source),
        }
    }

    fn body(&self) -> String {
        let id = &self.row.fix.change.id;
        format!(
            "Carries {id} from main: {}\n\n{}.\n\n**On merge:** the fix is on `{}`. It is released once every line that needs it \
             has it ({}).\n",
            self.row.fix.subject(),
            self.why(),
            self.branch,
            Rule::X5
        )
    }
}
