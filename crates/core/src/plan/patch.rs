//! Patch releases (R6, R7, X5): due where a fix is on a line, proposed on all lines of the fix together, and tagged only once
//! all of them are merged and green.
//!
//! Rules: X7.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;

use super::{
    decision::Decision,
    draft::{Standing as PullStanding, Wanted, pursue},
    leaving,
    lines::{self, Lines},
    merged::Merged,
    situation::{Due, Situation},
    words::PullRequestKind,
};
use crate::{
    backport::{Cell, Demand, LineState, Row, Standing},
    bump::{Move, NotesChange},
    edit::notes::{Entry, Kind, MergedChange},
    gate::{self, Door},
    model::{ChangeClass, CommitId, LineName, PullRequestState, Rule, StepId, WaitReason},
    step::{MergedRelease, OpenPullRequest, Tag},
};

/// Decide on every patch that is due or under way.
pub(super) fn patches(now: &Situation<'_>, lines: &Lines<'_>) -> Decision {
    let mut reasons = under_way(now);
    let (due, waits) = due(now, lines);
    for (line, reason) in due {
        reasons.entry(lines.next_version(now, line)).or_insert(reason);
    }
    let patch = |(version, reason)| {
        let due = lines::departure(now, &version)?;
        Some(Patch { lines, due, reason }.decide(now))
    };
    [waits].into_iter().chain(reasons.into_iter().filter_map(patch)).collect()
}

/// Patches with a pull request that are not tagged; what is tagged is finished whatever becomes of its line.
fn under_way(now: &Situation<'_>) -> BTreeMap<Version, String> {
    let tagged = |version: &Version| now.seen.own.tags.contains_key(&now.policy.project.tag.with(version));
    let pulls = now.seen.own.pulls();
    let open = pulls.filter_map(|pull| Some((lines::patch_of(pull)?, pull.title.clone())));
    open.filter(|(version, _)| !tagged(version)).collect()
}

/// The lines to patch, each with the reason. A line waits where one of its fixes is not on every line that needs it.
fn due(now: &Situation<'_>, lines: &Lines<'_>) -> (BTreeMap<LineName, String>, Decision) {
    let matrix = &lines.matrix;
    let mut due: BTreeMap<LineName, String> = BTreeMap::new();
    for (line, state) in &matrix.lines {
        let wanted = |row: &&Row| {
            let cell = &row.cells[line];
            cell.standing.is_merged() && is_needed(cell) && row.fix.reverted_by.is_none()
        };
        let fixes: Vec<&Row> = matrix.rows.iter().filter(wanted).collect();
        if *state == LineState::Supported && !fixes.is_empty() {
            let subjects: Vec<String> = fixes.iter().map(|row| format!("\"{}\"", row.fix.subject())).collect();
            due.insert(*line, format!("{} on {line} and not released", are(&subjects)));
        }
    }
    let mut waits = BTreeMap::new();
    while let Some((line, reason)) = due.keys().find_map(|line| Some((*line, blocked(lines, &due, *line)?))) {
        due.remove(&line);
        waits.insert(line, reason);
    }
    let wait = |(line, reason)| {
        let version = lines.next_version(now, line);
        now.wait(open_step(&version), &version, Rule::X5, reason)
    };
    let waits: Decision = waits.into_iter().map(wait).collect();
    let (asked, ended) = asked_for(now, lines);
    due.extend(asked);
    (due, [waits, ended].into_iter().collect())
}

fn open_step(version: &Version) -> StepId {
    OpenPullRequest::named(&PullRequestKind::Release(version.clone()).head_branch())
}

fn are(subjects: &[String]) -> String {
    match subjects {
        [one] => format!("{one} is"),
        many => format!("{} are", many.join(" and ")),
    }
}

/// The line on which a fix of this one is missing.
fn blocked(lines: &Lines<'_>, due: &BTreeMap<LineName, String>, line: LineName) -> Option<WaitReason> {
    if let Some(reason) = not_taken_back(lines, line) {
        return Some(reason);
    }
    let here = lines.matrix.rows.iter().filter(|row| row.cells[&line].standing.is_merged());
    here.flat_map(|row| row.cells.iter().map(move |(other, cell)| (row, *other, cell))).find_map(
        |(row, other, cell)| {
            let boarding = lines.matrix.lines[&other] == LineState::Boarding;
            let ready = !is_needed(cell)
                || cell.standing.is_settled()
                || (cell.standing.is_merged() && (boarding || due.contains_key(&other)));
            let standing = match &cell.standing {
                Standing::Merged { .. } => format!("merged, and {other} itself waits"),
                standing => standing.to_string(),
            };
            (other != line && !ready).then(|| missing(row, other, standing))
        },
    )
}

