//! Whether patches went to every line that was supported, and to no other (R7, X5, X7).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{History, Release, say};
use crate::{
    calendar::{self, Calendar, Train},
    model::{Finding, LineName, Rule, Severity},
    policy::Policy,
};

/// Compare days of patches with support windows.
pub(super) fn findings(policy: &Policy, history: &History) -> Vec<Finding> {
    let mut days: BTreeMap<Date, Vec<&Release>> = BTreeMap::new();
    for release in history.releases.iter().filter(|release| release.version.patch > 0 && release.version.pre.is_empty())
    {
        days.entry(release.day).or_default().push(release);
    }
    let ends = ends_of_support(policy, history);
    let mut begun: BTreeMap<LineName, Date> = BTreeMap::new();
    for release in history.releases.iter().filter(|release| release.version.pre.is_empty()) {
        let first = begun.entry(LineName::of(&release.version)).or_insert(release.day);
        *first = release.day.min(*first);
    }
    let mut found = Vec::new();
    for (day, patches) in &days {
        found.extend(patches.iter().filter_map(|patch| after_end(&ends, patch)));
        found.extend(missed_lines(policy, &begun, *day, patches));
    }
    found.extend(rust_version_raised(history));
    found
}

/// The days on which the support of lines ended. Support that ends with a newer release lasts until that release is there.
fn ends_of_support(policy: &Policy, history: &History) -> BTreeMap<LineName, Date> {
    let trains = Calendar::new(policy, Date::MIN, history.until).trains;
    let end = |train: &Train| {
        let planned = train.end_of_life?;
        let newer = trains.iter().filter(|train| train.release == planned);
        let real = newer.filter_map(|train| history.release(&train.version)).map(|release| release.day).max();
        Some((train.line, real.map_or(planned, |day| day.max(planned))))
    };
    // Of several trains of a line, the first counts.
    trains.iter().rev().filter_map(end).collect()
}

/// A patch later than the day on which support ended.
fn after_end(ends: &BTreeMap<LineName, Date>, patch: &Release) -> Option<Finding> {
    let line = LineName::of(&patch.version);
    let end = *ends.get(&line)?;
    if patch.day <= end {
        return None;
    }
    let finding = say("patch-after-end-of-life", Severity::Finding, Rule::R7, &patch.version, patch.day);
    let detail = format!("{} was released on {}, and {line} was supported until {end}", patch.version, patch.day);
    Some(finding.with(detail, patch.tag.clone()))
}

/// Supported lines that were not patched on a day when several others were. A day on which one line was patched fixes what that
/// line alone has. Whether the fault was in the others, the history does not say.
fn missed_lines(policy: &Policy, begun: &BTreeMap<LineName, Date>, day: Date, patches: &[&Release]) -> Vec<Finding> {
    let patched: BTreeSet<LineName> = patches.iter().map(|patch| LineName::of(&patch.version)).collect();
    if patched.len() < 2 {
        return Vec::new();
    }
    let supported = calendar::supported(policy, day);
    let missing = supported.into_iter().filter(|line| !patched.contains(line));
    // A line counts once it has a release; one that came out this very day has the fix.
    let missing = missing.filter(|line| begun.get(line).is_some_and(|first| *first < day));
    let mut names: Vec<String> = patches.iter().take(NAMED).map(|patch| patch.version.to_string()).collect();
    if patches.len() > NAMED {
        names.push(format!("{} more", patches.len() - NAMED));
    }
    let names = names.join(", ");
    let found = missing.map(|line| {
        let finding = say("missed-line", Severity::Information, Rule::X5, &line.first_version(), day);
        let detail = format!(
            "{names} were released on {day}, and {line} was not patched; the history cannot say whether it had to be"
        );
        finding.with(detail, names.clone())
    });
    found.collect()
}

/// So many patches of one day are named.
const NAMED: usize = 20;

/// Patches whose packages need a newer Rust than the release before on their line (X7).
fn rust_version_raised(history: &History) -> Vec<Finding> {
    let mut releases: Vec<&Release> =
        history.releases.iter().filter(|release| release.version.pre.is_empty()).collect();
    releases.sort_by(|a, b| a.version.cmp(&b.version));
    let mut found = Vec::new();
    for pair in releases.windows(2) {
        let (before, after) = (pair[0], pair[1]);
        if LineName::of(&before.version) != LineName::of(&after.version) {
            continue;
        }
        let (Some(old), Some(new)) = (before.rust_version, after.rust_version) else { continue };
        if new > old {
            let finding = say("rust-version-raised", Severity::Finding, Rule::X7, &after.version, after.day);
            let detail = format!("{} needs Rust {new}, and {} needed {old}", after.version, before.version);
            found.push(finding.with(detail, after.tag.clone()));
        }
    }
    found
}
