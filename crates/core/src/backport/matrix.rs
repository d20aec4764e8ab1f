//! Fix by line: where each fix stands on each line (R7, X5).
//!
//! Rules: X2.

use std::collections::BTreeMap;

use semver::Version;
use serde::Serialize;

use super::{
    carriers::Carriers,
    class::Source,
    demand::{Demand, LineState, Refusal, demand, line_states},
    family::{Family, Member},
    fix::{Fix, fixes},
    line::{Life, LineView, Presence},
    maintenance::Maintenance,
};
use crate::{
    facts::{Ask, Facts, Lacking},
    model::{CommitId, LineName, LoggedCommit, Observed, Pick, Picked, PullRequestState, Rule},
    pick::Look,
    policy::Policy,
    releases::Releases,
};

/// Every fix, newest first, on every line of interest, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Matrix {
    /// The lines.
    pub lines: BTreeMap<LineName, LineState>,
    /// The fixes.
    pub rows: Vec<Row>,
}

/// One fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The fix.
    pub fix: Fix,
    /// What becomes of it on each line.
    pub cells: BTreeMap<LineName, Cell>,
}

/// One fix on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// What the policy says.
    pub demand: Demand,
    /// Where it stands.
    #[serde(flatten)]
    pub standing: Standing,
    /// A commit of the line that means to take it back, and leaves something of it there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partly_reverted_by: Option<CommitId>,
    /// Where the line must have it and lacks it: a commit there that has its name, but not the same change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namesake: Option<CommitId>,
}

/// Where a fix stands on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "standing")]
pub enum Standing {
    /// The line was cut after it.
    Included {
        /// The first version that has it, where that is out.
        version: Option<Version>,
    },
    /// Out.
    Released {
        /// The first version that has it.
        version: Version,
        /// The commit on the line.
        commit: CommitId,
    },
    /// On the line, and not released.
    Merged {
        /// The commit on the line.
        commit: CommitId,
        /// How many commits the line has after it.
        newer: usize,
    },
    /// Nothing is left of it to be done there: the line has it in other words.
    Present,
    /// Its pull request waits for a person.
    Open {
        /// Its number.
        number: u64,
    },
    /// Its pull request was closed without a merge.
    Closed {
        /// Its number.
        number: u64,
    },
    /// A person decided that the line does without.
    Waived {
        /// Who.
        by: String,
        /// In that person's words.
        why: String,
    },
    /// The policy does not take it there.
    Refused {
        /// By this rule.
        rule: Rule,
        /// Why.
        why: Refusal,
    },
    /// The line may have it, and nobody asked for it.
    Optional,
    /// The line may have it; a commit there has its name, but not the same change.
    Namesake {
        /// The commit on the line.
        commit: CommitId,
    },
    /// The line does not need it: what it takes back is not there, or it was itself taken back.
    Unneeded,
    /// It goes there as it is.
    Needed {
        /// The commit that it gives.
        commit: CommitId,
        /// Files that it changes.
        paths: Vec<String>,
    },
    /// It is needed, and does not merge.
    Conflict {
        /// Where.
        paths: Vec<String>,
    },
    /// It could not be looked at.
    Unknown {
        /// Why.
        why: String,
    },
}

impl Standing {
    /// Nothing of it is to be released with the line's next patch.
    pub fn is_settled(&self) -> bool {
        match self {
            Self::Included { .. }
            | Self::Released { .. }
            | Self::Present
            | Self::Waived { .. }
            | Self::Refused { .. }
            | Self::Optional
            | Self::Namesake { .. }
            | Self::Unneeded => true,
            Self::Merged { .. }
            | Self::Open { .. }
            | Self::Closed { .. }
            | Self::Needed { .. }
            | Self::Conflict { .. }
            | Self::Unknown { .. } => false,
        }
    }

    /// It is on the line and only has to be released.
    pub fn is_merged(&self) -> bool {
        matches!(self, Self::Merged { .. })
    }
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Included { .. } => f.write_str("in it from the start"),
            Self::Released { version, .. } => write!(f, "released in {version}"),
            Self::Merged { .. } => f.write_str("merged"),
            Self::Present => f.write_str("there in other words"),
            Self::Open { number } => write!(f, "open as #{number}"),
            Self::Closed { number } => write!(f, "closed as #{number}"),
            Self::Waived { by, .. } => write!(f, "waived by {by}"),
            Self::Refused { rule, .. } => write!(f, "refused by {rule}"),
            Self::Optional => f.write_str("allowed"),
            Self::Namesake { commit } => {
                write!(f, "allowed; {} there has its name, but not the same change", commit.short())
            }
            Self::Unneeded => f.write_str("not needed"),
            Self::Needed { .. } => f.write_str("needed"),
            Self::Conflict { paths } => write!(f, "conflict in {}", paths.join(", ")),
            Self::Unknown { why } => write!(f, "unknown: {why}"),
        }
    }
}

