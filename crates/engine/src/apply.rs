//! Do the steps of a plan, in order, each once.
//!
//! For each step: the preconditions again, the intent to the journal, the effect, the outcome to the journal. A step whose
//! precondition does not hold ends the plan: the world has moved, and the caller looks again. A step that fails does not keep
//! the others from being done, for all steps of one plan are possible side by side.
//!
//! The process may be stopped anywhere in here. What was done is found in the world by the next look; the journal is not asked.

use stationmaster_core::model::{Action, DraftChange, JournalEvent, Outcome, Plan, PullRequestDraft, Step, StepResult};

use crate::{
    artifacts::{self, ForRelease},
    attest::{self, Finished},
    lease::Lease,
    ports::{PortError, PortResult, TagSpec, World},
    precondition,
    progress::Event,
    publish::{self, Publication},
    yank,
};

/// Apply a plan.
///
/// # Errors
/// [`PortError::Crash`] from a pretend world, and a journal that cannot be written: without a record nothing is done. All
/// else is an [`Outcome`].
pub async fn apply(world: &World<'_>, _lease: &Lease, plan: &Plan) -> PortResult<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for step in &plan.steps {
        let outcome = Outcome { step: step.id.clone(), result: attempt(world, step).await? };
        world.progress.event(&Event::StepEnded(outcome.clone()));
        let refused = matches!(outcome.result, StepResult::Refused { .. });
        outcomes.push(outcome);
        if refused {
            break;
        }
    }
    Ok(outcomes)
}

/// Whether every step of a plan could be done in the world as it is now: what a saved plan is asked first.
///
/// # Errors
/// The world cannot be asked.
pub async fn refusals(world: &World<'_>, plan: &Plan) -> PortResult<Vec<Outcome>> {
    let mut refused = Vec::new();
    for step in &plan.steps {
        if let Some((precondition, found)) = precondition::first_broken(world, &step.preconditions).await? {
            refused.push(Outcome { step: step.id.clone(), result: StepResult::Refused { precondition, found } });
        }
    }
    Ok(refused)
}

async fn attempt(world: &World<'_>, step: &Step) -> PortResult<StepResult> {
    match precondition::first_broken(world, &step.preconditions).await {
        Ok(None) => {}
        Ok(Some((precondition, found))) => {
            return ended(world, step, StepResult::Refused { precondition, found }).await;
        }
        Err(PortError::Crash) => return Err(PortError::Crash),
        Err(error) => return ended(world, step, failed(&error)).await,
    }
    world.progress.event(&Event::StepStarted(Box::new(step.clone())));
    record(world, JournalEvent::Intent { step: step.id.clone(), reason: step.reason.clone() }).await?;
    let result = match effect(world, step).await {
        Ok(evidence) => StepResult::Done { evidence },
        Err(PortError::Crash) => return Err(PortError::Crash),
        Err(error) => failed(&error),
    };
    ended(world, step, result).await
}

/// Record how a step ended.
async fn ended(world: &World<'_>, step: &Step, result: StepResult) -> PortResult<StepResult> {
    record(world, JournalEvent::Outcome(Outcome { step: step.id.clone(), result: result.clone() })).await?;
    Ok(result)
}

/// A step that could not be done.
pub(crate) fn failed(error: &PortError) -> StepResult {
    let outside = matches!(error, PortError::Failed { .. });
    StepResult::Failed { error: error.to_string(), help: error.help().map(str::to_owned), outside }
}

/// Add something to the journal, at the clock's time, by whoever acts.
///
/// # Errors
/// The journal cannot be written.
pub async fn record(world: &World<'_>, event: JournalEvent) -> PortResult<()> {
    world.journal.append(world.clock.now(), world.who, event).await.map(|_| ())
}

/// Do it. Returns the evidence for the journal.
async fn effect(world: &World<'_>, step: &Step) -> PortResult<String> {
    match &step.action {
        Action::CutBranch { branch, commit } => {
            world.refs.set_branch(branch, None, commit).await?;
            Ok(format!("{branch} at {commit}"))
        }
        Action::OpenPullRequest(draft) => {
            let head = write_head(world, draft).await?;
            let number = world.forge.open_pull_request(draft, &head, world.clock.now()).await?;
            Ok(format!("pull request #{number} with {head}"))
        }
        Action::RefreshPullRequest { number, draft } => {
            let head = write_head(world, draft).await?;
            world.forge.refresh_pull_request(*number, draft, &head).await?;
            Ok(format!("pull request #{number} with {head}"))
        }
        Action::Tag { tag, commit, message, identity, seconds } => {
            let spec = TagSpec {
                name: tag.clone(),
                commit: commit.clone(),
                message: message.clone(),
                identity: identity.clone(),
                seconds: *seconds,
            };
            world.refs.create_tag(&spec).await?;
            Ok(format!("{tag} at {commit}"))
        }
        Action::Publish { commit, crates, pace, .. } => {
            let publication = Publication { step: &step.id, commit, crates, pace: *pace };
            let published = publish::publish(world, publication).await?;
            Ok(format!("{} crates", published.len()))
        }
        Action::CreateForgeRelease(draft) => {
            world.forge.create_release(draft).await?;
            Ok(format!("release {}", draft.tag))
        }
        Action::MakeArchives { tag, commit, folder, jobs } => {
            let wanted = ForRelease { step: &step.id, tag, commit, folder, jobs };
            let delivered = artifacts::make_for_release(world, wanted).await?;
            Ok(if delivered.is_empty() { "others had put them there".to_owned() } else { delivered.join(", ") })
        }
        Action::Attest { tag, commit, files, project, jobs, key, identity } => {
            let identity = identity.as_ref();
            let finished = Finished { tag, commit, files, project, jobs, key: *key, identity };
            Ok(attest::attest(world, finished).await?.join(", "))
        }
        Action::ShowForgeRelease { tag, latest, files } => {
            world.forge.show_release(tag, *latest).await?;
            Ok(format!("release {tag} with {} files", files.len()))
        }
        Action::MarkLatest { tag } => {
            world.forge.mark_latest(tag).await?;
            Ok(format!("{tag} is latest"))
        }
        Action::Yank { crates, rate } => {
            yank::yank(world, &step.id, crates, *rate).await?;
            Ok(format!("{} crates yanked", crates.len()))
        }
    }
}

/// Write the commit and point the head branch at it.
async fn write_head(world: &World<'_>, draft: &PullRequestDraft) -> PortResult<stationmaster_core::model::CommitId> {
    let head = match &draft.change {
        DraftChange::Commit(spec) => world.objects.write_commit(spec).await?,
        DraftChange::Pick { pick, commit, .. } => {
            let made = world.objects.write_pick(pick).await?;
            if made != *commit {
                let found = format!("it comes to {made}, and not to {commit}");
                return Err(PortError::Moved { what: format!("the pick onto {}", pick.onto), found });
            }
            made
        }
    };
    world.refs.set_branch(&draft.head, draft.replaces.as_ref(), &head).await?;
    Ok(head)
}
