//! The table: a world, what is spoiled in its plan or in what was seen of it, and what that breaks.
//!
//! Rules: R11, X10.

use std::collections::BTreeSet;

use jiff::civil::date;

use super::{Invariant, broken, stale};
use crate::{
    model::{
        CheckOutcome, Condition, CrateRelease, DraftChange, FileEdit, FixDecision, Observed, Pace, PullRequestDraft,
        Rate, RepositoryId, RepositoryName, TagRef,
    },
    plan::examples::{self, ARCHIVE, BESIDE, World, id, version},
    policy::Policy,
    step::{self, Action, Plan, Step},
};

struct Row {
    breaks: Invariant,
    how: &'static str,
    world: World,
    spoil: fn(&mut World, &mut Plan),
}

fn row(breaks: Invariant, how: &'static str, world: World, spoil: fn(&mut World, &mut Plan)) -> Row {
    Row { breaks, how, world, spoil }
}

/// The first step's parts, by the kind that it is.
macro_rules! first {
    ($plan:expr, $pattern:pat => $part:expr) => {
        match &mut $plan.steps[0].action {
            $pattern => $part,
            other => panic!("the first step is another: {other:?}"),
        }
    };
}

fn draft(plan: &mut Plan) -> &mut PullRequestDraft {
    first!(plan, Action::OpenPullRequest(step::OpenPullRequest { draft, .. }) | Action::RefreshPullRequest(step::RefreshPullRequest { draft, .. }) => draft)
}

fn edits(plan: &mut Plan) -> &mut Vec<FileEdit> {
    match &mut draft(plan).change {
        DraftChange::Commit(change) => &mut change.edits,
        DraftChange::Pick { .. } => panic!("it is no bump"),
    }
}

/// The bump writes other manifests.
fn write(plan: &mut Plan, own: &str) {
    let files = examples::files(own).into_iter().filter(|(path, _)| path != "Cargo.toml");
    *edits(plan) = files.map(|(path, text)| FileEdit { path, text }).collect();
}

fn crates(plan: &mut Plan) -> &mut Vec<CrateRelease> {
    first!(plan, Action::Publish(step::Publish { crates, .. }) | Action::Yank(step::Yank { crates, .. }) => crates)
}

fn retag(world: &mut World, tag: &str, at: u8) {
    world.seen.own.tags.insert(tag.to_owned(), TagRef { commit: id(at) });
}

fn pending(world: &mut World, number: u64) {
    let Observed::Known(pulls) = &mut world.seen.own.pull_requests else { panic!("they are known") };
    pulls
        .iter_mut()
        .filter(|pull| pull.number == number)
        .for_each(|pull| pull.checks = examples::checks(CheckOutcome::Pending));
}

fn whole() -> World {
    examples::prepared(&[&[ARCHIVE], &BESIDE[..]].concat())
}

fn every_step() -> Vec<Row> {
    use Invariant::*;
    vec![
        row(AnotherDay, "the plan is of the day before", examples::due(), |world, _| {
            world.seen.today = date(2026, 1, 6);
        }),
        row(InAnotherRepository, "a branch is cut in one that nobody named", examples::to_cut(), |world, plan| {
            let name: RepositoryName = "other".parse().expect("a name");
            world.seen.others.insert(name.clone(), Observed::Known(world.seen.own.clone()));
            let Step { version, rule, reason, action, .. } = plan.steps[0].clone();
            plan.steps[0] = Step::at(RepositoryId::Other(name), version, rule, reason, action);
        }),
        row(NotAsSeen, "another repository was not seen", examples::to_cut(), |_, plan| {
            let name: RepositoryName = "other".parse().expect("a name");
            let absent = Condition::BranchAbsent { branch: "release-1.0.0".to_owned() };
            plan.steps[0].preconditions.push(absent.at(&RepositoryId::Other(name)));
        }),
        row(Unguarded, "a yank without preconditions", examples::superseding(), |_, plan| {
            plan.steps[0].preconditions.clear();
        }),
        row(NotAsSeen, "main moved", examples::to_cut(), |world, _| *world = world.clone().branch("main", 7)),
        row(NotAsSeen, "the pull request is open no more", stale(), |world, _| {
            *world = world.clone().newest_pull(|pull| pull.state = crate::model::PullRequestState::Closed);
        }),
        row(NotAsSeen, "the forge was not seen", whole(), |world, _| {
            world.seen.own.forge_releases = Observed::Unknown("no answer".to_owned());
        }),
        row(NotAsSeen, "another release is the latest", examples::shown(), |world, _| {
            *world = examples::latest(world.clone().release("v0.9.0", false, &[]), "v0.9.0");
        }),
        row(Twice, "a step comes again", examples::published(), |_, plan| {
            let again = plan.steps[0].clone();
            plan.steps.push(again);
        }),
        row(Twice, "two steps cut one branch", examples::to_cut(), |_, plan| {
            let mut again = plan.steps[0].clone();
            again.id = step::Tag::named("again");
            plan.steps.push(again);
        }),
    ]
}