/// Where every fix stands.
///
/// # Errors
/// What commits do, how much of them is where, or what a pick comes to, is lacking.
pub fn matrix<'f>(policy: &Policy, ask: &Ask<'f>, known: &Maintenance<'f>) -> Result<Matrix, Lacking> {
    let (seen, look) = (ask.facts(), Look::at(ask));
    let states = line_states(policy, seen);
    let lines: BTreeMap<LineName, LineState> =
        known.lines.keys().filter_map(|line| Some((*line, *states.get(line)?))).collect();
    let (fixes, families) = fixes(known, &look);
    let releases = Releases::of(&policy.project, seen);
    let view = |name: &LineName| LineView::new(&releases, *name, &known.lines[name]);
    let views: Vec<LineView<'_>> = if fixes.is_empty() { Vec::new() } else { lines.keys().map(view).collect() };
    let case = |fix| Case { policy, seen, lines: &lines, families: &families, fix, look: &look };
    let judge = |case: Case<'_>| views.iter().map(|line| (line.name, case.cell(line))).collect();
    let judged: Vec<BTreeMap<LineName, Judged>> = fixes.iter().map(case).map(judge).collect();
    // What a line seems to lack is tried only once it is known what it has.
    look.is_whole()?;
    let rows: Vec<Result<Row, Lacking>> =
        fixes.into_iter().zip(judged).map(|(fix, cells)| row(ask, known, fix, cells)).collect();
    Ok(Matrix { lines, rows: rows.into_iter().collect::<Result<_, _>>()? })
}

/// Try what is needed. All of it is asked for in one round.
fn row(ask: &Ask<'_>, known: &Maintenance<'_>, fix: Fix, judged: BTreeMap<LineName, Judged>) -> Result<Row, Lacking> {
    let cell = |(line, Judged { demand, standing, partly_reverted_by, namesake }): (LineName, Judged)| {
        let picked = || picked(ask, pick_of(&fix, &demand, known.lines[&line].head.clone()));
        let standing = standing.map_or_else(picked, Ok)?;
        let namesake = namesake.filter(|_| !standing.is_settled() && !standing.is_merged());
        Ok((line, Cell { demand, standing, partly_reverted_by, namesake }))
    };
    let cells: Vec<Result<_, Lacking>> = judged.into_iter().map(cell).collect();
    Ok(Row { cells: cells.into_iter().collect::<Result<_, _>>()?, fix })
}

fn picked(ask: &Ask<'_>, pick: Pick) -> Result<Standing, Lacking> {
    Ok(match ask.pick(pick)? {
        Observed::Known(Picked::Clean { commit, paths }) => {
            Standing::Needed { commit: commit.clone(), paths: paths.clone() }
        }
        Observed::Known(Picked::Present | Picked::Empty) => Standing::Present,
        Observed::Known(Picked::Conflict { paths, .. }) => Standing::Conflict { paths: paths.clone() },
        Observed::Unknown(why) => Standing::Unknown { why: why.clone() },
    })
}

/// A fix on the head of a line, with the reason for its message.
pub fn pick_of(fix: &Fix, demand: &Demand, onto: CommitId) -> Pick {
    let rule = match demand {
        Demand::Must { rule } | Demand::May { rule } | Demand::MustNot { rule, .. } => rule,
    };
    let why = match &fix.reverts {
        Some(original) => format!("it takes back {} ({rule})", original.short()),
        None => format!("{} ({rule})", fix.class.class),
    };
    Pick { changes: vec![fix.change.id.clone()], onto, why: Some(why) }
}

/// One fix on one line, before it is tried there.
struct Judged {
    demand: Demand,
    /// None: the line needs it, and whether it merges is to be seen.
    standing: Option<Standing>,
    partly_reverted_by: Option<CommitId>,
    /// A commit of the line with its name.
    namesake: Option<CommitId>,
}

struct Case<'c> {
    policy: &'c Policy,
    seen: &'c Facts,
    lines: &'c BTreeMap<LineName, LineState>,
    families: &'c [Family<'c>],
    fix: &'c Fix,
    look: &'c Look<'c, 'c>,
}

