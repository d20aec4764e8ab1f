//! From what is written to what is sound: one file per part of the policy.

mod artifact;
mod checks;
mod groups;
mod process;
mod project;
mod release;
mod train;
mod version_file;

use jiff::civil::Date;

use super::{
    Epoch, FirstTrain, Policy, Rules,
    error::{Fault, Problem},
    layers,
    raw::{At, RawDate, RawRules},
    reader::{read, read_rest},
    tree::{Span, Table},
};
use checks::{date, required};

/// The whole policy, and what is written in it that does nothing yet.
pub(super) fn policy(mut file: Table) -> Result<(Policy, Vec<Fault>), Fault> {
    let epochs_written = layers::tables(file.take("epoch"), "epoch")?;
    let mut table = layers::over(file, &layers::defaults()?)?;
    let project = table.take("project").expect("every policy has the default preset's");
    let project = project::project(&read(&project).map_err(|fault| fault.under("project"))?)?;

    let raw: RawRules = read_rest(&table, &["preset", "project", "epoch"])?;
    let listed = train::listed(&raw.train.value.listed)?;
    table.section_mut("train").and_then(|train| train.take("listed"));
    let rules = rules(&raw)?;
    let mut held = Held { table, first: raw.first_span(), idle: raw.idle() };
    train::first_is_on_cadence(&rules.train, held.first)?;

    let mut epochs = vec![Epoch { from: Date::MIN, rules }];
    let mut counts = Vec::new();
    for written in epochs_written {
        let before = epochs.last().expect("there is the one of the beginning");
        let epoch = epoch(written, before, &mut held)?;
        counts.push((epoch.rules.train.first.cut, held.first));
        epochs.push(epoch);
    }
    let policy = Policy { project, epochs, listed };
    numbers_rise(&policy, &counts)?;
    Ok((policy, held.idle))
}

/// What held before an epoch.
struct Held {
    table: Table,
    /// Where the first train of the count is written.
    first: Option<Span>,
    /// What does nothing yet.
    idle: Vec<Fault>,
}

/// One more epoch: its own words, then its preset, over what held before.
fn epoch(written: At<Table>, before: &Epoch, held: &mut Held) -> Result<Epoch, Fault> {
    let mut own = written.value;
    let from = own.take("from").map(|from| read::<At<RawDate>>(&from)).transpose();
    let from_written = from.map_err(|fault| fault.under("epoch.from"))?;
    let from_written = required(from_written, written.span, "epoch.from", "from = 2026-01-01")?;
    let from = date(&from_written)?;
    if from <= before.from {
        return Err(Fault::new(from_written.span, Problem::EpochsOutOfOrder { before: before.from, after: from }));
    }
    held.table = layers::over(own, &held.table)?;
    let raw: RawRules = read_rest(&held.table, &["from", "preset"]).map_err(|fault| fault.under("epoch"))?;
    if let Some(listed) = raw.train.value.listed.first() {
        return Err(Fault::new(listed.span, Problem::ListedInEpoch));
    }
    let rules = rules(&raw)?;
    let unsaid = raw.idle().into_iter().filter(|fault| !held.idle.contains(fault)).collect::<Vec<_>>();
    held.idle.extend(unsaid);
    let first = raw.first_span();
    if first != held.first {
        train::first_is_on_cadence(&rules.train, first)?;
        check_count(&before.rules.train.first, &rules.train.first, from, first)?;
        held.first = first;
    }
    Ok(Epoch { from, rules })
}

/// A new count begins in its epoch, and higher than the one before.
fn check_count(before: &FirstTrain, first: &FirstTrain, from: Date, span: Option<Span>) -> Result<(), Fault> {
    if first == before {
        return Ok(());
    }
    if first.cut < from {
        return Err(Fault::new(span, Problem::FirstBeforeEpoch { cut: first.cut, from }));
    }
    if first.version <= before.version || first.cut <= before.cut {
        let (before, after) = (before.version.clone(), first.version.clone());
        return Err(Fault::new(span, Problem::CountGoesBack { before, after }));
    }
    Ok(())
}

/// A new count goes on above the number the old one had reached.
fn numbers_rise(policy: &Policy, counts: &[(Date, Option<Span>)]) -> Result<(), Fault> {
    let Some(last) = counts.iter().map(|(cut, _)| *cut).max() else { return Ok(()) };
    let trains: Vec<_> = policy.counted().take_while(|(_, cut)| *cut <= last).collect();
    let Some(fall) = trains.windows(2).find(|pair| pair[1].0 <= pair[0].0) else { return Ok(()) };
    let span = counts.iter().find(|(cut, _)| *cut == fall[1].1).and_then(|(_, span)| *span);
    Err(Fault::new(span, Problem::CountGoesBack { before: fall[0].0.clone(), after: fall[1].0.clone() }))
}

fn rules(raw: &RawRules) -> Result<Rules, Fault> {
    let groups = groups::groups(&raw.group)?;
    Ok(Rules {
        train: train::train(&raw.train)?,
        support: process::support(&raw.support)?,
        backport: process::backport(&raw.backport)?,
        classes: process::classes(&raw.backport, &raw.class)?,
        notes: release::notes(&raw.notes)?,
        version_files: version_file::version_files(&raw.version_file, &groups)?,
        publish: release::publish(&raw.publish)?,
        artifacts: artifact::artifacts(&raw.artifact)?,
        provenance: release::provenance(&raw.provenance)?,
        satellites: release::satellites(&raw.satellite)?,
        gates: process::gates(&raw.gates)?,
        groups,
    })
}
