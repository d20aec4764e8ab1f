//! A small project with two coupled groups, and the facts of its world at each station: for tests of plans and of the checker.
//!
//! All facts are made here, by [`World::of`] and the methods that add to it.

mod stations;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use semver::Version;

pub(crate) use stations::*;

use super::plan;
use crate::{
    facts::Facts,
    facts::Question,
    model::{
        BranchHead, CheckOutcome, Checks, CommitId, CrateFacts, Decided, FileDigest, FixDecision, ForgeRelease, Held,
        Histories, IndexVersion, LineHistory, LineName, LoggedCommit, Machine, Observed, Packaged, Packages, Pick,
        Picked, PublicKey, PullRequest, PullRequestState, TagRef, TreeFiles,
    },
    policy::Policy,
    step::Plan,
};

pub(crate) const KEY: &str = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
/// The archive of 1.0.0.
pub(crate) const ARCHIVE: &str = "own-1.0.0-src.tar.xz";
/// What lies beside it, signed with a key.
pub(crate) const BESIDE: [&str; 3] = ["SHA256SUMS", "SHA256SUMS.minisig", "provenance.intoto.jsonl"];
/// A change of main that every supported line must have.
pub(crate) const SECURITY: &str = "Fix the sink (#12)\n\nChange-Class: security\n";

/// R2: a bump on the 5th, released by its merge; the first train is 1.0.0 in January 2026.
pub(crate) const ON_MERGE: &str = r#"
preset = "2021-merge"
[project]
name = "Own"
identity = { name = "Bot", email = "bot@example.org" }
[train]
first = { version = "1.0.0", cut = 2026-01-05 }
[[group]]
name = "runtime"
members = ["own"]
coupled-with = ["generator"]
[[group]]
name = "generator"
members = ["codegen"]
coupled-with = ["runtime"]
"#;

/// One archive, and a key that signs.
pub(crate) const FILES: &str = "[provenance]\nkey = \"RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\"\n\
                                [[artifact]]\nname = \"own-{version}-src\"\nkind = \"source\"\n";

/// X1, X11: cut on the 5th, released on the 20th, candidates between.
pub(crate) fn cut() -> String {
    ON_MERGE.replace("2021-merge", "2026-candidates").replace(
        "[train]",
        "[train]\ncadence = { monthly = 5 }\nrelease = { day = 20 }\ncandidates = \"rc\"\ndevelopment = \"dev\"",
    )
}

/// A commit that is called by a number.
pub(crate) fn id(n: u8) -> CommitId {
    format!("{n:02x}").repeat(20).parse().expect("an id")
}

pub(crate) fn version(text: &str) -> Version {
    text.parse().expect("a version")
}

/// The manifests of the project: `own` needs `codegen`, whose version has a zero in front.
pub(crate) fn files(own: &str) -> TreeFiles {
    let generator = generator_of(&version(own));
    let manifest = |name: &str, version: &str, rest: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2024\"\nlicense = \"MIT\"\ndescription = \"d\"\n\n{rest}"
        )
    };
    let needs = format!("[dependencies]\ncodegen = {{ path = \"../codegen\", version = \"{generator}\" }}\n");
    [
        ("Cargo.toml", "[workspace]\nmembers = [\"codegen\", \"own\"]\nresolver = \"3\"\n".to_owned()),
        ("codegen/Cargo.toml", manifest("codegen", &generator.to_string(), "")),
        ("own/Cargo.toml", manifest("own", own, &needs)),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text))
    .collect()
}

/// 1.0.2-rc.1 goes with 0.1.2-rc.1.
fn generator_of(own: &Version) -> Version {
    Version { major: 0, minor: own.major, ..own.clone() }
}

/// The checksum of a crate of ours.
pub(crate) fn checksum(name: &str, version: &Version) -> String {
    format!("{name} {version}")
}

/// One check, and what it says.
pub(crate) fn checks(said: CheckOutcome) -> Checks {
    Checks::from([("test".to_owned(), said)])
}

/// A policy, and what was seen.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) policy: Policy,
    pub(crate) seen: Facts,
}

impl World {
    /// A world in which main carries a version at commit 1.
    pub(crate) fn of(policy: &str, today: Date, main: &str) -> Self {
        let policy = Policy::parse(policy).expect("a policy");
        let seen = Facts { key: None, ..Facts::of_nothing(today) };
        Self { policy, seen }.branch("main", 1).files(1, main).index(&[])
    }