fn cuts_and_proposals() -> Vec<Row> {
    use Invariant::*;
    vec![
        row(Misnamed, "a branch of another name", examples::to_cut(), |_, plan| {
            first!(plan, Action::CutBranch(step::CutBranch { branch, .. }) => *branch = "gh-pages".to_owned());
        }),
        row(BeforeItsDay, "cut the day before", examples::to_cut(), |world, plan| {
            (world.seen.today, plan.today) = (date(2026, 1, 4), date(2026, 1, 4));
        }),
        row(BeforeItsDay, "proposed the day before", examples::due(), |world, plan| {
            (world.seen.today, plan.today) = (date(2026, 1, 4), date(2026, 1, 4));
        }),
        row(CutFromNowhere, "cut from another commit", examples::to_cut(), |_, plan| {
            first!(plan, Action::CutBranch(step::CutBranch { commit, .. }) => *commit = id(7));
        }),
        row(CutFromNowhere, "main carries another version", examples::to_cut(), |world, _| {
            *world = world.clone().files(1, "0.9.0");
        }),
        row(PullRequestOutOfPlace, "main itself would be moved", examples::due(), |_, plan| {
            let draft = draft(plan);
            (draft.head, draft.replaces) = ("main".to_owned(), Some(id(1)));
        }),
        row(PullRequestOutOfPlace, "it is for another version", examples::due(), |_, plan| {
            draft(plan).head = "stationmaster/release-1.0.1".to_owned();
        }),
        row(PullRequestOutOfPlace, "it goes to another branch", stale(), |_, plan| {
            draft(plan).base = "gh-pages".to_owned();
        }),
        row(PullRequestOutOfPlace, "a backport goes to main", examples::to_backport(), |_, plan| {
            draft(plan).base = "main".to_owned();
        }),
        row(PullRequestOutOfPlace, "a pick stands for a bump", examples::to_backport(), |_, plan| {
            draft(plan).head = "stationmaster/release-1.0.1".to_owned();
        }),
        row(LineIsOver, "support has ended", examples::to_backport(), |world, plan| {
            (world.seen.today, plan.today) = (date(2027, 1, 4), date(2027, 1, 4));
        }),
        row(ChangeNotReadable, "the files were not seen", examples::due(), |world, _| world.seen.own.files.clear()),
        row(ChangesOtherFiles, "a bump adds code", examples::due(), |_, plan| {
            edits(plan).push(FileEdit { path: "own/src/lib.rs".to_owned(), text: String::new() });
        }),
        row(MakesAnotherVersion, "a bump goes further", stale(), |_, plan| write(plan, "2.0.0")),
        row(GroupGoesBack, "a bump goes back", examples::due(), |_, plan| write(plan, "0.8.0")),
        row(CoupledGroupLeftBehind, "one group moves alone", examples::due(), |_, plan| {
            edits(plan).retain(|edit| edit.path != "codegen/Cargo.toml");
        }),
        row(NotReproducible, "a bump has another date", examples::due(), |_, plan| {
            let DraftChange::Commit(change) = &mut draft(plan).change else { panic!("it is a bump") };
            change.seconds += 1;
        }),
        row(PickNotAsSeen, "a pick comes to another commit", examples::to_backport(), |_, plan| {
            let DraftChange::Pick { commit, .. } = &mut draft(plan).change else { panic!("it is a pick") };
            *commit = id(66);
        }),
        row(PickNotAsSeen, "a pick is of another change", examples::to_backport(), |_, plan| {
            let DraftChange::Pick { pick, .. } = &mut draft(plan).change else { panic!("it is a pick") };
            pick.changes = vec![id(66)];
        }),
    ]
}

