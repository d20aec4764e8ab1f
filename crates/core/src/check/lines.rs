//! Release lines: all that need a fix release it, or none does (X5).
//!
//! Where a fix is, is read here from plain facts alone: when the line parted, what its commits say and do, our merged pull
//! requests, and what became of picks. Changes of main that take back others, and those that were taken back, are left to the
//! planner.

use std::collections::BTreeMap;

use super::{Case, Invariant, Judged, breach, case::HEADS};
use crate::{
    model::{
        ChangeClass, CommitId, Condition, Decided, FixDecision, Held, LineHistory, LineName, LoggedCommit, Observed,
        Picked, PullRequest,
    },
    pick::{Names, Words, trailer},
    policy::BackportRule,
    step::Step,
};

/// No patch is tagged while a line that needs one of its fixes, or that was asked for together with it, has no merged and green
/// release of its own; and the tag requires those.
pub(super) fn all_or_none(case: &Case<'_>, step: &Step, commit: &CommitId) -> Judged {
    let mut judged = Judged::default();
    if step.version.patch == 0 {
        return judged;
    }
    let Some(known) = Known::of(case) else {
        judged.breaches.push(breach(Invariant::LineLeftBehind, "fixes and the lines that need them were not seen"));
        return judged;
    };
    let line = LineName::of(&step.version);
    let lines = Lines { case, known: &known };
    let leaving = known.lines.get(&line).into_iter().flat_map(|history| lines.leaving(line, history, commit));
    let mut owed: Vec<Result<Condition, String>> =
        leaving.flat_map(|fix| lines.elsewhere(line, fix).collect::<Vec<_>>()).collect();
    owed.extend(lines.asked_together(step));
    for one in owed {
        match one {
            Ok(release) => judged.needs.push(release),
            Err(why) => {
                let detail = format!("{} would go out, but {why}", step.version);
                judged.breaches.push(breach(Invariant::LineLeftBehind, detail));
            }
        }
    }
    judged
}

struct Lines<'c, 'a> {
    case: &'c Case<'a>,
    known: &'c Known<'a>,
}

/// What was seen of main and of the lines.
struct Known<'a> {
    main: &'a [LoggedCommit],
    /// Changes of main that somebody calls fixes.
    fixes: Vec<Fix<'a>>,
    lines: &'a BTreeMap<LineName, LineHistory>,
    decisions: &'a [Decided],
}

/// A change of main, and how many commits came after it.
struct Fix<'a> {
    commit: &'a LoggedCommit,
    age: usize,
}

impl<'a> Known<'a> {
    /// None: it was not seen, although the policy or a person wants fixes carried.
    fn of(case: &Case<'a>) -> Option<Self> {
        static NO_LINES: BTreeMap<LineName, LineHistory> = BTreeMap::new();
        let seen = case.seen;
        let decisions = seen.decisions.known()?;
        let (main, lines): (&[LoggedCommit], _) = match &seen.own.histories {
            Some(histories) => {
                let histories = histories.known()?;
                (&histories.main, &histories.lines)
            }
            None if decisions.is_empty() && case.policy.on(seen.today).backport.is_empty() => (&[], &NO_LINES),
            None => return None,
        };
        let is_fix = |commit: &LoggedCommit| {
            let nominated = decisions.iter().any(|decided| {
                matches!(&decided.decision, FixDecision::Nominate { change, .. } if commit.is_or_brought(change))
            });
            nominated || class_said(commit).is_some()
        };
        let fixes = main.iter().enumerate().filter(|(_, commit)| is_fix(commit));
        let fixes = fixes.map(|(age, commit)| Fix { commit, age }).collect();
        Some(Self { main, fixes, lines, decisions })
    }
}

/// How a line stands to a fix.
enum Stands {
    /// It is out, or nothing is owed.
    Settled,
    /// It is there, and so many commits came after it.
    Unreleased { newer: usize },
    /// It lacks it.
    Lacking,
}

