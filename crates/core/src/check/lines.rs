//! Release lines: all that need a fix release it, or none does.

use super::{Case, Violation, violation};
use crate::{
    backport::{self, Demand, LineState, Maintenance, Standing},
    facts::Ask,
    model::{Action, CheckState, CommitId, LineHistory, LineName, PullRequest, PullRequestState, Rule},
};

/// Head branches of pull requests that release a version start so: written on every forge, and not the planner's to change.
const RELEASES: &str = "stationmaster/release-";

/// No tag of a patch while a line that needs one of its fixes has no merged and green release of its own (X5).
pub(super) fn all_lines_or_none(case: &Case<'_>) -> Vec<Violation> {
    let ask = Ask::of(case.seen);
    let Ok(known) = Maintenance::of(case.policy, &ask, |_| Vec::new()) else { return Vec::new() };
    let mut violations = Vec::new();
    for step in &case.plan.steps {
        let Action::Tag { commit, .. } = &step.action else { continue };
        let line = LineName::of(&step.version);
        let Some(history) = known.lines.get(&line).filter(|_| step.version.patch > 0) else { continue };
        let after = history.commits.iter().position(|own| own.is_or_brought(commit)).unwrap_or(0);
        let Ok(matrix) = backport::matrix(case.policy, &ask, &known) else { continue };
        for row in &matrix.rows {
            let released = matches!(row.cells[&line].standing, Standing::Merged { newer, .. } if newer >= after);
            let lacking = row.cells.iter().filter(|(other, cell)| {
                released
                    && **other != line
                    && matrix.lines[*other] == LineState::Supported
                    && matches!(cell.demand, Demand::Must { .. })
                    && !(cell.standing.is_settled() || leaves(case, &known.lines[*other], **other, &cell.standing))
            });
            violations.extend(lacking.map(|(other, cell)| {
                let fix = row.fix.change.id.short();
                let detail =
                    format!("{} would go out with {fix}, which line {other} needs: {}", step.version, cell.standing);
                violation(&step.id, "line-left-behind", Rule::X5, detail)
            }));
        }
    }
    violations
}

/// Whether a patch of a line that has the fix is merged and green, so that its tag may follow.
fn leaves(case: &Case<'_>, history: &LineHistory, line: LineName, standing: &Standing) -> bool {
    let Standing::Merged { newer, .. } = standing else { return false };
    let has_it = |release: &CommitId| {
        history.commits.iter().position(|own| own.is_or_brought(release)).is_some_and(|at| at <= *newer)
    };
    let prefix = format!("{RELEASES}{}.{}.", line.major, line.minor);
    let is_merged = |pull: &PullRequest| {
        pull.head.starts_with(&prefix)
            && matches!(&pull.state, PullRequestState::Merged { commit, .. } if has_it(commit))
            && pull.checks == CheckState::Green
    };
    case.seen.pull_requests.known().into_iter().flatten().any(is_merged)
}
