//! `stationmaster stage`

use clap::Args;
use semver::Version;
use stationmaster_adapters::build::{Building, Verdict};
use stationmaster_core::{
    lint::registry_rules,
    model::{CommitId, CrateRelease, Finding, Rule, Severity},
    report::staged::{Staged, StagedFile},
};
use stationmaster_engine::{
    lease::Lease,
    ports::StagedCrate,
    progress::{Event, Progress},
};

use super::{
    Scope,
    preflight::not_packaged,
    revision::{Of, Revision},
};
use crate::{
    diagnostics::{CommandResult, Failure},
    render::{self, findings},
    wiring::{Opened, block_on},
};

/// Package the crates of a release and keep them with their checksums.
///
/// Uploads nothing and, without --verify, compiles nothing. The same commit gives the same bytes. `preflight`, `publish` and
/// `run` reuse staged crates.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The release to use: its tag, or the pull request that proposes it. To use another commit, pass --rev.
    #[arg(value_name = "VERSION", conflicts_with = "rev")]
    version: Option<Version>,
    #[command(flatten)]
    of: Of,
    /// Build every crate from its package, against the other packages, as a user would get them. A stopped run resumes.
    #[arg(long)]
    verify: bool,
}

/// Run the command.
pub(crate) fn run(scope: &Scope, arguments: &Arguments) -> CommandResult {
    let of = arguments.of.with_version(scope, arguments.version.as_ref())?;
    let progress = render::progress::for_terminal(of.json);
    let (commit, staged, findings) = block_on(async {
        let revision = Revision::look(scope, &of).await?;
        let publish = revision.rules.publish.clone();
        let crates = revision.released(&publish)?;
        let mut findings = registry_rules::dev_circles(&revision.workspace, &publish);
        let opened = Opened::assemble(scope, revision.repository, revision.policy, None)?;
        let staged = match opened.world(&*progress).here.builder.stage(&revision.commit, &crates).await {
            Ok(staged) => staged,
            Err(error) => {
                findings.push(not_packaged(error)?);
                return Ok((revision.commit, Vec::new(), findings));
            }
        };
        if arguments.verify {
            findings.extend(verify(&opened, &revision.commit, &staged, &*progress).await?);
        }
        Ok((revision.commit, staged, findings))
    })?;
    drop(progress);
    let view = view(commit, &staged, findings);
    if of.json {
        super::print_json(&view)?;
    } else {
        render::staged::print(&view, arguments.verify && !staged.is_empty());
    }
    Ok(findings::ending(&view.findings))
}

/// Build what is staged. Crates that do not build are findings.
async fn verify(
    opened: &Opened,
    commit: &CommitId,
    staged: &[StagedCrate],
    progress: &dyn Progress,
) -> Result<Vec<Finding>, Failure> {
    let _lease = Lease::take(&opened.lease).await?;
    let watch = |building: Building<'_>| {
        progress.event(&match building {
            Building::Begins(it) => Event::BuildingCrate { name: it.name.clone(), version: it.version.clone() },
            Building::Succeeds(it) => Event::CrateBuilt { name: it.name.clone(), version: it.version.clone() },
        });
    };
    let verdicts = opened.builder().verify(commit, staged, watch).await?;
    Ok(staged.iter().zip(verdicts).filter_map(|(it, verdict)| finding(&it.release, verdict)).collect())
}

fn finding(release: &CrateRelease, verdict: Verdict) -> Option<Finding> {
    let (kind, detail, help) = match verdict {
        Verdict::Builds => return None,
        Verdict::Fails(words) => {
            let help =
                "fix it, or what keeps files out of the package: `include`, `exclude`, paths that lead out of it";
            ("does-not-build", words, help)
        }
        Verdict::Needs(other) => ("not-built", format!("it needs {other}, which does not build"), ""),
    };
    Some(Finding {
        kind: kind.to_owned(),
        severity: Severity::Finding,
        subject: format!("{} {}", release.name, release.version),
        detail,
        help: help.to_owned(),
        rule: Rule::X12,
        date: None,
        evidence: None,
        file: None,
        line: None,
    })
}

fn view(commit: CommitId, staged: &[StagedCrate], findings: Vec<Finding>) -> Staged {
    let file = |it: &StagedCrate| StagedFile {
        name: it.release.name.clone(),
        version: it.release.version.to_string(),
        checksum: it.checksum.clone(),
        size: it.size,
        path: it.path.display().to_string(),
        after: it.release.after.iter().cloned().collect(),
    };
    Staged { commit, crates: staged.iter().map(file).collect(), findings }
}