impl<'c, 'a> Lines<'c, 'a> {
    /// The fixes that a release of a line at this commit is the first to have.
    fn leaving(
        &self,
        line: LineName,
        history: &'a LineHistory,
        release: &CommitId,
    ) -> impl Iterator<Item = &'c Fix<'a>> {
        let at = position(history, release).unwrap_or(0);
        let from = self.newest_release(line, history);
        let is_new = move |fix: &&Fix<'a>| {
            let there: Vec<usize> = self.mentions(line, history, fix, is_named).collect();
            let first = there.iter().max();
            first.is_some_and(|first| *first >= at && from.is_none_or(|from| *first < from))
                && !is_included(history, fix)
                && !self.is_gone(history, fix)
        };
        self.known.fixes.iter().filter(is_new).filter(|fix| self.is_plain(fix))
    }

    /// It takes no other change back, none takes it back, and it did not go from main without a word.
    fn is_plain(&self, fix: &Fix<'_>) -> bool {
        let takes_back = |by: &LoggedCommit, it: &LoggedCommit| {
            by.id != it.id && Words::of(&by.message).is_some_and(|words| words_mean(&words, it))
        };
        let went =
            || self.known.main.first().is_some_and(|head| self.held(&fix.commit.id, &head.id) == Some(Held::Nothing));
        !self.known.main.iter().any(|other| takes_back(other, fix.commit))
            && !self.known.fixes.iter().any(|other| takes_back(fix.commit, other.commit))
            && !went()
    }

    /// The line took it back, in words or by its tree.
    fn is_gone(&self, history: &LineHistory, fix: &Fix<'_>) -> bool {
        let held = self.held(&fix.commit.id, &history.head);
        let mut said = history.commits.iter().flat_map(LoggedCommit::messages);
        held == Some(Held::Nothing)
            || said.any(|(_, message)| Words::of(message).is_some_and(|words| words_mean(&words, fix.commit)))
    }

    /// Of every other line that must have it and owes a release: that this is merged, or why it is not.
    fn elsewhere(&self, own: LineName, fix: &'c Fix<'a>) -> impl Iterator<Item = Result<Condition, String>> {
        let others = self.known.lines.iter().filter(move |(line, _)| **line != own && self.must_have(**line, fix));
        others.filter_map(|(line, history)| {
            let what = |stands: &str| format!("line {line}, which needs {}, {stands}", fix.commit.id.short());
            match self.stands(*line, history, fix) {
                Stands::Settled => None,
                Stands::Lacking => Some(Err(what("lacks it"))),
                Stands::Unreleased { newer } => {
                    let release = self
                        .next_release(*line)
                        .filter(|(_, commit)| position(history, commit).is_some_and(|release| release <= newer));
                    Some(release.map_or_else(
                        || Err(what("has no merged and green release with it")),
                        |(pull, commit)| Ok(self.case.merged(pull, commit)),
                    ))
                }
            }
        })
    }

    fn stands(&self, line: LineName, history: &LineHistory, fix: &Fix<'_>) -> Stands {
        let id = &fix.commit.id;
        let pick =
            self.case.seen.own.picks.iter().find(|(pick, _)| pick.onto == history.head && pick.changes == [id.clone()]);
        match pick.map(|(_, picked)| picked) {
            Some(Observed::Known(Picked::Present | Picked::Empty)) => return Stands::Settled,
            Some(Observed::Known(Picked::Clean { .. } | Picked::Conflict { .. }) | Observed::Unknown(_)) => {
                return Stands::Lacking;
            }
            None if is_included(history, fix) => return Stands::Settled,
            None => {}
        }
        let Some(oldest) = self.mentions(line, history, fix, may_be_named).max() else {
            let is_there = self.held(id, &history.head) == Some(Held::All);
            return if is_there { Stands::Settled } else { Stands::Lacking };
        };
        match self.newest_release(line, history) {
            Some(release) if release <= oldest => Stands::Settled,
            _ => Stands::Unreleased { newer: oldest },
        }
    }

    /// Places of a line's commits, from the newest, that are a change of main: by our pull requests, by what they do, or by what
    /// they say.
    fn mentions<'h>(
        &'h self,
        line: LineName,
        history: &'h LineHistory,
        fix: &'h Fix<'a>,
        said: fn(&Names, &LoggedCommit) -> bool,
    ) -> impl Iterator<Item = usize> + 'h {
        let head = format!("{HEADS}backport-{line}-{}", fix.commit.id.short());
        let ours: Vec<&CommitId> = self.case.merged_from(&head).map(|(_, commit)| commit).collect();
        let does = self.case.seen.own.deeds.patch(&fix.commit.id).map(|patch| &patch.does);
        let is_it = move |commit: &LoggedCommit| {
            commit.messages().any(|(id, message)| {
                let mut names = Names::default();
                names.add(message);
                let same = does.is_some() && self.case.seen.own.deeds.patch(id).map(|patch| &patch.does) == does;
                same || ours.contains(&id) || said(&names, fix.commit)
            })
        };
        history.commits.iter().enumerate().filter(move |(_, commit)| is_it(commit)).map(|(at, _)| at)
    }

    /// The policy wants it on this line, which is released and supported, and nobody decided otherwise (R6, R7).
    fn must_have(&self, line: LineName, fix: &Fix<'_>) -> bool {
        let decided = || self.known.decisions.iter().rev().map(|decided| &decided.decision);
        let waived = decided().any(|decision| {
            matches!(decision, FixDecision::Waive { change, line: of, .. } if *of == line && fix.commit.is_or_brought(change))
        });
        let said = decided().find_map(|decision| match decision {
            FixDecision::Nominate { change, class, on_by_default, lines, .. } if fix.commit.is_or_brought(change) => {
                Some(on_by_default.then(|| (Some(*class), lines.contains(&line))))
            }
            FixDecision::Withdraw { change, .. } if fix.commit.is_or_brought(change) => Some(None),
            _ => None,
        });
        let (class, also) = said.unwrap_or_else(|| Some((class_said(fix.commit), false))).unwrap_or((None, false));
        let rule = class.and_then(|class| self.case.policy.on(self.case.seen.today).backport.get(&class));
        let newer = || self.known.lines.keys().filter(|other| **other > line && self.is_supported(**other)).count();
        let wanted = match rule {
            Some(BackportRule::Supported) => true,
            Some(BackportRule::Latest(latest)) => also || newer() < *latest as usize,
            Some(BackportRule::Never) => false,
            None => also,
        };
        wanted && !waived && self.is_supported(line)
    }

    fn is_supported(&self, line: LineName) -> bool {
        let first = line.first_version();
        self.case.is_open(line) && self.case.tag(&self.case.tag_of(&first)).is_some()
    }

    /// Versions that a person asked for together with this one, and that are not out.
    fn asked_together(&self, step: &Step) -> Vec<Result<Condition, String>> {
        let asked = self.known.decisions.iter().filter_map(|decided| match &decided.decision {
            FixDecision::Patch { versions, .. } if versions.contains(&step.version) => Some(versions),
            _ => None,
        });
        let others = asked.flatten().filter(|other| **other != step.version);
        let others = others.filter(|other| self.case.tag(&self.case.tag_of(other)).is_none());
        let release = |other| {
            let green = self.case.merged_for(other).find(|(pull, _)| self.case.is_green(pull));
            green.map_or_else(
                || Err(format!("{other}, which was asked for together with it, is not merged and green")),
                |(pull, commit)| Ok(self.case.merged(pull, commit)),
            )
        };
        others.map(release).collect()
    }

    /// The merged and green pull request of a line's next patch.
    fn next_release(&self, line: LineName) -> Option<(&'a PullRequest, &'a CommitId)> {
        let (newest, _) = self.case.releases.newest_of(line)?;
        let mut next = newest.clone();
        next.patch = next.patch.checked_add(1)?;
        self.case.merged_for(&next).find(|(pull, _)| self.case.is_green(pull))
    }

    /// The place of a line's newest release, from its newest commit. None: it was released before it parted, or never.
    fn newest_release(&self, line: LineName, history: &LineHistory) -> Option<usize> {
        let tags: Vec<&CommitId> = self.case.releases.of_line(line).map(|(_, commit)| commit).collect();
        history.commits.iter().position(|commit| tags.iter().any(|tag| commit.is_or_brought(tag)))
    }

    fn held(&self, change: &CommitId, at: &CommitId) -> Option<Held> {
        self.case.seen.own.deeds.held.get(change)?.get(at)?.known().copied()
    }
}