fn tags() -> Vec<Row> {
    use Invariant::*;
    vec![
        row(Misnamed, "a tag of another version", examples::merged(), |_, plan| {
            first!(plan, Action::Tag(step::Tag { tag, .. }) => *tag = "v9.9.9".to_owned());
        }),
        row(TwoReleasesOfOneNumber, "the tag exists", examples::merged(), |world, _| retag(world, "v1.0.0", 7)),
        row(VersionGoesBack, "the line is further on", examples::to_patch(), |world, _| retag(world, "v1.0.5", 7)),
        row(TagWithoutMerge, "checks are not green", examples::merged(), |world, _| pending(world, 1)),
        row(TagWithoutMerge, "another commit", examples::merged(), |_, plan| {
            first!(plan, Action::Tag(step::Tag { commit, .. }) => *commit = id(7));
        }),
        row(NotReproducible, "another tagger", examples::merged(), |_, plan| {
            first!(plan, Action::Tag(step::Tag { identity, .. }) => identity.name = "Mallory".to_owned());
        }),
        row(NotReproducible, "another time", examples::merged(), |_, plan| {
            first!(plan, Action::Tag(step::Tag { seconds, .. }) => *seconds += 1);
        }),
        row(LineLeftBehind, "the other line's patch is not green", examples::to_patch(), |world, _| pending(world, 2)),
        row(LineLeftBehind, "the other line lacks the fix", examples::to_patch(), |world, _| {
            *world = world.clone().line("2.0", 5, &[(32, "Release 2.0.1"), (30, "Release 2.0.0")]);
        }),
        row(LineLeftBehind, "the other line's patch was merged before the fix", examples::to_patch(), |world, _| {
            let carried = format!("Fix it\n\n(cherry picked from commit {})\n", id(5));
            let commits = [(31, carried.as_str()), (32, "Release 2.0.1"), (30, "Release 2.0.0")];
            *world = world.clone().line("2.0", 5, &commits);
        }),
        row(LineLeftBehind, "another was asked for with it", examples::to_patch(), |world, _| {
            let (versions, why) = (vec![version("1.0.1"), version("2.0.2")], String::new());
            *world = world.clone().decided(FixDecision::Patch { versions, forced: false, why });
        }),
        row(LineLeftBehind, "lines were not seen", examples::to_patch(), |world, _| {
            world.seen.own.histories = Some(Observed::Unknown("no answer".to_owned()));
        }),
    ]
}

