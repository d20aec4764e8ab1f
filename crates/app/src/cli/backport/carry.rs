//! `stationmaster backport REV...`

use clap::Args;
use stationmaster_core::{
    backport::{self, Classified, Demand, LineState, Matrix, Source, Standing},
    model::{ChangeClass, CommitId, LineName},
    pick::resolve::Mechanical,
    report::{
        carried::{AlreadyThere, CarriedChange, CarriedLine, CarryOutcome, CarryView},
        picks::PickStatus,
    },
};

use super::{
    nominate::class,
    scene::{Scene, age},
};
use crate::{
    cli::{self, Scope, pick},
    diagnostics::{CommandResult, Ending, Failure},
    render,
    wiring::block_on,
};

/// What to carry, and where to.
#[derive(Debug, Args)]
pub(super) struct CarryArguments {
    /// Commits on main.
    #[arg(value_name = "REV", required = true)]
    revisions: Vec<String>,
    /// A release line, such as 36.0. May be repeated.
    #[arg(long = "to", value_name = "LINE")]
    lines: Vec<LineName>,
    /// Every supported line, and the one that is cut but not released yet. The default without `--to`.
    #[arg(long, conflicts_with = "lines")]
    supported: bool,
    /// Combine all changes into one commit.
    #[arg(long)]
    squash: bool,
    /// For a merge commit: the parent number to diff against.
    #[arg(long, short = 'm', value_name = "N")]
    mainline: Option<usize>,
    /// Treat the changes as this class: security, miscompilation, correctness, feature or other.
    #[arg(long, value_parser = class)]
    class: Option<ChangeClass>,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// Run the command.
pub(super) fn run(scope: &Scope, arguments: &CarryArguments) -> CommandResult {
    block_on(async {
        let mut scene = Scene::open(scope).await?;
        let given = arguments.revisions.iter().map(|revision| scene.on_main(revision));
        let changes = pick::in_order(&scene.opened.repository, given.collect::<Result<_, _>>()?)?;
        for change in &changes {
            pick::one_parent(&scene.opened.repository, change, arguments.mainline)?;
        }
        let lines = targets(&scene, arguments)?;
        let matrix = scene.matrix(|_| changes.clone()).await?;
        let mut view = CarryView { changes: Vec::new(), lines: Vec::new() };
        for change in &changes {
            let message = scene.opened.repository.message(change)?;
            let subject = message.lines().next().unwrap_or_default().to_owned();
            view.changes.push(CarriedChange { commit: change.clone(), subject });
        }
        let verdicts = Verdicts::of(&scene, arguments, &changes).await?;
        for line in lines {
            let ages: Vec<Option<usize>> = changes.iter().map(|change| age(scene.main(), change)).collect();
            let asked = Asked { scene: &scene, arguments, matrix: &matrix, changes: &changes, ages: &ages };
            view.lines.push(asked.on(line, &verdicts)?);
        }
        if arguments.json {
            cli::print_json(&view)?;
        } else {
            render::carried::print(&view);
        }
        Ok(ending(&view))
    })
}

fn ending(view: &CarryView) -> Ending {
    let conflicts =
        |on: &CarriedLine| matches!(&on.outcome, CarryOutcome::Picked(view) if view.status == PickStatus::Conflict);
    let refused = |on: &CarriedLine| matches!(on.outcome, CarryOutcome::Refused { .. });
    let unknown = |on: &CarriedLine| matches!(on.outcome, CarryOutcome::Unknown { .. });
    match () {
        () if view.lines.iter().any(unknown) => Ending::Outside,
        () if view.lines.iter().any(conflicts) => Ending::Findings,
        () if !view.lines.is_empty() && view.lines.iter().all(refused) => Ending::Refused,
        () => Ending::Done,
    }
}

fn targets(scene: &Scene, arguments: &CarryArguments) -> Result<Vec<LineName>, Failure> {
    if !arguments.lines.is_empty() {
        return arguments.lines.iter().map(|line| scene.line(*line).map(|_| *line)).collect();
    }
    let open = scene.lines.iter().filter(|(_, state)| !matches!(state, LineState::Ended(_)));
    let open: Vec<_> = open.map(|(line, _)| *line).collect();
    if open.is_empty() {
        let message = format!("no line is supported on {}", scene.opened.today());
        return Err(Failure::new(Ending::Usage, message)
            .hint("`stationmaster calendar` shows the lines; name one with `--to LINE`"));
    }
    Ok(open)
}

/// What the policy says of the changes, each by its class.
struct Verdicts(Vec<Classified>);

impl Verdicts {
    async fn of(scene: &Scene, arguments: &CarryArguments, changes: &[CommitId]) -> Result<Self, Failure> {
        let mut classes = Vec::new();
        for change in changes {
            classes.push(scene.classify(change, arguments.class).await?);
        }
        Ok(Self(classes))
    }

