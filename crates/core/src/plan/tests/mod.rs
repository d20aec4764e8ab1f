//! Each decision as a table: these facts, that plan or wait.

mod archives;
mod attestation;
mod backport;
mod cut;
mod draft;
mod leaving;
mod patch;
mod publish;
mod release;
mod unfinished;

use super::examples::World;
use crate::{
    check::check,
    model::{Wait, WaitReason},
};

/// What is to be done, and what waits for what: one line each. All of it is safe, as the checker sees it.
fn said(world: &World) -> Vec<String> {
    let plan = world.plan();
    assert_eq!(check(&world.policy, &world.answered().seen, &plan), []);
    let steps = plan.steps.iter().map(|step| format!("do: {}", step.id));
    steps.chain(plan.waits.iter().map(in_words)).collect()
}

fn in_words(wait: &Wait) -> String {
    let reason = match &wait.reason {
        WaitReason::Date { day } => format!("{day}"),
        WaitReason::Merge { number, overdue: false, .. } => format!("the merge of #{number}"),
        WaitReason::Merge { number, overdue: true, .. } => format!("the merge of #{number}, which is overdue"),
        WaitReason::Reopen { number } => format!("#{number} to be reopened"),
        WaitReason::Checks { number, failed: false } => format!("checks of #{number}"),
        WaitReason::Checks { number, failed: true } => format!("failed checks of #{number}"),
        WaitReason::Approval { number, missing } => format!("{missing} approvals of #{number}"),
        WaitReason::Line { line, standing, .. } => format!("line {line}: {standing}"),
        WaitReason::EndOfLife { line, day } => format!("nothing: {line} ended on {day}"),
        WaitReason::Train { before } => format!("{before}"),
        WaitReason::Finding(finding) => finding.kind.clone(),
        WaitReason::Archives { expected } => {
            let names: Vec<String> = expected.iter().map(|it| format!("{} ({})", it.name, it.why)).collect();
            format!("archives: {}", names.join(", "))
        }
        WaitReason::Files { missing } => format!("files: {}", missing.join(", ")),
        WaitReason::Unknown { what, why } => format!("{what}: {why}"),
    };
    format!("{} waits for {reason}", wait.step)
}

/// Each row: what is so, its world, and what is said of it.
#[track_caller]
fn table(rows: Vec<(&str, World, &[&str])>) {
    let mut wrong = Vec::new();
    for (name, world, wanted) in rows {
        let said = said(&world);
        if said != wanted {
            wrong.push(format!("{name}:\n  said   {said:#?}\n  wanted {wanted:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