    pub(crate) fn plan(&self) -> Plan {
        let whole = self.answered();
        plan(&whole.policy, &whole.seen).expect("nothing is lacking")
    }

    /// With an answer to all that the plan asks and that is not said here: commits hold and do nothing, no line has one, and all else
    /// could not be seen.
    pub(crate) fn answered(&self) -> Self {
        let mut whole = self.clone();
        while let Err(questions) = plan(&whole.policy, &whole.seen) {
            questions.into_values().flatten().for_each(|question| whole.answer(question));
        }
        whole
    }

    fn answer(&mut self, question: Question) {
        fn unseen<T>() -> Observed<T> {
            Observed::Unknown("not said".to_owned())
        }
        match question {
            Question::Files { commit, .. } => {
                drop(self.seen.own.files.insert(commit, Observed::Known(TreeFiles::default())));
            }
            Question::Histories { .. } => self.seen.own.histories = Some(Observed::Known(Histories::default())),
            Question::Patch { commit } => drop(self.seen.own.deeds.patches.insert(commit, Observed::Known(None))),
            Question::Held { place: (change, at) } => {
                drop(self.seen.own.deeds.held.entry(change).or_default().insert(at, Observed::Known(Held::Unclear)));
            }
            Question::Merge { base, head } => {
                drop(self.seen.own.merges.entry(base).or_default().insert(head, Observed::Known(Vec::new())));
            }
            Question::Pick { pick } => self.seen.own.picks.push((pick, unseen())),
            Question::Packages { commit, .. } => drop(self.seen.own.packages.insert(commit, unseen())),
            Question::Machine { commit, .. } => drop(self.seen.own.machines.insert(commit, unseen())),
            Question::Index { name } => drop(self.seen.index.insert(name, unseen())),
        }
    }

    pub(crate) fn on(mut self, today: Date) -> Self {
        self.seen.today = today;
        self
    }

    pub(crate) fn branch(mut self, name: &str, at: u8) -> Self {
        self.seen.own.branches.insert(name.to_owned(), BranchHead { commit: id(at) });
        self
    }

    pub(crate) fn tag(mut self, name: &str, at: u8) -> Self {
        self.seen.own.tags.insert(name.to_owned(), TagRef { commit: id(at) });
        self
    }

    pub(crate) fn files(mut self, at: u8, own: &str) -> Self {
        self.seen.own.files.insert(id(at), Observed::Known(files(own)));
        self
    }

    /// A pull request of ours, from its head branch.
    pub(crate) fn pull(mut self, head: &str, base: &str, state: PullRequestState) -> Self {
        let Observed::Known(pulls) = &mut self.seen.own.pull_requests else { panic!("pull requests are known") };
        let number = u64::try_from(pulls.len()).expect("few") + 1;
        pulls.push(PullRequest {
            number,
            url: None,
            head: head.to_owned(),
            base: base.to_owned(),
            head_commit: id(99),
            title: head.to_owned(),
            body: String::new(),
            opened: moment(),
            state,
            checks: Checks::new(),
            approvals: Vec::new(),
        });
        self
    }

    /// The same, merged as a commit.
    pub(crate) fn merged(self, head: &str, base: &str, at: u8) -> Self {
        self.pull(head, base, PullRequestState::Merged { commit: id(at), at: moment(), by: "ann".to_owned() })
    }

    /// The newest pull request does not merge into its base.
    pub(crate) fn conflicting(mut self) -> Self {
        let pull = self.seen.own.pull_requests.known().and_then(|pulls| pulls.last()).expect("a pull request");
        let base = self.seen.own.branches[&pull.base].commit.clone();
        let head = self.seen.own.branches.get(&pull.head).map_or(pull.head_commit.clone(), |head| head.commit.clone());
        let files = Observed::Known(vec!["Cargo.toml".to_owned()]);
        self.seen.own.merges.entry(base).or_default().insert(head, files);
        self
    }

    /// The newest pull request is changed.
    pub(crate) fn newest_pull(mut self, change: impl FnOnce(&mut PullRequest)) -> Self {
        let Observed::Known(pulls) = &mut self.seen.own.pull_requests else { panic!("pull requests are known") };
        change(pulls.last_mut().expect("a pull request"));
        self
    }

    /// The crates of a commit, packaged.
    pub(crate) fn packaged(mut self, at: u8, own: &str) -> Self {
        let crates = crates_of(&version(own)).map(|(name, version)| Packaged {
            checksum: checksum(name, &version),
            facts: CrateFacts {
                name: name.to_owned(),
                version: version.to_string(),
                description: Some("d".to_owned()),
                license: Some("MIT".to_owned()),
                size: 1,
                unpacked_size: 1,
                ..CrateFacts::default()
            },
        });
        self.seen.own.packages.insert(id(at), Observed::Known(Packages::Whole(crates.into())));
        self
    }

