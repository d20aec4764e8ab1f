//! Plays a story: a script of days, runs, merges and faults, one command a line.

use std::collections::BTreeMap;

use jiff::civil::Date;
use semver::Version;
use stationmaster_core::{
    model::{CheckState, CommitId, FileEdit, Outcome, PullRequestState, StepResult, Wait, WaitReason},
    step::Plan,
    workspace::Workspace,
};
use stationmaster_engine::{
    answer,
    apply::apply,
    lease::Lease,
    ports::{LeaseGuard, LeaseKeeper, PortError},
    reconcile::{ReconcileError, Reconciled, Unended, reconcile},
};
use stationmaster_sim::{
    SimWorld,
    gate::Mishap,
    people::{MergeStyle, PeopleError},
    project::Project,
    registry::RateLimit,
};

use crate::policy::PolicyText;

/// Runs in a row before a story is stuck.
const RUNS: usize = 12;

/// A story, as far as it is played.
pub(crate) struct Stage {
    pub(crate) world: SimWorld,
    pub(crate) policy: PolicyText,
    saved: Option<Plan>,
    /// What the last `run` or `apply` did and what waits.
    pub(crate) outcomes: Vec<Outcome>,
    waits: Vec<String>,
    refused: Option<String>,
    holder: Option<Box<dyn LeaseGuard>>,
    /// The text for review.
    pub(crate) log: Vec<String>,
    told: usize,
    /// Changes of main by the names that the story gives them.
    pub(crate) fixes: BTreeMap<String, CommitId>,
    /// A process is to die in this play: what only an undisturbed run shows is not asked for.
    pub(crate) disturbed: bool,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::at(SimWorld::new(), PolicyText::on_merge())
    }

    pub(crate) fn at(world: SimWorld, policy: PolicyText) -> Self {
        Self {
            world,
            policy,
            saved: None,
            outcomes: Vec::new(),
            waits: Vec::new(),
            refused: None,
            holder: None,
            log: Vec::new(),
            told: 0,
            fixes: BTreeMap::new(),
            disturbed: false,
        }
    }

    /// The same moment once more, to go on from another way.
    pub(crate) fn fork(&self) -> Self {
        let mut fork = Self::at(self.world.fork(), self.policy.clone());
        fork.saved.clone_from(&self.saved);
        fork.waits.clone_from(&self.waits);
        fork.told = self.told;
        fork.fixes.clone_from(&self.fixes);
        fork
    }

    /// Play one line. Blank lines and comments do nothing.
    pub(crate) fn line(&mut self, line: &str) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return;
        }
        if !line.starts_with("expect") {
            self.log.push(format!("> {line}"));
        }
        let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
        let words: Vec<&str> = rest.split_whitespace().collect();
        match command {
            "policy" => self.choose_policy(rest),
            "world" => {
                let version = |at: usize| words[at].parse().expect("a version");
                Project::demo(version(0), version(1)).plant(&self.world, words.get(2) != Some(&"new"));
            }
            "day" => self.world.day(rest.parse().expect("a day")),
            "run" => self.run(),
            "plan" => self.saved = Some(self.look()),
            "apply" => self.apply_saved(),
            "expect" => self.expect(line, &words),
            "lease" => {
                let other = self.world.process();
                self.holder = (rest == "held").then(|| block_on(other.acquire()).expect("the lease is free"));
            }
            "fault" => {
                let times = words.get(2).map_or(1, |times| times.parse().expect("how often"));
                for _ in 0..times {
                    self.world.fault(words[0].parse().expect("an effect"), mishap(words[1]));
                }
            }
            "registry" => self.registry(&words),
            "machine" if rest == "ci" => self.world.state().workshop.machine.is_ci = true,
            "machine" => self.world.state().workshop.build_for(&words),
            "forge" => self.world.state().own.forge.down = rest == "down",
            _ if self.fixes(command, &words) => {}
            _ => self.people(command, &words, rest),
        }
        self.tell();
    }

    fn choose_policy(&mut self, rest: &str) {
        match rest.split_once(" = ") {
            Some((path, value)) => self.policy.set(path, value),
            None => {
                self.policy = match rest {
                    "on-merge" => PolicyText::on_merge(),
                    "cut" => PolicyText::cut(),
                    "candidates" => PolicyText::candidates(),
                    "lines" => PolicyText::lines(),
                    other => panic!("no policy `{other}`"),
                }
            }
        }
    }

    fn registry(&mut self, words: &[&str]) {
        let registry = &mut self.world.state().registry;
        let number = || words[1].parse().expect("a number");
        match words[0] {
            "offline" => registry.offline = true,
            "online" => registry.offline = false,
            "index-looks" => registry.index_looks = number(),
            "token" => registry.token = (words[1] != "none").then(|| words[1].to_owned()),
            "had" => registry.had(words[1], words[2].parse().expect("a version")),
            "loses" => {
                drop(registry.crates.get_mut(words[1]).map(|all| all.remove(&words[2].parse().expect("a version"))))
            }
            "burst" => registry.updates = RateLimit::new(number(), 60),
            other => panic!("the registry knows no `{other}`"),
        }
    }

    fn people(&mut self, command: &str, words: &[&str], rest: &str) {
        let head = || self.head(words[0]);
        let person = self.world.person("a maintainer");
        match command {
            "merge" => {
                let style = if words.get(1) == Some(&"squash") { MergeStyle::Squash } else { MergeStyle::Merge };
                person.merge(&head(), style).map(|_| ())
            }
            "close" => person.close(&head()),
            "reopen" => person.reopen(&head()),
            "approve" => person.approve(&head()),
            "checks" => person.checks(&head(), check_state(words[1])),
            "usual-checks" => {
                self.world.state().own.forge.usual_checks = check_state(words[0]);
                Ok(())
            }
            "replace" => self.replace(rest),
            "deliver" => person.deliver(words[0], &words[1..]),
            "blob" => {
                let bytes = words[2].parse().expect("a number of bytes");
                let edit = FileEdit { path: words[1].to_owned(), text: "x".repeat(bytes) };
                person.commit(words[0], edit, &format!("Add {}", words[1])).map(|_| ())
            }
            "commit" => {
                let (place, text) = rest.split_once(" \"").expect("a text in quotes");
                let (branch, path) = place.split_once(' ').expect("a branch and a path");
                let edit =
                    FileEdit { path: path.to_owned(), text: text.trim_end_matches('"').replace("\\n", "\n") + "\n" };
                person.commit(branch, edit, &format!("Change {path}")).map(|_| ())
            }
            other => panic!("no command `{other}`"),
        }
        .unwrap_or_else(|error| panic!("`{command} {rest}`: {error}\n{}", self.log.join("\n")));
    }

    /// `BRANCH PATH "OLD" "NEW"`: change a file at the head of a branch.
    fn replace(&self, rest: &str) -> Result<(), PeopleError> {
        let (place, texts) = rest.split_once(" \"").expect("a text in quotes");
        let (branch, path) = place.split_once(' ').expect("a branch and a path");
        let texts = texts.strip_suffix('"').expect("a text in quotes");
        let (old, new) = texts.rsplit_once("\" \"").expect("two texts");
        let unescape = |text: &str| text.replace("\\n", "\n");
        let text = self.world.file(branch, path).expect("the file");
        assert!(text.contains(&unescape(old)), "{path} holds {old}");
        let edit = FileEdit { path: path.to_owned(), text: text.replacen(&unescape(old), &unescape(new), 1) };
        self.world.person("a maintainer").commit(branch, edit, &format!("Change {path}")).map(|_| ())
    }

    /// Run until nothing fails any more, each time as a new process. A process that dies is started again.
    pub(crate) fn run(&mut self) {
        let policy = self.policy.parse();
        self.refused = None;
        self.outcomes.clear();
        for _ in 0..RUNS {
            let process = self.world.process();
            let lease = match block_on(Lease::take(&process)) {
                Ok(lease) => lease,
                Err(error) => {
                    self.log.push(format!("  no lease: {error}"));
                    self.refused = Some(error.to_string());
                    return;
                }
            };
            let round = block_on(reconcile(&process.ports(), &policy, &lease, self.world.today()));
            drop(lease);
            self.tell();
            match round {
                Ok(round) => {
                    // Whoever meets an unknown runs again, as after a failure; an undisturbed story shows that it waits.
                    let unknown = |wait: &Wait| matches!(wait.reason, WaitReason::Unknown { .. });
                    let again =
                        round.failures().next().is_some() || (self.disturbed && round.plan.waits.iter().any(unknown));
                    self.take(round);
                    if !again {
                        return;
                    }
                }
                Err(Unended { why: ReconcileError::Port(PortError::Crash), .. }) => {
                    assert!(process.is_dead(), "only a dead process stops at a crash point");
                }
                Err(Unended { why: ReconcileError::Port(error), .. }) => self.log.push(format!("  run ends: {error}")),
                Err(Unended { why: ReconcileError::Unsafe(violations), .. }) => panic!("unsafe plan: {violations:#?}"),
            }
        }
        if !self.disturbed {
            self.log.push("  gives up".to_owned());
        }
    }

    fn take(&mut self, round: Reconciled) {
        for outcome in &round.outcomes {
            match &outcome.result {
                StepResult::Done { .. } => {}
                StepResult::Refused { found, .. } => self.log.push(format!("  refused: {}: {found}", outcome.step)),
                StepResult::Failed { error, .. } => self.log.push(format!("  failed: {}: {error}", outcome.step)),
            }
        }
        self.waits = round.plan.waits.iter().map(|wait| format!("{}: {}", wait.step, words(&wait.reason))).collect();
        let waits: Vec<String> = self.waits.iter().map(|wait| self.with_names(&format!("  waits: {wait}"))).collect();
        self.log.extend(waits);
        self.outcomes = round.outcomes;
    }

    fn look(&self) -> Plan {
        let (policy, process) = (self.policy.parse(), self.world.process());
        let looked = block_on(answer::plan(&process.ports(), &policy, self.world.today()));
        looked.expect("the world can be seen").1
    }

    fn apply_saved(&mut self) {
        let plan = self.saved.clone().expect("a plan was made");
        for _ in 0..RUNS {
            let process = self.world.process();
            let lease = block_on(Lease::take(&process)).expect("the lease is free");
            match block_on(apply(&process.ports(), &lease, &plan)) {
                Ok(outcomes) => {
                    let found = outcomes.iter().find_map(|outcome| match &outcome.result {
                        StepResult::Refused { found, .. } => Some(format!("{}: {found}", outcome.step)),
                        _ => None,
                    });
                    self.log.extend(found.iter().map(|found| format!("  refused: {found}")));
                    self.refused = found;
                    self.outcomes = outcomes;
                    return;
                }
                Err(error) => self.log.push(format!("  apply ends: {error}")),
            }
        }
    }

    /// Add what happened since to the log. Seconds of waiting are left out: they are of no interest.
    fn tell(&mut self) {
        let transcript = self.world.transcript();
        let new = transcript[self.told..].iter().filter(|line| !line.contains(" sleep until "));
        let new: Vec<String> = new.map(|line| self.with_names(&format!("  {line}"))).collect();
        self.log.extend(new);
        self.told = transcript.len();
    }

    fn expect(&mut self, line: &str, words: &[&str]) {
        let (wanted, words) = match words {
            ["no", rest @ ..] => (false, rest),
            all => (true, all),
        };
        if self.disturbed && matches!(words[0], "done" | "refused") {
            return;
        }
        let found = self.holds(words);
        assert_eq!(found, wanted, "`{line}` does not hold after:\n{}", self.log.join("\n"));
    }

    fn holds(&self, words: &[&str]) -> bool {
        let state = self.world.state();
        let entry = |name: &str, version: &str| {
            let version: Version = version.parse().expect("a version");
            state.registry.crates.get(name).and_then(|versions| versions.get(&version)).map(|there| &there.entry)
        };
        match words {
            ["tag", tag] => state.own.repository.tags.contains_key(*tag),
            ["branch", branch] => state.own.repository.branches.contains_key(*branch),
            ["crate", name, version] => entry(name, version).is_some_and(|entry| !entry.yanked),
            ["yanked", name, version] => entry(name, version).is_some_and(|entry| entry.yanked),
            ["latest", tag] => state.own.forge.releases.get(*tag).is_some_and(|release| release.latest),
            ["file", tag, name] => {
                state.own.forge.releases.get(*tag).is_some_and(|release| release.files.contains_key(*name))
            }
            ["release", tag] => state.own.forge.releases.get(*tag).is_some_and(|release| !release.hidden),
            ["version", branch, name, version] => {
                let head = &state.own.repository.branches[*branch];
                let tree = &state.own.repository.commit(head).expect("a head is a commit").tree;
                let workspace = Workspace::read(tree).expect("the workspace can be read");
                workspace.package(name).expect("the package is there").version.to_string() == *version
            }
            ["pull-request", name, wanted] => {
                let head = self.head(name);
                let pr = state.own.forge.pull_requests.values().rfind(|pr| pr.head == head);
                pr.is_some_and(|pr| match pr.state {
                    PullRequestState::Open => *wanted == "open",
                    PullRequestState::Merged { .. } => *wanted == "merged",
                    PullRequestState::Closed => *wanted == "closed",
                })
            }
            ["wait", text @ ..] => self.waits.iter().any(|wait| wait.contains(&text.join(" "))),
            ["done"] => !self.outcomes.is_empty(),
            ["refused"] => self.refused.is_some(),
            other => panic!("nothing to expect: {other:?}"),
        }
    }
}

