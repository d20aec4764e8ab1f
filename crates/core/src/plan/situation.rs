//! What every decision looks at.

use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use jiff::{ToSpan, civil::Date};
use semver::Version;

use super::{
    decision::Decision,
    in_the_way,
    unfinished::{Unfinished, unfinished},
    words::PullRequestKind,
};
use crate::{
    bump,
    calendar::{self, Calendar},
    facts::Ask,
    facts::Facts,
    gate::{Asked, Door, Hold},
    model::{
        CheckState, CommitId, FileSelection, Finding, Observed, PullRequest, PullRequestState, Rule, StepId,
        TrainReport, TrainState, TreeFiles, UnreadableFiles, Wait, WaitReason, strip_pre,
    },
    policy::{Policy, Rules},
    releases::Releases,
    step::{Action, Step},
    workspace::{GroupMembers, Workspace},
};

/// How long before today a train may have been due and still be looked at: long enough for any that is stuck.
const LOOK_BACK_DAYS: i64 = 400;
/// How far ahead trains are listed.
const LOOK_AHEAD_DAYS: i64 = 70;

/// One train, with the rules that it leaves by.
#[derive(Debug, Clone)]
pub(super) struct Due<'a> {
    pub(super) train: calendar::Train,
    pub(super) rules: &'a Rules,
    /// The train before it in the calendar.
    pub(super) previous: Option<Version>,
}

impl Due<'_> {
    /// How far the train is.
    pub(super) fn report(&self, state: TrainState) -> TrainReport {
        TrainReport {
            version: self.train.version.clone(),
            state,
            cut: self.train.cut,
            release: Some(self.train.release),
            end_of_life: self.train.end_of_life,
            lts: self.train.lts,
        }
    }

    pub(super) fn version(&self) -> &Version {
        &self.train.version
    }

    /// The day of its cut or bump. A listed train without one is bumped on its release day.
    pub(super) fn cut(&self) -> Date {
        self.train.begins()
    }
}

/// A commit's files, read as a workspace.
#[derive(Debug)]
pub(super) struct Snapshot<'a> {
    pub(super) commit: CommitId,
    pub(super) files: &'a TreeFiles,
    pub(super) unreadable: Option<&'a UnreadableFiles>,
    pub(super) workspace: Workspace,
    pub(super) groups: Vec<GroupMembers>,
}

impl Snapshot<'_> {
    /// The version that names releases: the first group's.
    pub(super) fn version(&self) -> &Version {
        &self.groups[0].version
    }
}

/// The world and the policy.
pub(super) struct Situation<'a> {
    pub(super) policy: &'a Policy,
    /// What is known, and a note of what is lacking.
    pub(super) ask: &'a Ask<'a>,
    /// What is always looked at.
    pub(super) seen: &'a Facts,
    /// The files that matter of a commit.
    wanted: FileSelection,
    /// What the tags say is released.
    pub(super) releases: Releases<'a>,
    /// Releases that are begun and not out whole.
    pub(super) unfinished: BTreeMap<Version, Unfinished>,
    calendar: OnceCell<Calendar>,
    snapshots: RefCell<BTreeMap<CommitId, Result<Rc<Snapshot<'a>>, Hold>>>,
}

impl<'a> Situation<'a> {
    pub(super) fn new(policy: &'a Policy, ask: &'a Ask<'a>) -> Self {
        let (seen, wanted) = (ask.facts(), bump::files(policy));
        let unfinished = unfinished(policy, seen);
        let releases = Releases::of(&policy.project, seen);
        let (calendar, snapshots) = (OnceCell::new(), RefCell::default());
        Self { policy, ask, seen, wanted, releases, unfinished, calendar, snapshots }
    }

    pub(super) fn today(&self) -> Date {
        self.seen.today
    }

