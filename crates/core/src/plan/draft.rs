//! Opening a pull request, and following it until a person has merged it.

use jiff::Timestamp;
use semver::Version;

use super::{
    decision::Decision,
    situation::{Due, Situation, Snapshot},
    words::{Occasion, PullRequestKind},
};
use crate::{
    bump::{self, GroupMove, Move, NotesChange},
    calendar,
    gate::{self, Door, Hold},
    model::{
        CommitId, CommitSpec, DraftChange, Finding, PullRequest, PullRequestDraft, PullRequestState, Rule, WaitReason,
        day_of,
    },
    policy::Rules,
    step::{Action, OpenPullRequest, RefreshPullRequest},
};

/// A pull request that is wanted.
pub(super) struct Wanted<'a> {
    pub(super) kind: PullRequestKind,
    /// The branch it goes to.
    pub(super) base: String,
    pub(super) versions: Move,
    pub(super) notes: NotesChange,
    pub(super) rule: Rule,
    /// One sentence.
    pub(super) reason: String,
    pub(super) due: &'a Due<'a>,
}

/// Where a wanted pull request stands.
pub(super) enum Standing {
    /// Merged, as this commit.
    Merged { number: u64, commit: CommitId, at: Timestamp },
    /// Not merged: what is to be done, or what it waits for.
    Pending(Decision),
}

/// Open a wanted pull request, or find out where it stands.
pub(super) fn pursue(now: &Situation<'_>, wanted: &Wanted<'_>) -> Standing {
    let version = wanted.due.version();
    let wait =
        |reason: WaitReason| now.wait(OpenPullRequest::named(&wanted.kind.head_branch()), version, wanted.rule, reason);
    Standing::Pending(match now.pull_request(&wanted.kind) {
        Err(unknown) => wait(unknown),
        Ok(None) => open(now, wanted, None),
        Ok(Some(pull)) => match &pull.state {
            PullRequestState::Merged { commit, at, .. } => {
                return Standing::Merged { number: pull.number, commit: commit.clone(), at: *at };
            }
            PullRequestState::Closed => wait(WaitReason::Reopen { number: pull.number }),
            PullRequestState::Open if conflicts(now, pull) == Ok(true) => open(now, wanted, Some(pull)),
            PullRequestState::Open => until_merged(now, pull, (version, wanted.rule), wanted.due.rules),
        },
    })
}

/// An open pull request does not merge any more: its base moved under it.
fn conflicts(now: &Situation<'_>, pull: &PullRequest) -> Result<bool, Hold> {
    let what = |unseen| Hold::unseen(&format!("whether #{} merges", pull.number), unseen);
    Ok(now.ask.conflicts(pull).map_err(what)?.is_some_and(|files| !files.is_empty()))
}

/// What an open pull request waits for: all that holds it; if nothing does, a person who merges it.
pub(super) fn until_merged(
    now: &Situation<'_>,
    pull: &PullRequest,
    (version, rule): (&Version, Rule),
    rules: &Rules,
) -> Decision {
    let step = OpenPullRequest::named(&pull.head);
    if let Err(hold) = conflicts(now, pull) {
        return now.wait(step, version, rule, hold);
    }
    let commit = now.seen.own.branches.get(&pull.head).map_or(&pull.head_commit, |head| &head.commit);
    let snapshot = now.snapshot(commit, rules);
    let holds = gate::holds(&now.asked(Door::Merge, (version, rules), (Some(pull), commit), &snapshot));
    if holds.is_empty() {
        return now.wait(step, version, rule, merge(now, pull));
    }
    holds.into_iter().map(|(rule, hold)| now.wait(step.clone(), version, rule, hold)).collect()
}

fn merge(now: &Situation<'_>, pull: &PullRequest) -> WaitReason {
    let opened = day_of(pull.opened);
    let age = (now.today() - opened).get_days();
    let overdue = i64::from(age) > i64::from(now.policy.on(now.today()).train.patience_days);
    WaitReason::Merge { number: pull.number, url: pull.url.clone(), title: pull.title.clone(), opened, overdue }
}

