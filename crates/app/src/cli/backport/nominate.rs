//! `stationmaster backport nominate`

use clap::Args;
use stationmaster_core::{
    backport::{self, Classified, Demand, LineState},
    bump,
    model::{ChangeClass, CommitId, FixDecision, LineName},
    report::nominated::{NominationView, Verdict},
    workspace::Workspace,
};
use stationmaster_engine::ports::Objects;

use super::scene::Scene;
use crate::{
    cli::{self, Scope},
    diagnostics::{CommandResult, Ending, Failure},
    render,
    wiring::block_on,
};

/// Declare a change on main to be a fix, and show which lines need it.
///
/// If you give no class, it comes from the change: a `Change-Class: security` trailer, a label of its pull request, an advisory
/// it names, or the files it touches (`[[class]]` in the policy).
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The commit on main.
    #[arg(value_name = "REV")]
    revision: String,
    /// The class: security, miscompilation, correctness, feature or other.
    #[arg(long, value_parser = class)]
    class: Option<ChangeClass>,
    /// The faulty behavior is off by default.
    #[arg(long)]
    off_by_default: bool,
    /// Also backport it to this line, where the policy merely allows it.
    #[arg(long = "to", value_name = "LINE")]
    lines: Vec<LineName>,
    /// The reason. It is recorded in the journal.
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Who decides this [default: git's user].
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// A class by its name.
pub(super) fn class(name: &str) -> Result<ChangeClass, String> {
    ChangeClass::named(name).ok_or_else(|| {
        let names: Vec<&str> = ChangeClass::ALL.iter().map(|class| class.name()).collect();
        format!("it is one of {}", names.join(", "))
    })
}

/// Run the command.
pub(super) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    block_on(async {
        let scene = Scene::open(scope).await?;
        let view = judge(&scene, arguments).await?;
        if view.nominated {
            let decision = FixDecision::Nominate {
                change: view.change.clone(),
                class: view.class.class,
                on_by_default: view.class.on_by_default,
                lines: arguments.lines.clone(),
                why: arguments.why.clone().unwrap_or_else(|| view.class.source.to_string()),
            };
            scene.decide(decision, arguments.by.as_deref()).await?;
        }
        if arguments.json {
            cli::print_json(&view)?;
        } else {
            render::backport::verdicts(&view);
        }
        Ok(if view.nominated { Ending::Done } else { Ending::Refused })
    })
}

async fn judge(scene: &Scene, arguments: &Arguments) -> Result<NominationView, Failure> {
    let change = scene.on_main(&arguments.revision)?;
    for line in &arguments.lines {
        scene.line(*line)?;
    }
    let mut class = scene.classify(&change, arguments.class).await?;
    class.on_by_default &= !arguments.off_by_default;
    if class.source == backport::Source::Nothing {
        let message = format!("nothing says of which class {} is", change.short());
        return Err(Failure::new(Ending::Usage, message)
            .hint("give it with `--class security`, miscompilation, correctness, feature or other"));
    }
    let lines = verdicts(scene, &class);
    for line in &arguments.lines {
        let verdict = lines.iter().find(|verdict| verdict.line == *line);
        if let Some(Verdict { demand: Demand::MustNot { rule, why }, .. }) = verdict {
            return Err(Failure::new(Ending::Refused, format!("{line} must not have it: {why} ({rule})"))
                .hint("change `[backport]` in the policy, or its class"));
        }
    }
    let allowed = |verdict: &Verdict| match verdict.demand {
        Demand::Must { .. } => true,
        Demand::May { .. } => arguments.lines.contains(&verdict.line),
        Demand::MustNot { .. } => false,
    };
    Ok(NominationView {
        subject: scene.opened.repository.message(&change)?.lines().next().unwrap_or_default().to_owned(),
        groups: groups(scene, &change).await?,
        nominated: lines.iter().any(allowed),
        change,
        class,
        lines,
    })
}

/// Every line that is not past its end of life, oldest first.
fn verdicts(scene: &Scene, class: &Classified) -> Vec<Verdict> {
    let (policy, today) = (&scene.opened.policy, scene.opened.today());
    let open = scene.lines.iter().filter(|(_, state)| !matches!(state, LineState::Ended(_)));
    let verdict = |(line, state): (&LineName, &LineState)| Verdict {
        line: *line,
        state: *state,
        demand: backport::demand(policy, today, class, &scene.lines, *line),
    };
    open.map(verdict).collect()
}

/// The groups that a patch moves.
async fn groups(scene: &Scene, change: &CommitId) -> Result<Vec<String>, Failure> {
    let policy = &scene.opened.policy;
    let files = scene.opened.repository.files(change, &bump::files(policy)).await?;
    let Ok(workspace) = Workspace::read(&files) else { return Ok(Vec::new()) };
    Ok(backport::groups_touched(policy.on(scene.opened.today()), &workspace, &scene.paths(change)?))
}