    /// The trains to decide on, oldest first: every one that is not at its end of life, and older ones that never left, unless
    /// a later one did, and those that are on the way.
    pub(super) fn trains(&self) -> Vec<Due<'a>> {
        let today = self.today();
        let calendar = self.calendar.get_or_init(|| {
            let from = today.saturating_sub(LOOK_BACK_DAYS.days());
            Calendar::new(self.policy, from, today.saturating_add(LOOK_AHEAD_DAYS.days()))
        });
        let newest = self.releases.newest();
        let mut previous = None;
        let mut trains = Vec::new();
        for train in &calendar.trains {
            let due = Due {
                train: train.clone(),
                rules: train.rules(self.policy),
                previous: previous.replace(train.version.clone()),
            };
            let ended = calendar::is_over(train.end_of_life, today);
            let superseded = newest.is_some_and(|newest| train.version <= *newest);
            if !(ended && superseded) || self.is_on_the_way(&train.version) {
                trains.push(due);
            }
        }
        trains
    }

    /// Its release is proposed, or begun and not out whole.
    fn is_on_the_way(&self, version: &Version) -> bool {
        let ours = self.pull_request(&PullRequestKind::Release(version.clone())).ok().flatten();
        let tagged = self.seen.own.tags.contains_key(&self.policy.project.tag.with(version));
        self.unfinished.contains_key(version) || (ours.is_some() && !tagged)
    }

    /// Our pull request of this kind: the one that is open or merged, else the newest closed one.
    pub(super) fn pull_request(&self, kind: &PullRequestKind) -> Result<Option<&'a PullRequest>, WaitReason> {
        match &self.seen.own.pull_requests {
            Observed::Unknown(why) => Err(unknown("pull requests", why)),
            Observed::Known(all) => {
                let head = kind.head_branch();
                let ours = || all.iter().filter(|pull| pull.head == head);
                let live = ours().rfind(|pull| pull.state != PullRequestState::Closed);
                Ok(live.or_else(|| ours().next_back()))
            }
        }
    }

    /// The workspace at a commit, or why it cannot be judged.
    pub(super) fn snapshot(&self, commit: &CommitId, rules: &Rules) -> Result<Rc<Snapshot<'a>>, Hold> {
        if let Some(known) = self.snapshots.borrow().get(commit) {
            return known.clone();
        }
        let read = self.files(commit).and_then(|files| read_snapshot(self.seen, (commit, files), rules)).map(Rc::new);
        self.snapshots.borrow_mut().insert(commit.clone(), read.clone());
        read
    }

    /// The files of a commit that matter.
    pub(super) fn files(&self, commit: &CommitId) -> Result<&'a TreeFiles, Hold> {
        let what = |unseen| Hold::unseen(&format!("files of commit {}", commit.short()), unseen);
        self.ask.files(commit, &self.wanted).map_err(what)
    }

    /// The workspace at the head of the main branch.
    pub(super) fn main(&self, rules: &Rules) -> Result<Rc<Snapshot<'a>>, Hold> {
        let name = &self.policy.project.main;
        let Some(head) = self.seen.own.branches.get(name) else {
            return Err(Hold::For(WaitReason::from(Finding {
                kind: "no-main-branch".into(),
                subject: name.clone(),
                detail: format!("the repository has no branch `{name}`"),
                help: "name the main branch in `[project] main`".into(),
                ..Finding::of(Rule::R1)
            })));
        };
        let commit = head.commit.clone();
        self.snapshot(&commit, rules)
    }

    /// What a release is judged by at a door.
    pub(super) fn asked<'q>(
        &'q self,
        door: Door,
        (version, rules): (&'q Version, &'q Rules),
        (pull, commit): (Option<&'q PullRequest>, &'q CommitId),
        snapshot: &'q Result<Rc<Snapshot<'a>>, Hold>,
    ) -> Asked<'q> {
        let workspace = snapshot.as_ref().map(|snapshot| &snapshot.workspace);
        Asked { policy: self.policy, ask: self.ask, door, version, rules, pull, commit, workspace }
    }

    /// The checks of a pull request have passed, by the policy of its day.
    pub(super) fn is_green(&self, pull: &PullRequest) -> bool {
        self.policy.checks_of(pull, self.today()) == CheckState::Green
    }

    /// A step; or the wait for a person, where the ref that it makes cannot be made.
    pub(super) fn step(&self, version: &Version, rule: Rule, reason: impl Into<String>, action: Action) -> Decision {
        let in_the_way = action.kind().makes().and_then(|made| in_the_way::of(self.seen, made));
        let step = Step::new(version.clone(), rule, reason, action);
        match in_the_way {
            Some(reason) => self.wait(step.id, version, rule, reason),
            None => Decision::Do(Box::new(step)),
        }
    }

    /// Why a step is not done.
    pub(super) fn wait(
        &self,
        step: impl Into<StepId>,
        version: &Version,
        rule: Rule,
        hold: impl Into<Hold>,
    ) -> Decision {
        match hold.into() {
            Hold::Lacking => Decision::Lacking,
            Hold::For(reason) => {
                Decision::Wait(Box::new(Wait { version: version.clone(), step: step.into(), rule, reason }))
            }
        }
    }
}

fn read_snapshot<'a>(
    seen: &'a Facts,
    (commit, files): (&CommitId, &'a TreeFiles),
    rules: &Rules,
) -> Result<Snapshot<'a>, Hold> {
    let finding = |kind: &str, detail: String, help: &str| {
        Hold::For(WaitReason::from(Finding {
            kind: kind.into(),
            subject: format!("commit {}", commit.short()),
            detail,
            help: help.into(),
            ..Finding::of(Rule::R1)
        }))
    };
    let workspace = Workspace::read(files)
        .map_err(|error| finding("workspace-not-readable", error.to_string(), "fix the manifest"))?;
    let groups: Vec<GroupMembers> = workspace.groups(&rules.groups).map_err(|error| {
        finding(
            "groups-do-not-fit",
            error.to_string(),
            "fix `[[group]]` in the policy, or the versions in the manifests",
        )
    })?;
    if let Some(group) = groups.iter().find(|group| !group.version.build.is_empty()) {
        let (name, version) = (&group.name, &group.version);
        let detail =
            format!("group `{name}` has version {version}; no registry tells versions apart by `+{}`", version.build);
        return Err(finding("build-metadata", detail, "take the build metadata out of the version in the manifests"));
    }
    let unreadable = seen.own.unreadable.get(commit);
    Ok(Snapshot { commit: commit.clone(), files, unreadable, workspace, groups })
}

/// A part of the world that was not seen.
pub(super) fn unknown(what: &str, why: &str) -> WaitReason {
    WaitReason::Unknown { what: what.to_owned(), why: why.to_owned() }
}

/// Whether a version, with or without a suffix, is the train's.
pub(super) fn carries(version: &Version, train: &Version) -> bool {
    strip_pre(version) == *train
}
