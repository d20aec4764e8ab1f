//! Releases that were begun and are not out whole (R2, R11).

use super::say;
use crate::{
    facts::Facts,
    model::{Finding, Observed, Rule, Severity},
    plan,
    policy::Policy,
};

/// Releases that wait for their tag, their crates or their files longer than the policy lets a pull request wait; those of the
/// last days are notes. Needs refs, pull requests and forge releases; where the forge could not be asked, that is a note.
pub fn unfinished(policy: &Policy, seen: &Facts) -> Vec<Finding> {
    let begun = plan::unfinished(policy, seen).into_values().filter(|release| release.day() <= seen.today);
    let mut found: Vec<Finding> = begun
        .map(|release| {
            let (version, day) = (&release.version, release.day());
            let patience = i32::try_from(policy.on(day).train.patience_days).unwrap_or(i32::MAX);
            let late = (seen.today - day).get_days() > patience;
            let severity = if late { Severity::Finding } else { Severity::Information };
            let tag = policy.project.tag.with(version);
            let stands = stands(seen, &tag);
            let detail = format!("{version} was merged on {day} as #{} and is not out whole: {stands}", release.number);
            let finding = say("unfinished-release", severity, Rule::R11, version, day).with(detail, tag);
            Finding { help: format!("see what it waits for with `stationmaster explain {version}`"), ..finding }
        })
        .collect();
    if let Some(why) = why_unknown(seen) {
        let detail = format!("whether every release is out whole is not known: {why}");
        let finding = say("forge-unknown", Severity::Information, Rule::R11, &"the forge", seen.today);
        found.push(Finding { evidence: None, ..finding.with(detail, String::new()) });
    }
    found
}

fn why_unknown(seen: &Facts) -> Option<&str> {
    match (&seen.own.pull_requests, &seen.own.forge_releases) {
        (Observed::Unknown(why), _) | (_, Observed::Unknown(why)) => Some(why),
        (Observed::Known(_), Observed::Known(_)) => None,
    }
}

fn stands(seen: &Facts, tag: &str) -> String {
    let hidden = seen.own.forge_releases.known().is_some_and(|all| all.contains_key(tag));
    match seen.own.tags.contains_key(tag) {
        false => format!("there is no tag `{tag}`"),
        true if hidden => format!("the release of `{tag}` is hidden on the forge"),
        true => format!("`{tag}` has no release on the forge"),
    }
}

#[cfg(test)]
mod tests;
