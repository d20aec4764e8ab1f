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
    Epoch, Policy, Rules, VersionGroup,
    error::{Fault, Problem},
    presets::{self, DEFAULT_PRESET},
    raw::{At, RawEpoch, RawPolicy, RawRules, Span},
};
use checks::{date, required};

/// The whole policy.
pub(super) fn policy(mut raw: RawPolicy) -> Result<Policy, Fault> {
    let mut base = presets::raw_preset(&At { value: DEFAULT_PRESET.to_owned(), span: None })?;
    let project = project::project(raw.project.take(), base.project.take())?;
    let epochs_written = std::mem::take(&mut raw.epoch);
    let preset = raw.preset.take();
    let train_span = raw.train.as_ref().and_then(|train| train.span);

    let mut layers = RawRules::from(base).homeless();
    layers.train.first = None;
    if let Some(name) = &preset {
        layers.overlay_process(RawRules::from(presets::raw_preset(name)?));
    }
    layers.overlay(RawRules::from(raw));
    required(layers.train.first.as_ref(), train_span, "train.first", train::FIRST_EXAMPLE)?;
    let listed = train::listed(layers.train.listed.take().unwrap_or_default())?;

    let groups = groups::groups(layers.group.as_deref().unwrap_or_default())?;
    let mut epochs = vec![Epoch { from: Date::MIN, rules: rules(&layers, Date::MIN, groups)? }];
    let mut counts = Vec::new();
    for written in epochs_written {
        let before = epochs.last().expect("there is the one of the beginning");
        let epoch = epoch(written, &mut layers, before)?;
        check_count(&layers, &epochs, &epoch)?;
        let first = &epoch.rules.train.first;
        counts.push((first.cut, layers.train.first.as_ref().and_then(|first| first.span)));
        epochs.push(epoch);
    }
    let policy = Policy { project, epochs, listed };
    numbers_rise(&policy, &counts)?;
    Ok(policy)
}

/// One more epoch: its preset, then its own words, over what held before.
fn epoch(written: At<RawEpoch>, layers: &mut RawRules, before: &Epoch) -> Result<Epoch, Fault> {
    let from_written = required(written.value.from.clone(), written.span, "epoch.from", "from = 2026-01-01")?;
    let from = date(&from_written)?;
    if from <= before.from {
        return Err(Fault::new(from_written.span, Problem::EpochsOutOfOrder { before: before.from, after: from }));
    }
    if let Some(preset) = &written.value.preset {
        layers.overlay_process(RawRules::from(presets::raw_preset(preset)?));
    }
    let own = RawRules::from(written.value);
    if let Some(listed) = own.train.listed.as_ref().and_then(|listed| listed.first()) {
        return Err(Fault::new(listed.span, Problem::ListedInEpoch));
    }
    let starts_anew = own.train.first.is_some();
    let keeps_groups = own.group.is_none();
    layers.overlay(own);
    // Whether groups overlap is a search: it is not made again for the same ones.
    let groups = if keeps_groups {
        before.rules.groups.clone()
    } else {
        groups::groups(layers.group.as_deref().unwrap_or_default())?
    };
    let rules = rules(layers, from, groups)?;
    if starts_anew {
        train::first_is_on_cadence(&rules.train, layers.train.first.as_ref().and_then(|first| first.span))?;
    }
    Ok(Epoch { from, rules })
}

/// A new count begins in its epoch, and higher than the one before.
fn check_count(layers: &RawRules, epochs: &[Epoch], epoch: &Epoch) -> Result<(), Fault> {
    let Some(before) = epochs.last().map(|epoch| &epoch.rules.train.first) else { return Ok(()) };
    let first = &epoch.rules.train.first;
    if first == before {
        return Ok(());
    }
    let span = layers.train.first.as_ref().and_then(|first| first.span);
    if first.cut < epoch.from {
        return Err(Fault::new(span, Problem::FirstBeforeEpoch { cut: first.cut, from: epoch.from }));
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

fn rules(layers: &RawRules, from: Date, groups: Vec<VersionGroup>) -> Result<Rules, Fault> {
    let train = train::train(&layers.train)?;
    if from == Date::MIN {
        train::first_is_on_cadence(&train, layers.train.first.as_ref().and_then(|first| first.span))?;
    }
    Ok(Rules {
        train,
        support: process::support(&layers.support)?,
        backport: process::backport(&layers.backport)?,
        classes: process::classes(&layers.backport, layers.class.as_deref().unwrap_or_default())?,
        notes: release::notes(&layers.notes)?,
        version_files: version_file::version_files(layers.version_file.as_deref().unwrap_or_default(), &groups)?,
        publish: release::publish(&layers.publish)?,
        artifacts: artifact::artifacts(layers.artifact.as_deref().unwrap_or_default())?,
        provenance: release::provenance(&layers.provenance)?,
        satellites: release::satellites(layers.satellite.as_deref().unwrap_or_default())?,
        gates: process::gates(&layers.gates)?,
        groups,
    })
}
