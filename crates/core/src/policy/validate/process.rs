//! `[support]`, `[backport]` and `[gates]` (R4, R6, R7, R9, X4, X7, X8, X14).

use std::collections::BTreeMap;

use super::checks::{amount, filled, globs, major_start, required, values};
use crate::{
    model::ChangeClass,
    policy::{
        BackportRule, ClassRule, Classes, Gates, Lts, Support,
        error::{Fault, Problem},
        raw::{At, BackportWord, RawBackport, RawBackportRule, RawClass, RawGates, RawLtsTable, RawSupport, WordOr},
        tree::Span,
    },
};

/// How long lines are supported.
pub(super) fn support(raw: &RawSupport) -> Result<Support, Fault> {
    let lts = match &raw.lts.value {
        WordOr::Word(_) => None,
        WordOr::Table(table) => Some(lts(table, raw.lts.span)?),
    };
    Ok(Support { latest: amount(&raw.latest, "support.latest", 1, 100)?, lts })
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
    classes.into_iter().map(|(class, rule)| Ok((class, backport_rule(rule)?))).collect()
}

fn backport_rule(written: &At<RawBackportRule>) -> Result<BackportRule, Fault> {
    Ok(match &written.value {
        WordOr::Word(BackportWord::Supported) => BackportRule::Supported,
        WordOr::Word(BackportWord::Never) => BackportRule::Never,
        WordOr::Table(table) => BackportRule::Latest(amount(&table.latest, "backport.latest", 1, 100)?),
    })
}

/// How changes get their class.
pub(super) fn classes(raw: &RawBackport, written: &[At<RawClass>]) -> Result<Classes, Fault> {
    Ok(Classes {
        rules: written.iter().map(class).collect::<Result<_, _>>()?,
        off_by_default: globs(&raw.off_by_default)?,
        satellites: globs(&raw.satellites)?,
    })
}

fn class(written: &At<RawClass>) -> Result<ClassRule, Fault> {
    let raw = &written.value;
    let class = required(raw.class.as_ref(), written.span, "class.class", "class = \"security\"")?.value;
    let (labels, paths) = (values(&raw.labels), globs(&raw.paths)?);
    if labels.is_empty() && paths.is_empty() {
        return Err(Fault::new(written.span, Problem::ClassOfNothing { class }));
    }
    Ok(ClassRule { class, labels, paths })
}

/// What must hold before a release.
pub(super) fn gates(raw: &RawGates) -> Result<Gates, Fault> {
    raw.checks.iter().try_for_each(|check| filled(check, "gates.checks").map(drop))?;
    let days = amount(&raw.test_lines_every_days, "gates.test-lines-every-days", 0, 366)?;
    Ok(Gates {
        checks: values(&raw.checks),
        approvals: amount(&raw.approvals, "gates.approvals", 0, 100)?,
        rfc: raw.rfc.value,
        keep_rust_version: raw.keep_rust_version.value,
        test_lines_every_days: Some(days).filter(|days| *days > 0),
        keep_formats: raw.keep_formats.value,
    })
}