    /// The index has both crates in these versions, with our bytes.
    pub(crate) fn index(mut self, versions: &[&str]) -> Self {
        let mut index: BTreeMap<String, BTreeMap<Version, IndexVersion>> =
            ["codegen", "own"].map(|name| (name.to_owned(), BTreeMap::new())).into();
        for (name, version) in versions.iter().flat_map(|own| crates_of(&version(own))) {
            let entry = IndexVersion { checksum: checksum(name, &version), yanked: false };
            index.entry(name.to_owned()).or_default().insert(version, entry);
        }
        self.seen.index = index.into_iter().map(|(name, versions)| (name, Observed::Known(versions))).collect();
        self
    }

    /// A release on the forge.
    pub(crate) fn release(mut self, tag: &str, hidden: bool, files: &[&str]) -> Self {
        let files = files.iter().map(|name| ((*name).to_owned(), FileDigest::of(name.as_bytes())));
        let (title, notes, prerelease, latest) = (tag.to_owned(), String::new(), false, false);
        let release =
            ForgeRelease { tag: tag.to_owned(), title, notes, prerelease, latest, hidden, files: files.collect() };
        let Observed::Known(all) = &mut self.seen.own.forge_releases else { panic!("releases are known") };
        all.insert(tag.to_owned(), release);
        self
    }

    /// This machine can build a commit, and has the policy's key.
    pub(crate) fn machine(mut self, at: u8) -> Self {
        self.seen.own.machines.insert(id(at), Observed::Known(Machine::default()));
        self.seen.key = Some(KEY.parse::<PublicKey>().expect("a key"));
        self
    }

    /// What was committed: main has ten commits that are nothing, as far back as any line parted.
    fn histories(&mut self) -> &mut Histories {
        let nothing = |n: u8| LoggedCommit { id: id(n), message: "Go on".to_owned(), seconds: 0, brought: Vec::new() };
        let main = || (200..210).map(nothing).collect();
        let empty = || Observed::Known(Histories { main: main(), lines: BTreeMap::new() });
        match self.seen.own.histories.get_or_insert_with(empty) {
            Observed::Known(histories) => histories,
            Observed::Unknown(why) => panic!("lines are known: {why}"),
        }
    }

    /// A change of main that is newer by so many commits than where lines parted.
    pub(crate) fn change(mut self, n: u8, age: usize, message: &str) -> Self {
        let commit = LoggedCommit { id: id(n), message: message.to_owned(), seconds: 0, brought: Vec::new() };
        self.histories().main[age] = commit;
        self
    }

    /// A line that is released and parted from main so many commits ago: its tag, and what is on it since, newest first.
    pub(crate) fn line(mut self, name: &str, parted: usize, commits: &[(u8, &str)]) -> Self {
        let line: LineName = name.parse().expect("a line");
        let (branch, head) = (format!("release-{name}.0"), commits[0].0);
        let logged = |(n, message): &(u8, &str)| LoggedCommit {
            id: id(*n),
            message: (*message).to_owned(),
            seconds: 0,
            brought: Vec::new(),
        };
        let commits: Vec<LoggedCommit> = commits.iter().map(logged).collect();
        let history = LineHistory { branch: branch.clone(), head: id(head), parted: Some(parted), commits };
        self.histories().lines.insert(line, history);
        self.branch(&branch, head)
    }

    /// What becomes of a change on a commit.
    pub(crate) fn picked(mut self, n: u8, onto: u8, why: &str, picked: Picked) -> Self {
        let pick = Pick { changes: vec![id(n)], onto: id(onto), why: Some(why.to_owned()) };
        self.seen.own.picks.push((pick, Observed::Known(picked)));
        self
    }

    /// What a person decided.
    pub(crate) fn decided(mut self, decision: FixDecision) -> Self {
        let Observed::Known(decisions) = &mut self.seen.decisions else { panic!("decisions are known") };
        decisions.push(Decided { decision, by: "ann".to_owned(), at: moment() });
        self
    }
}

fn crates_of(own: &Version) -> [(&'static str, Version); 2] {
    [("codegen", generator_of(own)), ("own", own.clone())]
}

fn moment() -> Timestamp {
    "2026-01-06T12:00:00Z".parse().expect("a time")
}