/// A fix on the line that main took back, and the line did not yet.
fn not_taken_back(lines: &Lines<'_>, line: LineName) -> Option<WaitReason> {
    lines.matrix.rows.iter().find_map(|row| {
        let standing = &row.cells[&line].standing;
        let open = row.fix.reverts.is_some() && !standing.is_settled() && !standing.is_merged();
        open.then(|| missing(row, line, standing.to_string()))
    })
}

fn is_needed(cell: &Cell) -> bool {
    matches!(cell.demand, Demand::Must { .. })
}

fn missing(row: &Row, line: LineName, standing: String) -> WaitReason {
    WaitReason::Line { line, change: row.fix.change.id.clone(), subject: row.fix.subject(), standing }
}

/// Lines of which a person asked a patch; and of those that ended since, that they did.
fn asked_for(now: &Situation<'_>, lines: &Lines<'_>) -> (BTreeMap<LineName, String>, Decision) {
    let (mut found, mut ended) = (BTreeMap::new(), Vec::new());
    let asked = lines::asked(now);
    let forced: BTreeSet<&Version> =
        asked.iter().filter(|(_, forced, _)| *forced).flat_map(|(versions, ..)| versions).collect();
    for (version, reason) in asked.iter().flat_map(|(versions, _, reason)| versions.iter().map(move |it| (it, reason)))
    {
        let line = LineName::of(version);
        if now.seen.own.tags.contains_key(&now.policy.project.tag.with(version)) {
            continue;
        }
        match lines.matrix.lines.get(&line) {
            Some(LineState::Ended(day)) if !forced.contains(version) => {
                ended.push(now.wait(open_step(version), version, Rule::R7, WaitReason::EndOfLife { line, day: *day }));
            }
            Some(LineState::Supported | LineState::Ended(_)) => {
                found.insert(line, format!("a patch was asked for by {reason}"));
            }
            Some(LineState::Boarding) | None => {}
        }
    }
    (found, ended.into_iter().collect())
}

/// A patch that is due.
struct Patch<'p, 'a> {
    lines: &'p Lines<'a>,
    due: Due<'a>,
    reason: String,
}

impl Patch<'_, '_> {
    fn version(&self) -> &Version {
        self.due.version()
    }

    fn line(&self) -> LineName {
        LineName::of(self.version())
    }

    fn decide(&self, now: &Situation<'_>) -> Decision {
        let kind = PullRequestKind::Release(self.version().clone());
        let proposed = matches!(now.pull_request(&kind), Ok(Some(_)));
        let branch = self.lines.branch(now, self.line());
        if !proposed && let Some(head) = now.seen.own.branches.get(&branch) {
            let snapshot = now.snapshot(&head.commit, self.due.rules);
            let release = (self.version(), self.due.rules);
            let holds = gate::holds(&now.asked(Door::Proposal, release, (None, &head.commit), &snapshot));
            if !holds.is_empty() {
                let wait = |(rule, hold)| now.wait(open_step(self.version()), self.version(), rule, hold);
                return holds.into_iter().map(wait).collect();
            }
        }
        let wanted = Wanted {
            kind,
            base: branch,
            versions: Move::Patch,
            notes: NotesChange::Date { version: self.version().clone(), day: now.today(), entries: self.entries() },
            rule: Rule::R7,
            reason: self.reason.clone(),
            due: &self.due,
        };
        let (number, commit, at) = match pursue(now, &wanted) {
            PullStanding::Merged { number, commit, at } => (number, commit, at),
            PullStanding::Pending(decision) => return decision,
        };
        // Until its own checks are green, nothing is to be said of others.
        let is_green = merged_and_green(now, self.version()).is_some();
        match if is_green { self.together_with(now, &commit) } else { Ok(Vec::new()) } {
            Err(reason) => {
                let tag = now.policy.project.tag.with(self.version());
                now.wait(Tag::named(&tag), self.version(), Rule::X5, reason)
            }
            Ok(together) => {
                let merged = Merged { version: self.version(), number, commit, at, together };
                leaving::leave(now, &self.due, &merged)
            }
        }
    }

