//! Answer the questions of decisions, through the ports.
//!
//! All questions of a round are answered side by side, those of one kind together; none is asked twice. What cannot be seen is
//! recorded as unknown, with the cause, and whoever decides waits for it.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{try_join, try_join_all, try_join4, try_join5};
use jiff::civil::Date;
use stationmaster_core::{
    artifact::{Job, Machine},
    facts::{Ask, Facts, Question, Questions},
    model::{
        CommitId, CrateRelease, CrateVersions, FileSelection, Held, Histories, LineBranch, LineName, Observed,
        Packages, PatchIds, Pick, Picked, Place, RepositoryId, TreeFiles, UnreadableFiles,
    },
    plan,
    policy::Policy,
    step::Plan,
};

use crate::{
    in_index,
    observe::{observe, observed},
    ports::{PortError, PortResult, World},
    progress::Event,
};

/// Look at the world as far as the plan of a day needs it, and plan.
///
/// # Errors
/// The repository's refs cannot be read.
pub async fn plan(world: &World<'_>, policy: &Policy, today: Date) -> PortResult<(Facts, Plan)> {
    let mut facts = observe(world, today).await?;
    let plan = decide(world, &mut facts, |ask| plan::decide(policy, ask)).await?;
    Ok((facts, plan))
}

/// Decide, and look at what the decision lacks, until it lacks nothing.
///
/// # Errors
/// Only a crash point of a pretend world: all else that cannot be seen is unknown.
pub async fn decide<T>(world: &World<'_>, facts: &mut Facts, decision: impl Fn(&Ask<'_>) -> T) -> PortResult<T> {
    loop {
        let ask = Ask::of(facts);
        let decided = decision(&ask);
        match ask.end(decided) {
            Ok(decided) => return Ok(decided),
            // Each of them is answered, and so not asked again: this ends.
            Err(questions) => answer(world, questions, facts).await?,
        }
    }
}

/// Find out what is asked. Each question has its answer afterwards, if only why it has none.
///
/// # Errors
/// As [`decide`].
pub async fn answer(world: &World<'_>, questions: Questions, facts: &mut Facts) -> PortResult<()> {
    let answers = questions.into_iter().map(|(repository, asked)| async move {
        let found = find_out(&world.at(&repository)?, Round::of(asked)).await?;
        Ok::<_, PortError>((repository, found))
    });
    for (repository, found) in try_join_all(answers).await? {
        found.into_facts(&repository, facts);
    }
    Ok(())
}

/// Answer the questions of one repository.
async fn find_out(world: &World<'_>, round: Round) -> PortResult<Found> {
    let Round { files, histories, patches, held, picks, merges, packages, machines, names } = round;
    let history = try_join4(
        read_history(world, histories),
        look_at_patches(world, patches),
        look_for(world, held),
        try_picks(world, picks),
    );
    let rest = try_join5(
        try_merges(world, merges),
        read_files(world, files),
        package(world, packages),
        look_at_machine(world, machines),
        ask_index(world, names),
    );
    let ((histories, patches, held, picks), (merges, files, packages, machines, index)) =
        try_join(history, rest).await?;
    Ok(Found { histories, patches, held, picks, merges, files, packages, machines, index })
}

/// The answers of one repository.
struct Found {
    histories: Option<Observed<Histories>>,
    patches: Vec<(CommitId, Observed<Option<PatchIds>>)>,
    held: Vec<(Place, Observed<Held>)>,
    picks: Vec<(Pick, Observed<Picked>)>,
    merges: Vec<(Merge, Observed<Vec<String>>)>,
    files: BTreeMap<CommitId, Files>,
    packages: BTreeMap<CommitId, Observed<Packages>>,
    machines: BTreeMap<CommitId, Observed<Machine>>,
    index: BTreeMap<String, Observed<CrateVersions>>,
}

impl Found {
    /// Add them to what is known.
    fn into_facts(self, repository: &RepositoryId, facts: &mut Facts) {
        facts.index.extend(self.index);
        let Some(known) = facts.of_mut(repository) else { return };
        known.histories = self.histories.or(known.histories.take());
        known.deeds.patches.extend(self.patches);
        for ((change, at), held) in self.held {
            known.deeds.held.entry(change).or_default().insert(at, held);
        }
        known.picks.extend(self.picks);
        for ((base, head), conflicts) in self.merges {
            known.merges.entry(base).or_default().insert(head, conflicts);
        }
        for (commit, (files, unreadable)) in self.files {
            known.files.insert(commit.clone(), files);
            if !unreadable.is_empty() {
                known.unreadable.insert(commit, unreadable);
            }
        }
        known.packages.extend(self.packages);
        known.machines.extend(self.machines);
    }
}

/// The commits of a base and of a head.
type Merge = (CommitId, CommitId);
type Lines = BTreeMap<LineName, LineBranch>;