fn crates_to_the_registry() -> Vec<Row> {
    use Invariant::*;
    vec![
        row(Misnamed, "the tag of another version", examples::tagged(), |_, plan| {
            plan.steps[0].version = version("1.0.1");
        }),
        row(WithoutTag, "nothing is tagged", examples::tagged(), |world, _| world.seen.own.tags.clear()),
        row(WithoutTag, "the tag is elsewhere", examples::tagged(), |world, _| retag(world, "v1.0.0", 7)),
        row(PublishedTwice, "the index has it", examples::tagged(), |world, _| {
            *world = world.clone().index(&["1.0.0"]);
        }),
        row(PublishedTwice, "the index was not seen", examples::tagged(), |world, _| world.seen.index.clear()),
        row(PublishedOtherwise, "a stranger", examples::tagged(), |_, plan| crates(plan)[0].name = "serde".to_owned()),
        row(PublishedOtherwise, "another version", examples::tagged(), |_, plan| {
            crates(plan)[1].version = version("1.0.1");
        }),
        row(PublishedOtherwise, "the commit was not seen", examples::tagged(), |world, _| world.seen.own.files.clear()),
        row(PublishedOtherwise, "the policy publishes nothing", examples::tagged(), |world, _| {
            let text = format!("{}[publish]\nenabled = false\n", examples::ON_MERGE);
            world.policy = Policy::parse(&text).expect("a policy");
        }),
        row(OutOfOrder, "the last comes first", examples::tagged(), |_, plan| crates(plan).reverse()),
        row(OutOfOrder, "one does not wait for what it needs", examples::tagged(), |_, plan| {
            crates(plan)[1].after.clear();
        }),
        row(OutOfOrder, "what one needs is nowhere", examples::tagged(), |_, plan| drop(crates(plan).remove(0))),
        row(AnotherPace, "faster", examples::tagged(), |_, plan| {
            first!(plan, Action::Publish(step::Publish { pace, .. }) => *pace = Pace { at_once: 100, ..*pace });
        }),
        row(AnotherPace, "a faster yank", examples::superseding(), |_, plan| {
            first!(plan, Action::Yank(step::Yank { rate, .. }) => *rate = Some(Rate { burst: 1000, every_seconds: 1 }));
        }),
        row(YankedWhatIsNotThere, "yanked already", examples::superseding(), |_, plan| {
            crates(plan)[0].version = version("0.9.0-rc.9");
        }),
        row(YankedWithoutReplacement, "a person's word in a plan", examples::superseding(), |_, plan| {
            first!(plan, Action::Yank(step::Yank { crates, .. }) => crates[0].version = version("0.1.0"));
        }),
        row(YankedWithoutReplacement, "the release itself", examples::superseding(), |_, plan| {
            crates(plan)[0].version = version("0.1.0");
        }),
        row(YankedWithoutReplacement, "another release's candidate", examples::superseding(), |_, plan| {
            crates(plan)[1].version = version("2.0.0-rc.1");
        }),
        row(YankedWithoutReplacement, "a stranger", examples::superseding(), |_, plan| {
            crates(plan)[1].name = "serde".to_owned();
        }),
        row(WithoutTag, "a yank for what is not released", examples::superseding(), |world, _| {
            world.seen.own.tags.clear();
        }),
        row(BeforeItsCrates, "a yank before the release is whole", examples::superseding(), |world, _| {
            *world = world.clone().index(&["1.0.0-rc.1"]);
        }),
    ]
}

fn releases_on_the_forge() -> Vec<Row> {
    use Invariant::*;
    let made = || examples::prepared(&[]);
    let built = || examples::prepared(&[ARCHIVE]);
    vec![
        row(WithoutTag, "a release of nothing", examples::published(), |world, _| world.seen.own.tags.clear()),
        row(BeforeItsCrates, "a release without crates", examples::published(), |world, _| {
            *world = world.clone().index(&[]);
        }),
        row(BeforeItsCrates, "crates with other bytes", examples::published(), |world, _| {
            world.seen.own.packages.clear();
        }),
        row(BeforeItsCrates, "archives before crates", made(), |world, _| *world = world.clone().index(&[])),
        row(BeforeItsCrates, "attested before crates", built(), |world, _| *world = world.clone().index(&[])),
        row(BeforeItsCrates, "shown before crates", whole(), |world, _| *world = world.clone().index(&[])),
        row(CandidateAsRelease, "a release as a candidate", examples::published(), |_, plan| {
            first!(plan, Action::CreateForgeRelease(it) => it.draft.prerelease = true);
        }),
        row(ReleasedWithoutItsFiles, "not hidden", examples::published(), |_, plan| {
            first!(plan, Action::CreateForgeRelease(it) => it.draft.hidden = false);
        }),
        row(ReleasedWithoutItsFiles, "shown without sums", whole(), |_, plan| {
            first!(plan, Action::ShowForgeRelease(step::ShowForgeRelease { files, .. }) => drop(files.remove("SHA256SUMS")));
        }),
        row(LatestIsNotNewest, "a newer one is shown", examples::shown(), |world, _| {
            *world = world.clone().release("v2.0.0", false, &[]);
        }),
        row(LatestIsNotNewest, "it is hidden", examples::shown(), |world, _| {
            *world = world.clone().release("v1.0.0", true, &[]);
        }),
        row(LatestIsNotNewest, "shown as the latest beside a newer one", whole(), |world, _| {
            *world = world.clone().release("v2.0.0", false, &[]);
        }),
        row(Misnamed, "the mark of another version", examples::shown(), |_, plan| {
            first!(plan, Action::MarkLatest(step::MarkLatest { tag, .. }) => *tag = "v0.9.0".to_owned());
        }),
    ]
}