/// Open the pull request, or write an open one anew because its base moved under it.
fn open(now: &Situation<'_>, wanted: &Wanted<'_>, stale: Option<&PullRequest>) -> Decision {
    let version = wanted.due.version();
    let Some(base) = now.seen.own.branch(&wanted.base).cloned() else {
        return Decision::Lacking;
    };
    let drafted = now.snapshot(&base, wanted.due.rules).and_then(|snapshot| Ok(draft(now, wanted, &snapshot)?));
    let draft = match drafted {
        Ok(draft) => draft,
        Err(hold) => {
            let step = OpenPullRequest::named(&wanted.kind.head_branch());
            return now.wait(step, version, wanted.rule, hold);
        }
    };
    let (reason, action) = match stale {
        Some(pull) => {
            (moved(&wanted.base, pull), Action::RefreshPullRequest(RefreshPullRequest { number: pull.number, draft }))
        }
        None => {
            let open = OpenPullRequest { draft, merged_before: Vec::new() };
            (wanted.reason.clone(), Action::OpenPullRequest(open))
        }
    };
    now.step(version, wanted.rule, reason, action)
}

/// Why a pull request is written anew.
pub(super) fn moved(base: &str, pull: &PullRequest) -> String {
    format!("`{base}` moved, and pull request #{} no longer merges", pull.number)
}

fn draft(now: &Situation<'_>, wanted: &Wanted<'_>, base: &Snapshot<'_>) -> Result<PullRequestDraft, WaitReason> {
    let rules = wanted.due.rules;
    let files =
        bump::Base { files: base.files, unreadable: base.unreadable, workspace: &base.workspace, groups: &base.groups };
    let change = bump::change(&files, &now.policy.project, rules, &wanted.versions, &wanted.notes);
    let change = change.map_err(|error| {
        WaitReason::from(Finding {
            kind: "bump-not-possible".into(),
            subject: format!("{} at {}", wanted.base, base.commit.short()),
            detail: error.to_string(),
            help: format!("fix it on `{}`", wanted.base),
            ..Finding::of(Rule::R2)
        })
    })?;
    if let Some(reason) = another_version(wanted, base, &change.groups) {
        return Err(reason);
    }
    let project = &now.policy.project;
    let head = wanted.kind.head_branch();
    let notes = matches!(wanted.notes, NotesChange::Release { .. } | NotesChange::Date { .. })
        .then(|| rules.notes.as_ref().map(|notes| notes.file.as_str()))
        .flatten();
    let occasion = Occasion {
        project,
        kind: &wanted.kind,
        base: &wanted.base,
        moves: &change.groups,
        reason: &wanted.reason,
        notes,
    };
    let title = wanted.kind.title(&project.name);
    Ok(PullRequestDraft {
        body: occasion.body(),
        base: wanted.base.clone(),
        replaces: now.seen.own.branch(&head).cloned(),
        change: DraftChange::Commit(CommitSpec {
            parent: base.commit.clone(),
            edits: change.edits,
            removed: change.removed,
            message: format!("{title}\n\n{}\n", wanted.reason),
            identity: project.identity.clone(),
            seconds: calendar::seconds_of(now.today()),
        }),
        head,
        title,
    })
}

/// The base carries a version from which the step does not lead to the one that is wanted.
fn another_version(wanted: &Wanted<'_>, base: &Snapshot<'_>, groups: &[GroupMove]) -> Option<WaitReason> {
    let (PullRequestKind::Release(to) | PullRequestKind::Candidate(to) | PullRequestKind::Bump(to)) = &wanted.kind
    else {
        return None;
    };
    let GroupMove { from, to: made, .. } = groups.first().filter(|group| group.to != *to)?;
    Some(WaitReason::from(Finding {
        kind: "branch-at-another-version".into(),
        subject: format!("{} at {}", wanted.base, base.commit.short()),
        detail: format!("`{}` carries {from}, from which the next step makes {made}, and not {to}", wanted.base),
        help: format!("set the version on `{}` to the one before {to}", wanted.base),
        ..Finding::of(Rule::R2)
    }))
}