    /// Entries of the notes: the fixes that this patch is the first to have.
    fn entries(&self) -> Vec<Entry> {
        let here = self
            .lines
            .matrix
            .rows
            .iter()
            .filter(|row| row.cells.get(&self.line()).is_some_and(|cell| cell.standing.is_merged()));
        let entries = here.filter_map(|row| {
            let change = MergedChange::of_message(&row.fix.change.message);
            let kind = match row.fix.class.class {
                ChangeClass::Security => Kind::Security,
                ChangeClass::Feature => Kind::Added,
                ChangeClass::Miscompilation | ChangeClass::Correctness | ChangeClass::Other => Kind::Fixed,
            };
            Some(Entry { kind: Some(kind), ..change.entry()? })
        });
        entries.collect()
    }

    /// The releases that this one leaves together with: of every line that needs one of its fixes, or that was asked for together
    /// with it. Or what the tag waits for, where one of them is not merged and green, or lacks the fix (X5).
    fn together_with(&self, now: &Situation<'_>, release: &CommitId) -> Result<Vec<MergedRelease>, WaitReason> {
        let after = self.lines.commits_after(self.line(), release);
        let has = |cell: &Cell| matches!(cell.standing, Standing::Merged { newer, .. } if newer >= after);
        let mut together = BTreeSet::new();
        for row in self.lines.matrix.rows.iter().filter(|row| row.cells.get(&self.line()).is_some_and(has)) {
            for (line, cell) in row.cells.iter().filter(|(line, cell)| **line != self.line() && is_needed(cell)) {
                together.extend(self.leaves_with(now, row, *line, cell)?);
            }
        }
        if let Some(reason) = not_taken_back(self.lines, self.line()) {
            return Err(reason);
        }
        together.extend(self.asked_together(now)?);
        Ok(together.into_iter().collect())
    }

    /// The release by which another line gets a fix. None: it needs none.
    fn leaves_with(
        &self,
        now: &Situation<'_>,
        row: &Row,
        line: LineName,
        cell: &Cell,
    ) -> Result<Option<MergedRelease>, WaitReason> {
        let Standing::Merged { newer, .. } = cell.standing else {
            let standing = cell.standing.to_string();
            return if cell.standing.is_settled() { Ok(None) } else { Err(missing(row, line, standing)) };
        };
        if self.lines.matrix.lines[&line] == LineState::Boarding {
            return Ok(None);
        }
        let version = self.lines.next_version(now, line);
        match merged_and_green(now, &version) {
            Some(release) if newer >= self.lines.commits_after(line, &release.commit) => Ok(Some(release)),
            Some(_) => Err(missing(row, line, format!("on it, and {version} was merged before"))),
            None => Err(missing(row, line, format!("on it, but the release of {version} is not merged and green"))),
        }
    }

    fn asked_together(&self, now: &Situation<'_>) -> Result<Vec<MergedRelease>, WaitReason> {
        let asked = lines::asked(now).into_iter().filter(|(versions, ..)| versions.contains(self.version()));
        let tagged = |version: &Version| now.seen.own.tags.contains_key(&now.policy.project.tag.with(version));
        let others =
            asked.flat_map(|(versions, ..)| versions).filter(|other| other != self.version() && !tagged(other));
        let merged = |other: Version| merged_and_green(now, &other).ok_or(WaitReason::Train { before: other });
        others.map(merged).collect()
    }
}

/// The release of a version, if its pull request is merged and green.
fn merged_and_green(now: &Situation<'_>, version: &Version) -> Option<MergedRelease> {
    let kind = PullRequestKind::Release(version.clone());
    let pull = now.pull_request(&kind).ok().flatten().filter(|pull| now.is_green(pull))?;
    match &pull.state {
        PullRequestState::Merged { commit, .. } => {
            let checks = now.policy.required_checks(pull, now.today()).to_vec();
            Some(MergedRelease { number: pull.number, commit: commit.clone(), checks })
        }
        PullRequestState::Open | PullRequestState::Closed => None,
    }
}