fn files_of_a_release() -> Vec<Row> {
    use Invariant::*;
    let made = || examples::prepared(&[]);
    let built = || examples::prepared(&[ARCHIVE]);
    vec![
        row(ArchivesOutOfPlace, "shown already", made(), |world, _| {
            *world = world.clone().release("v1.0.0", false, &[]);
        }),
        row(ArchivesOutOfPlace, "there already", made(), |world, _| {
            *world = world.clone().release("v1.0.0", true, &[ARCHIVE]);
        }),
        row(ArchivesOutOfPlace, "of another folder", made(), |_, plan| {
            first!(plan, Action::MakeArchives(step::MakeArchives { folder, .. }) => *folder = "elsewhere".to_owned());
        }),
        row(ArchivesOutOfPlace, "under another name", made(), |_, plan| {
            first!(plan, Action::MakeArchives(step::MakeArchives { jobs, .. }) => jobs[0].stem += "-full");
        }),
        row(ArchivesOutOfPlace, "with other files", made(), |world, _| {
            let text = format!("{}{}files = [\"SECRET\"]\n", examples::ON_MERGE, examples::FILES);
            world.policy = Policy::parse(&text).expect("a policy");
        }),
        row(ArchivesOutOfPlace, "on a machine that may not", made(), |world, plan| {
            let text = format!("{}{}build = \"ci\"\n", examples::ON_MERGE, examples::FILES);
            world.policy = Policy::parse(&text).expect("a policy");
            let rules = &world.policy.epochs()[0].rules;
            let all = crate::artifact::jobs("Own", rules, &version("1.0.0"));
            first!(plan, Action::MakeArchives(step::MakeArchives { jobs, .. }) => *jobs = all);
        }),
        row(AttestedOtherwise, "other bytes", built(), |_, plan| {
            first!(plan, Action::Attest(step::Attest { files, .. }) => files.values_mut().for_each(|it| *it = crate::model::FileDigest::of(b"x")));
        }),
        row(AttestedOtherwise, "unsigned", built(), |_, plan| {
            first!(plan, Action::Attest(step::Attest { key, .. }) => *key = None);
        }),
        row(AttestedOtherwise, "as planned by another version", built(), |_, plan| {
            first!(plan, Action::Attest(step::Attest { tool, .. }) => tool.push('9'));
        }),
        row(AttestedOtherwise, "by another policy", built(), |_, plan| {
            first!(plan, Action::Attest(step::Attest { policy, .. }) => *policy = Some(crate::model::FileDigest::of(b"x")));
        }),
        row(AttestedOtherwise, "for another project", built(), |_, plan| {
            first!(plan, Action::Attest(step::Attest { project, .. }) => *project = "Other".to_owned());
        }),
        row(AttestedOtherwise, "without its archives", built(), |_, plan| {
            first!(plan, Action::Attest(step::Attest { jobs, .. }) => jobs.clear());
        }),
        row(AttestedOtherwise, "shown already", built(), |world, _| {
            *world = world.clone().release("v1.0.0", false, &[ARCHIVE]);
        }),
    ]
}

#[test]
fn every_invariant_is_broken_by_a_plan_that_is_spoiled_for_it() {
    let mut shown = BTreeSet::new();
    let all = [
        every_step(),
        cuts_and_proposals(),
        tags(),
        crates_to_the_registry(),
        releases_on_the_forge(),
        files_of_a_release(),
    ];
    for Row { breaks, how, mut world, spoil } in all.into_iter().flatten() {
        let mut plan = world.plan();
        assert_eq!(broken(&world, &plan), BTreeSet::new(), "{breaks}: {how}: it is safe at first");
        spoil(&mut world, &mut plan);
        let broken = broken(&world, &plan);
        assert!(broken.contains(&breaks), "{breaks}: {how}: {broken:?}");
        shown.insert(breaks);
    }
    let all: BTreeSet<Invariant> = Invariant::ALL.iter().copied().collect();
    assert_eq!(all.difference(&shown).collect::<Vec<_>>(), Vec::<&Invariant>::new(), "these are never seen to fire");
}