fn position(history: &LineHistory, id: &CommitId) -> Option<usize> {
    history.commits.iter().position(|commit| commit.is_or_brought(id))
}

/// The line was cut after it.
fn is_included(history: &LineHistory, fix: &Fix<'_>) -> bool {
    history.parted.is_some_and(|parted| fix.age >= parted)
}

fn words_mean(words: &Words, commit: &LoggedCommit) -> bool {
    commit.messages().any(|(id, message)| words.mean(id, message))
}

/// Said to be this very commit.
fn is_named(names: &Names, fix: &LoggedCommit) -> bool {
    fix.messages().any(|(id, _)| names.has_origin(id))
}

/// Said to be it, or called like it.
fn may_be_named(names: &Names, fix: &LoggedCommit) -> bool {
    fix.messages().any(|(id, message)| names.may_have(id, message))
}

/// The class of fixes that its message gives it, unless what it fixes is off by default.
fn class_said(fix: &LoggedCommit) -> Option<ChangeClass> {
    fix.messages().find_map(|(_, message)| {
        let class = ChangeClass::named(&trailer(message, "Change-Class")?.to_ascii_lowercase())?;
        let off = trailer(message, "Off-By-Default").map(|value| value.to_ascii_lowercase());
        let is_off = matches!(off.as_deref(), Some("yes" | "true"));
        (!is_off && !matches!(class, ChangeClass::Feature | ChangeClass::Other)).then_some(class)
    })
}
