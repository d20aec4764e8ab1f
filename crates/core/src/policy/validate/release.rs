//! What a release consists of: notes, crates, provenance, satellites (R3, R11, R12, X3, X10, X12).

use super::checks::{amount, filled, globs, path, placeholders, required, text, unless_empty};
use crate::{
    model::{InvalidSigner, Pace, Rate, SignerIdentity},
    policy::{
        Notes, NotesStyle, Provenance, Publish, Satellite,
        error::{Fault, Problem},
        raw::{Amount, At, RawNotes, RawNotesStyle, RawProvenance, RawPublish, RawRate, RawSatellite},
    },
};

/// Release notes, or none.
pub(super) fn notes(raw: &RawNotes) -> Result<Option<Notes>, Fault> {
    let style = match raw.style.value {
        RawNotesStyle::Sections => NotesStyle::Sections,
        RawNotesStyle::Branch => NotesStyle::Branch,
        RawNotesStyle::KeepAChangelog => NotesStyle::KeepAChangelog,
        RawNotesStyle::None => return Ok(None),
    };
    let archive_link = unless_empty(&raw.archive_link);
    if let Some(link) = archive_link {
        placeholders(link, "notes.archive-link", &["branch", "version", "major", "minor"])?;
        if !link.value.contains("{branch}") && !link.value.contains("{version}") {
            return Err(Fault::new(link.span, Problem::BadArchiveLink { link: link.value.clone() }));
        }
    }
    Ok(Some(Notes {
        file: path(filled(&raw.file, "notes.file")?, "notes.file")?,
        style,
        template: unless_empty(&raw.template).map(|template| path(template, "notes.template")).transpose()?,
        archive_link: archive_link.map(|link| link.value.clone()),
        fragments: unless_empty(&raw.fragments).map(|folder| path(folder, "notes.fragments")).transpose()?,
    }))
}

/// Crates to the registry.
pub(super) fn publish(raw: &RawPublish) -> Result<Publish, Fault> {
    Ok(Publish {
        enabled: raw.enabled.value,
        registry: unless_empty(&raw.registry).map(|registry| registry.value.clone()),
        skip: globs(&raw.skip)?,
        public: globs(&raw.public)?,
        owner: unless_empty(&raw.owner).map(|owner| owner.value.clone()),
        trusted: raw.trusted.value,
        pace: pace(raw)?,
        lock_file: raw.lock_file.as_ref().map(|choice| choice.value).unwrap_or_default(),
    })
}

/// How fast the registry takes crates: what is written, else what it is known to allow.
fn pace(raw: &RawPublish) -> Result<Pace, Fault> {
    let known = if unless_empty(&raw.registry).is_some() { Pace::UNLIMITED } else { Pace::CRATES_IO };
    let at_once = raw.at_once.as_ref().map(|number| amount(number, "publish.at-once", 1, 64)).transpose()?;
    Ok(Pace {
        updates: rate(raw.update_rate.as_ref(), "publish.update-rate")?.or(known.updates),
        new_crates: rate(raw.new_rate.as_ref(), "publish.new-rate")?.or(known.new_crates),
        yanks: rate(raw.yank_rate.as_ref(), "publish.yank-rate")?.or(known.yanks),
        at_once: at_once.unwrap_or(known.at_once),
    })
}

fn rate(written: Option<&At<RawRate>>, key: &str) -> Result<Option<Rate>, Fault> {
    let Some(At { value, span }) = written else { return Ok(None) };
    let number = |part: &Option<At<Amount>>, name: &str, most: i64| {
        let key = format!("{key}.{name}");
        let example = "{ burst = 30, every-seconds = 60 }";
        amount(required(part.as_ref(), *span, &key, example)?, &key, 1, most)
    };
    let burst = number(&value.burst, "burst", 1_000_000)?;
    Ok(Some(Rate { burst, every_seconds: number(&value.every_seconds, "every-seconds", 86_400)? }))
}

/// What lies beside the files.
pub(super) fn provenance(raw: &RawProvenance) -> Result<Provenance, Fault> {
    let key = raw.key.as_ref().and_then(unless_empty);
    let bad = |written: &At<String>, why| {
        Fault::new(written.span, Problem::BadPublicKey { text: written.value.clone(), why })
    };
    let key = key.map(|written| written.value.parse().map_err(|why| bad(written, why))).transpose()?;
    Ok(Provenance { key, identity: signer(raw)? })
}

/// Who signs with Sigstore.
fn signer(raw: &RawProvenance) -> Result<Option<SignerIdentity>, Fault> {
    let issuer = raw.issuer.as_ref().and_then(unless_empty);
    let Some(written) = raw.identity.as_ref().and_then(unless_empty) else {
        return issuer.map_or(Ok(None), |issuer| Err(Fault::new(issuer.span, Problem::IssuerOfNobody)));
    };
    let bad = |why: InvalidSigner| match why {
        InvalidSigner::Issuer(_) => Fault::new(issuer.and_then(|issuer| issuer.span), Problem::BadIssuer { why }),
        why => Fault::new(written.span, Problem::BadSigner { text: written.value.clone(), why }),
    };
    SignerIdentity::new(&written.value, issuer.map(|issuer| issuer.value.as_str())).map(Some).map_err(bad)
}

/// Repositories that follow.
pub(super) fn satellites(written: &[At<RawSatellite>]) -> Result<Vec<Satellite>, Fault> {
    let mut names: Vec<String> = Vec::new();
    written
        .iter()
        .map(|one| {
            let (raw, span) = (&one.value, one.span);
            let name = text(raw.name.as_ref(), span, "satellite.name", "name = \"python\"")?;
            unique(&mut names, name)?;
            let example = "repository = \"https://github.com/example/example-py\"";
            let repository = text(raw.repository.as_ref(), span, "satellite.repository", example)?;
            let within = raw.within_days.as_ref().map(|days| amount(days, "satellite.within-days", 0, 366));
            Ok(Satellite {
                name: name.value.clone(),
                repository: repository.value.clone(),
                within_days: within.transpose()?.unwrap_or(14),
            })
        })
        .collect()
}

fn unique(names: &mut Vec<String>, name: &At<String>) -> Result<(), Fault> {
    if names.contains(&name.value) {
        return Err(Fault::new(name.span, Problem::Duplicate { name: name.value.clone() }));
    }
    names.push(name.value.clone());
    Ok(())
}
