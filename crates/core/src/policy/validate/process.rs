//! `[support]`, `[backport]` and `[gates]` (R4, R6, R7, R9, X4, X7, X8, X14).

use std::collections::BTreeMap;

use super::checks::{amount, glob, major_start, required};
use crate::{
    model::ChangeClass,
    policy::{
        BackportRule, ClassRule, Classes, Gates, Lts, Support,
        error::{Fault, Problem},
        raw::{
            At, BackportWord, RawBackport, RawBackportRule, RawClass, RawGates, RawLts, RawLtsTable, RawSupport, Span,
        },
    },
};

/// How long lines are supported.
pub(super) fn support(raw: &RawSupport) -> Result<Support, Fault> {
    let latest = required(raw.latest.as_ref(), None, "support.latest", "latest = 2")?;
    let lts = match &raw.lts {
        None => None,
        Some(At { value: RawLts::Never(_), .. }) => None,
        Some(At { value: RawLts::Table(table), span }) => Some(lts(table, *span)?),
    };
    Ok(Support { latest: amount(latest, "support.latest", 1, 100)?, lts })
}

fn lts(raw: &RawLtsTable, span: Option<Span>) -> Result<Lts, Fault> {
    let (Some(every), Some(from), Some(months)) = (&raw.every, &raw.from, &raw.months) else {
        let parts =
            [("`every`", raw.every.is_none()), ("`from`", raw.from.is_none()), ("`months`", raw.months.is_none())];
        let missing: Vec<_> = parts.into_iter().filter(|(_, missing)| *missing).map(|(name, _)| name).collect();
        return Err(Fault::new(span, Problem::LtsIncomplete { missing: missing.join(", no ") }));
    };
    Ok(Lts {
        every: amount(every, "support.lts.every", 1, 1000)?,
        from: major_start(from)?,
        months: amount(months, "support.lts.months", 1, 600)?,
        at_most: raw.at_most.as_ref().map(|most| amount(most, "support.lts.at-most", 1, 100)).transpose()?,
    })
}

/// Where changes go, by class.
pub(super) fn backport(raw: &RawBackport) -> Result<BTreeMap<ChangeClass, BackportRule>, Fault> {
    let classes = [
        (ChangeClass::Security, &raw.security),
        (ChangeClass::Miscompilation, &raw.miscompilation),
        (ChangeClass::Correctness, &raw.correctness),
        (ChangeClass::Feature, &raw.feature),
        (ChangeClass::Other, &raw.other),
    ];
    let said = classes.into_iter().filter_map(|(class, rule)| rule.as_ref().map(|rule| (class, rule)));
    said.map(|(class, rule)| Ok((class, backport_rule(rule)?))).collect()
}

fn backport_rule(written: &At<RawBackportRule>) -> Result<BackportRule, Fault> {
    Ok(match &written.value {
        RawBackportRule::Word(BackportWord::Supported) => BackportRule::Supported,
        RawBackportRule::Word(BackportWord::Never) => BackportRule::Never,
        RawBackportRule::Latest(table) => BackportRule::Latest(amount(&table.latest, "backport.latest", 1, 100)?),
    })
}

/// How changes get their class.
pub(super) fn classes(raw: &RawBackport, written: &[At<RawClass>]) -> Result<Classes, Fault> {
    Ok(Classes {
        rules: written.iter().map(class).collect::<Result<_, _>>()?,
        off_by_default: globs(raw.off_by_default.as_deref())?,
        satellites: globs(raw.satellites.as_deref())?,
    })
}

fn class(written: &At<RawClass>) -> Result<ClassRule, Fault> {
    let raw = &written.value;
    let class = required(raw.class.as_ref(), written.span, "class.class", "class = \"security\"")?.value;
    let labels: Vec<String> = raw.labels.iter().flatten().map(|label| label.value.clone()).collect();
    let paths = globs(raw.paths.as_deref())?;
    if labels.is_empty() && paths.is_empty() {
        return Err(Fault::new(written.span, Problem::ClassOfNothing { class }));
    }
    Ok(ClassRule { class, labels, paths })
}

fn globs(written: Option<&[At<String>]>) -> Result<Vec<String>, Fault> {
    let patterns = written.unwrap_or_default();
    patterns.iter().try_for_each(glob)?;
    Ok(patterns.iter().map(|pattern| pattern.value.clone()).collect())
}

/// What must hold before a release.
pub(super) fn gates(raw: &RawGates) -> Result<Gates, Fault> {
    let checks = raw.checks.iter().flatten();
    if let Some(empty) = checks.clone().find(|check| check.value.trim().is_empty()) {
        return Err(Fault::new(empty.span, Problem::Empty { key: "gates.checks".to_owned() }));
    }
    let approvals = raw.approvals.as_ref().map(|approvals| amount(approvals, "gates.approvals", 0, 100));
    let days = raw.test_lines_every_days.as_ref().map(|days| amount(days, "gates.test-lines-every-days", 0, 366));
    let on = |switch: &Option<At<bool>>| switch.as_ref().is_some_and(|switch| switch.value);
    Ok(Gates {
        checks: checks.map(|check| check.value.clone()).collect(),
        approvals: approvals.transpose()?.unwrap_or(0),
        rfc: on(&raw.rfc),
        keep_rust_version: on(&raw.keep_rust_version),
        test_lines_every_days: days.transpose()?.filter(|days| *days > 0),
        keep_formats: on(&raw.keep_formats),
    })
}