/// The world may wait for nothing but itself, so one thread will do.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

fn mishap(word: &str) -> Mishap {
    match word {
        "crash-before" => Mishap::CrashBefore,
        "crash-after" => Mishap::CrashAfter,
        "failure" => Mishap::Failure,
        "lost-reply" => Mishap::LostReply,
        other => panic!("no mishap `{other}`"),
    }
}

fn check_state(word: &str) -> CheckState {
    match word {
        "green" => CheckState::Green,
        "pending" => CheckState::Pending,
        "failed" => CheckState::Failed,
        other => panic!("checks are not `{other}`"),
    }
}

fn words(reason: &WaitReason) -> String {
    let day = |day: &Date| day.to_string();
    match reason {
        WaitReason::Date { day: until } => format!("until {}", day(until)),
        WaitReason::Merge { number, opened, overdue, .. } => {
            format!("merge of #{number}, opened {}{}", day(opened), if *overdue { ", overdue" } else { "" })
        }
        WaitReason::Reopen { number } => format!("#{number} is closed"),
        WaitReason::Checks { number, failed } => {
            format!("checks of #{number}{}", if *failed { " failed" } else { "" })
        }
        WaitReason::Approval { number, missing } => format!("{missing} approvals of #{number}"),
        WaitReason::Line { line, subject, standing, .. } => format!("line {line} for \"{subject}\": {standing}"),
        WaitReason::EndOfLife { line, day: end } => format!("nothing: line {line} ended on {}", day(end)),
        WaitReason::Train { before } => format!("train {before}"),
        WaitReason::Finding(it) => format!("finding {} ({}): {}", it.kind, it.subject, it.detail),
        WaitReason::Archives { expected } => {
            let each = expected.iter().map(|it| format!("{} ({})", it.name, it.why)).collect::<Vec<_>>();
            format!("archives from elsewhere: {}", each.join(", "))
        }
        WaitReason::Files { missing } => format!("files {}", missing.join(", ")),
        WaitReason::Unknown { what, why } => format!("unknown: {what}: {why}"),
    }
}