    /// What the policy says of each on a line.
    fn demands(&self, scene: &Scene, line: LineName) -> impl Iterator<Item = (&Classified, Demand)> {
        let (policy, today) = (&scene.opened.policy, scene.opened.today());
        self.0.iter().map(move |class| (class, backport::demand(policy, today, class, &scene.lines, line)))
    }

    /// The rule by which a line must not have one of them.
    fn refusal(&self, scene: &Scene, line: LineName) -> Option<CarryOutcome> {
        self.demands(scene, line).find_map(|(_, demand)| match demand {
            Demand::MustNot { rule, why } => {
                Some(CarryOutcome::Refused { status: "refused", rule, reason: why.to_string() })
            }
            Demand::Must { .. } | Demand::May { .. } => None,
        })
    }

    /// Why the line has them, as the messages say it. None: nobody said of which class they are.
    fn reason(&self, scene: &Scene, line: LineName) -> Option<String> {
        self.demands(scene, line).find_map(|(class, demand)| match demand {
            Demand::Must { rule } | Demand::May { rule } if class.source != Source::Nothing => {
                Some(format!("{} ({rule})", class.class))
            }
            _ => None,
        })
    }
}

/// Changes that are to be carried.
struct Asked<'a> {
    scene: &'a Scene,
    arguments: &'a CarryArguments,
    matrix: &'a Matrix,
    changes: &'a [CommitId],
    ages: &'a [Option<usize>],
}

impl Asked<'_> {
    fn on(&self, line: LineName, verdicts: &Verdicts) -> Result<CarriedLine, Failure> {
        let branch = self.scene.branch(line);
        if let Some(outcome) = verdicts.refusal(self.scene, line) {
            return Ok(CarriedLine { line, branch, outcome, already: Vec::new() });
        }
        let already = self.already(line);
        let rest: Vec<CommitId> = self
            .changes
            .iter()
            .filter(|change| already.iter().all(|there| there.change != **change))
            .cloned()
            .collect();
        let onto = self.scene.seen.own.branches[&branch].commit.clone();
        let why = verdicts.reason(self.scene, line);
        let how = pick::How { squash: self.arguments.squash, mainline: self.arguments.mainline, why: why.as_deref() };
        let opened = &self.scene.opened;
        let mechanical = Mechanical::new(opened.policy.on(opened.today()));
        let outcome = match pick::pick(&opened.repository, how, &mechanical, &onto, rest) {
            Ok(mut view) => {
                if !already.is_empty() {
                    view.status = view.status.max(PickStatus::Present);
                }
                CarryOutcome::Picked(Box::new(view))
            }
            Err(failure) if failure.ending == Ending::Outside => {
                CarryOutcome::Unknown { status: "unknown", reason: failure.message }
            }
            Err(failure) => return Err(failure),
        };
        Ok(CarriedLine { line, branch, outcome, already })
    }

    /// Changes that the line has.
    fn already(&self, line: LineName) -> Vec<AlreadyThere> {
        let changes = self.changes.iter().zip(self.ages);
        let there = changes.filter_map(|(change, age)| {
            let row = self.matrix.rows.iter().find(|row| row.fix.change.is_or_brought(change));
            let commit = match (age, row.and_then(|row| row.cells.get(&line)).map(|cell| &cell.standing)) {
                // Older than all lines.
                (None, _) | (_, Some(Standing::Included { .. })) => None,
                (_, Some(Standing::Released { commit, .. } | Standing::Merged { commit, .. })) => Some(commit.clone()),
                _ => return None,
            };
            Some(AlreadyThere { change: change.clone(), commit })
        });
        there.collect()
    }
}