impl Case<'_> {
    fn cell(&self, line: &LineView<'_>) -> Judged {
        let demand = self.demand(line);
        let of = self.families.iter().filter_map(|family| Some((self.makes(family)?, family)));
        let lives: Vec<(bool, Life)> = of.map(|(makes, family)| (makes, self.life(family, line, &demand))).collect();
        // Of several changes that it takes back, the one that is still there counts.
        let lacks = |(makes, life): &&(bool, Life)| *makes != life.is_there();
        let Some((makes, life)) = lives.iter().find(lacks).or_else(|| lives.first()) else {
            return Judged { standing: Some(Standing::Unneeded), demand, partly_reverted_by: None, namesake: None };
        };
        let partly_reverted_by = life.partly.clone().filter(|_| *makes && life.is_there());
        let namesake = life.namesake.clone().filter(|_| *makes);
        Judged { standing: self.standing(line, &demand, *makes, life), demand, partly_reverted_by, namesake }
    }

    fn demand(&self, line: &LineView<'_>) -> Demand {
        let said = demand(self.policy, self.seen.today, &self.fix.class, self.lines, line.name);
        match said {
            Demand::May { rule } if self.fix.also.contains(&line.name) => Demand::Must { rule },
            said => said,
        }
    }

    fn standing(&self, line: &LineView<'_>, demand: &Demand, makes: bool, life: &Life) -> Option<Standing> {
        if makes == life.is_there() {
            return Some(self.as_it_is(line, makes, life));
        }
        if let Some(waiver) = self.fix.waived.get(&line.name) {
            return Some(Standing::Waived { by: waiver.by.clone(), why: waiver.why.clone() });
        }
        if self.fix.reverted_by.is_some() {
            return Some(Standing::Unneeded);
        }
        if let Demand::MustNot { rule, why } = demand {
            return Some(Standing::Refused { rule: *rule, why: *why });
        }
        let carriers = Carriers::of(self.seen, line.name, &self.fix.change.id);
        match carriers.current().map(|pull| (pull, &pull.state)) {
            Some((pull, PullRequestState::Open)) if !self.look.conflicts(pull) => {
                return Some(Standing::Open { number: pull.number });
            }
            Some((pull, PullRequestState::Closed)) => return Some(Standing::Closed { number: pull.number }),
            Some((pull, PullRequestState::Merged { commit, .. })) if !line.has(commit) => {
                let (number, short, branch) = (pull.number, commit.short(), &line.history.branch);
                let why = format!("#{number} is merged as {short}, which `{branch}` does not have");
                return Some(Standing::Unknown { why });
            }
            Some((_, PullRequestState::Open | PullRequestState::Merged { .. })) | None => {}
        }
        if let Some(why) = &life.unknown {
            return Some(Standing::Unknown { why: why.clone() });
        }
        match (demand, &life.namesake) {
            (Demand::May { .. }, None) => Some(Standing::Optional),
            (Demand::May { .. }, Some(commit)) => Some(Standing::Namesake { commit: commit.clone() }),
            _ => None,
        }
    }

    /// The line is as main is.
    fn as_it_is(&self, line: &LineView<'_>, makes: bool, life: &Life) -> Standing {
        let Some(since) = life.since().filter(|_| !life.is_untouched()) else { return Standing::Unneeded };
        match line.presence(since) {
            Presence::Included { version } => Standing::Included { version },
            Presence::Commit { commit, version: Some(version), .. } => Standing::Released { version, commit },
            // Taken back before it was out: no release is owed.
            Presence::Commit { version: None, .. } if line.is_released(life) == makes => Standing::Unneeded,
            Presence::Commit { commit, version: None, newer } => Standing::Merged { commit, newer },
        }
    }

    /// Whether the change of a family is there after this one. None: it is not about that.
    fn makes(&self, family: &Family<'_>) -> Option<bool> {
        family.members.iter().find(|member| member.commit.id == self.fix.change.id).map(|member| member.makes)
    }

    fn life(&self, family: &Family<'_>, line: &LineView<'_>, demand: &Demand) -> Life {
        let mut ours = BTreeMap::new();
        for Member { commit: LoggedCommit { id, .. }, .. } in &family.members {
            let merged = Carriers::of(self.seen, line.name, id);
            ours.extend(merged.merged().map(|(_, commit)| (commit.clone(), id.clone())));
        }
        // What nobody calls a fix is only shown.
        let sure = self.fix.class.source != Source::Nothing && matches!(demand, Demand::Must { .. });
        line.life(family, &ours, sure, self.look)
    }
}