/// The questions of a round about one repository, by kind.
#[derive(Default)]
struct Round {
    files: BTreeMap<CommitId, FileSelection>,
    histories: Option<(CommitId, Lines)>,
    patches: Vec<CommitId>,
    held: Vec<Place>,
    picks: Vec<Pick>,
    merges: Vec<Merge>,
    packages: BTreeMap<CommitId, Vec<CrateRelease>>,
    machines: BTreeMap<CommitId, (String, Vec<Job>)>,
    names: Vec<String>,
}

impl Round {
    fn of(questions: BTreeSet<Question>) -> Self {
        let mut round = Self::default();
        for question in questions {
            match question {
                Question::Files { commit, wanted } => drop(round.files.insert(commit, wanted)),
                Question::Histories { main, lines } => round.histories = Some((main, lines)),
                Question::Patch { commit } => round.patches.push(commit),
                Question::Held { place } => round.held.push(place),
                Question::Pick { pick } => round.picks.push(pick),
                Question::Merge { base, head } => round.merges.push((base, head)),
                Question::Packages { commit, crates } => drop(round.packages.insert(commit, crates)),
                Question::Machine { commit, folder, jobs } => drop(round.machines.insert(commit, (folder, jobs))),
                Question::Index { name } => round.names.push(name),
            }
        }
        round
    }
}

/// The answers to many questions, each with its own.
fn each<Q, T>(questions: Vec<Q>, answers: Vec<PortResult<T>>) -> PortResult<Vec<(Q, Observed<T>)>> {
    questions.into_iter().zip(answers).map(|(question, answer)| Ok((question, observed(answer)?))).collect()
}

async fn read_history(world: &World<'_>, wanted: Option<(CommitId, Lines)>) -> PortResult<Option<Observed<Histories>>> {
    let Some((main, lines)) = wanted else { return Ok(None) };
    observed(world.here.objects.histories(&main, &lines).await).map(Some)
}

async fn look_at_patches(
    world: &World<'_>,
    commits: Vec<CommitId>,
) -> PortResult<Vec<(CommitId, Observed<Option<PatchIds>>)>> {
    let patches = world.here.objects.patch_ids(&commits).await;
    each(commits, patches)
}

/// How much of changes is where.
async fn look_for(world: &World<'_>, places: Vec<Place>) -> PortResult<Vec<(Place, Observed<Held>)>> {
    let held = world.here.objects.held(&places).await;
    each(places, held)
}

async fn try_picks(world: &World<'_>, picks: Vec<Pick>) -> PortResult<Vec<(Pick, Observed<Picked>)>> {
    let picked = world.here.objects.try_picks(&picks).await;
    each(picks, picked)
}

async fn try_merges(world: &World<'_>, merges: Vec<Merge>) -> PortResult<Vec<(Merge, Observed<Vec<String>>)>> {
    let conflicts = world.here.objects.conflicts(&merges).await;
    each(merges, conflicts)
}

type Files = (Observed<TreeFiles>, UnreadableFiles);

async fn read_files(
    world: &World<'_>,
    wanted: BTreeMap<CommitId, FileSelection>,
) -> PortResult<BTreeMap<CommitId, Files>> {
    let mut read = BTreeMap::new();
    for (commit, wanted) in wanted {
        let files = observed(world.here.objects.files(&commit, &wanted).await)?;
        let files = match observed(world.here.objects.unreadable(&commit, &wanted).await)? {
            Observed::Known(unreadable) => (files, unreadable),
            Observed::Unknown(why) => (Observed::Unknown(why), UnreadableFiles::new()),
        };
        read.insert(commit, files);
    }
    Ok(read)
}

/// Package the crates of commits, and look at what came out.
async fn package(
    world: &World<'_>,
    wanted: BTreeMap<CommitId, Vec<CrateRelease>>,
) -> PortResult<BTreeMap<CommitId, Observed<Packages>>> {
    let mut packages = BTreeMap::new();
    for (commit, crates) in wanted {
        world.progress.event(&Event::Packaging { crates: crates.len() });
        let packaged = match in_index::package(world, &commit, &crates).await {
            Err(PortError::Refused { what, why }) => Ok(Packages::Refused(format!("{what}: {why}"))),
            packaged => packaged.map(Packages::Whole),
        };
        packages.insert(commit, observed(packaged)?);
    }
    Ok(packages)
}

/// What this machine has, as builds of commits find it.
async fn look_at_machine(
    world: &World<'_>,
    wanted: BTreeMap<CommitId, (String, Vec<Job>)>,
) -> PortResult<BTreeMap<CommitId, Observed<Machine>>> {
    let mut machines = BTreeMap::new();
    for (commit, (folder, jobs)) in wanted {
        let machine = observed(world.here.workshops.look(&commit, &folder, &jobs).await)?;
        machines.insert(commit, machine);
    }
    Ok(machines)
}

/// What the index says of all these names, asked at once.
async fn ask_index(world: &World<'_>, names: Vec<String>) -> PortResult<BTreeMap<String, Observed<CrateVersions>>> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut index = world.registry.index(&names).await;
    for name in names {
        index.entry(name).or_insert_with(|| Observed::Unknown("the registry did not answer".to_owned()));
    }
    Ok(index)
}
