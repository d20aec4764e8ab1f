//! Whether trains left when they should (R1, R2, X1).

use jiff::civil::{Date, Weekday};
use semver::Version;

use super::{History, Line, Release, say};
use crate::{
    calendar::{Calendar, Train},
    model::{Finding, LineName, Rule, Severity, bump_version},
    policy::{Policy, ReleaseDay, Shift},
};

/// Compare the calendar with what was released.
pub(super) fn findings(policy: &Policy, history: &History) -> Vec<Finding> {
    let calendar = Calendar::new(policy, Date::MIN, history.until);
    let mut found = Vec::new();
    for train in &calendar.trains {
        let counted = !policy.listed.iter().any(|listed| listed.version == train.version);
        match history.release(&train.version) {
            Some(release) if counted => found.extend(release_day(policy, train, release)),
            Some(_) => {}
            None => found.extend(missed(policy, train, history)),
        }
        if let Some(line) = history.lines.iter().find(|line| line.version == train.version).filter(|_| counted) {
            found.extend(cut_day(train, line));
        }
    }
    found.extend(weekends(policy, history));
    found.extend(numbers(history));
    found
}

/// Days by which a release may be off without breaking the rule: the time of day decides.
const SAME: i32 = 1;

fn release_day(policy: &Policy, train: &Train, release: &Release) -> Option<Finding> {
    let rules = train.rules(policy);
    let patience = if train.on_merge { i32::try_from(rules.train.patience_days).unwrap_or(i32::MAX) } else { 0 };
    let late = (release.day - train.release).get_days();
    let rule = if train.on_merge { Rule::R2 } else { Rule::X1 };
    let (kind, off) = match late {
        late if late > patience => ("late-release", format!("{late} days after")),
        late if late < 0 => ("early-release", format!("{} days before", -late)),
        _ => return None,
    };
    let severity = if late.abs() <= SAME { Severity::Information } else { Severity::Finding };
    let off = off.replacen("1 days ", "1 day ", usize::from(late.abs() == 1));
    Some(say(kind, severity, rule, &train.version, release.day).with(
        format!("{} was released on {}, {off} its day, {}", train.version, release.day, train.release),
        release.tag.clone(),
    ))
}

fn cut_day(train: &Train, line: &Line) -> Option<Finding> {
    let (cut, parted) = (train.cut.filter(|_| !train.on_merge)?, line.parted.as_ref()?);
    let (kind, detail) = if parted.day > cut {
        ("late-cut", format!("`{}` was cut no earlier than {}, and its day was {cut}", line.branch, parted.day))
    } else if let Some(next) = parted.next.filter(|next| *next < cut) {
        ("early-cut", format!("`{}` lacks what main got on {next}, and the day of its cut was {cut}", line.branch))
    } else {
        return None;
    };
    let off = if parted.day > cut { parted.day - cut } else { cut - parted.next? };
    let severity = if off.get_days() <= SAME { Severity::Information } else { Severity::Finding };
    let finding = say(kind, severity, Rule::X1, &line.branch, parted.day);
    Some(finding.with(detail, parted.commit.to_string()))
}

/// A train that was due and never left, not even as a patch: a month without a major.
fn missed(policy: &Policy, train: &Train, history: &History) -> Option<Finding> {
    // What was due in the last days may still come.
    let patience = i32::try_from(policy.on(train.release).train.patience_days).unwrap_or(i32::MAX);
    let came_as_patch = || history.releases.iter().any(|release| LineName::of(&release.version) == train.line);
    if (history.until - train.release).get_days() <= patience || came_as_patch() {
        return None;
    }
    let finding = say("skipped-month", Severity::Finding, Rule::R1, &train.version, train.release);
    let detail = format!("{} was due on {} and was never released", train.version, train.release);
    Some(finding.with(detail, format!("no tag `{}`", policy.project.tag.with(&train.version))))
}

/// Releases on a day on which nobody is there to fix what breaks. Only where the policy makes releases on a day of its own, and
/// keeps off such days (X1). A patch is made when it is needed: its day is good to know.
fn weekends(policy: &Policy, history: &History) -> Vec<Finding> {
    let plain = history.releases.iter().filter(|release| release.version.pre.is_empty());
    let found = plain.filter_map(|release| {
        let train = &policy.on(release.day).train;
        let weekend = matches!(release.day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let off = weekend || train.holidays.contains(&release.day);
        if train.release == ReleaseDay::OnMerge || train.weekend == Shift::Keep || !off {
            return None;
        }
        let day = if weekend { format!("a {:?}", release.day.weekday()) } else { "a holiday".to_owned() };
        let severity = if release.version.patch > 0 { Severity::Information } else { Severity::Finding };
        let finding = say("weekend-release", severity, Rule::X1, &release.version, release.day);
        Some(finding.with(format!("{} was released on {}, {day}", release.version, release.day), release.tag.clone()))
    });
    found.collect()
}

/// Versions that were passed over: of majors in the whole history, of patches within a line.
fn numbers(history: &History) -> Vec<Finding> {
    let mut released: Vec<&Release> =
        history.releases.iter().filter(|release| release.version.pre.is_empty()).collect();
    released.sort_by(|a, b| a.version.cmp(&b.version));
    let mut found = Vec::new();
    for pair in released.windows(2) {
        let (before, after) = (pair[0], pair[1]);
        let expected = expected_after(&before.version, &after.version);
        for version in expected {
            let finding = say("skipped-number", Severity::Finding, Rule::R1, &version, after.day);
            let detail = format!("{} came after {}, and no tag names {version}", after.version, before.version);
            found.push(finding.with(detail, after.tag.clone()));
        }
    }
    found
}

/// The versions that should lie between two that follow each other.
fn expected_after(before: &Version, after: &Version) -> Vec<Version> {
    use crate::model::Bump::{Major, Patch};
    let same_line = (before.major, before.minor) == (after.major, after.minor);
    // The step from 0.x to 1.0.0 is decided, not counted.
    if before.major == 0 && after.major > 0 {
        return Vec::new();
    }
    let step = if same_line { Patch } else { Major };
    let mut missing = Vec::new();
    let mut next = bump_version(before, step);
    while let Ok(version) = next
        && version < *after
        && missing.len() < MANY
    {
        next = bump_version(&version, step);
        missing.push(version);
    }
    // A line that begins with a patch lacks what the patch is of.
    if !same_line && after.patch > 0 {
        let patches = (0..after.patch).take(MANY);
        missing.extend(patches.map(|patch| Version::new(after.major, after.minor, patch)));
    }
    missing.sort();
    missing.dedup();
    missing
}

/// So many missing numbers are told one by one.
const MANY: usize = 20;
