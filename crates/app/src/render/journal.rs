//! The journal as people read it.

use jiff::tz::TimeZone;
use stationmaster_core::model::{JournalEntry, JournalEvent, StepResult};

use super::{
    style::{BAD, CARE, DIM, GOOD, Style},
    words,
};

/// One line each, oldest first.
pub(crate) fn lines(entries: &[JournalEntry]) -> String {
    if entries.is_empty() {
        return "the journal is empty\n".to_owned();
    }
    let who = entries.iter().map(|entry| entry.who.chars().count()).max().unwrap_or(0);
    entries.iter().fold(String::new(), |text, entry| {
        let at = entry.at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S");
        let (style, word, words) = words(&entry.event);
        text + &format!(
            "{:>5}  {DIM}{at}  {:<who$}{DIM:#}  {style}{word:<8}{style:#}  {words}\n",
            entry.sequence, entry.who
        )
    })
}

fn words(event: &JournalEvent) -> (Style, &'static str, String) {
    match event {
        JournalEvent::Intent { step, reason } => (Style::PLAIN, "start", format!("{step}: {reason}")),
        JournalEvent::Progress { step, evidence } => (Style::PLAIN, "progress", format!("{step}: {evidence}")),
        JournalEvent::Outcome(outcome) => match &outcome.result {
            StepResult::Done { evidence } => (GOOD, "done", format!("{}: {evidence}", outcome.step)),
            StepResult::Refused { found, .. } => (CARE, "refused", format!("{}: {found}", outcome.step)),
            StepResult::Failed { error, .. } => (BAD, "failed", format!("{}: {error}", outcome.step)),
        },
        JournalEvent::Finding(it) => (CARE, "finding", format!("{}: {} ({})", it.subject, it.detail, it.kind)),
        JournalEvent::Fix(decision) => (GOOD, "decision", words::decision(decision)),
        JournalEvent::Decision { what, why } => (GOOD, "decision", format!("{what}: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use stationmaster_core::{
        model::Outcome,
        step::{Publish, Tag},
    };

    use super::*;

    #[test]
    fn entries_are_one_line_each() {
        let step = Tag::named("v5.0.0");
        let done = StepResult::Done { evidence: "at aaaaaaaaaa".to_owned() };
        let failed = StepResult::Failed { error: "the registry did not answer".to_owned(), help: None, outside: true };
        let events = [
            JournalEvent::Decision { what: "merge pull request 1".to_owned(), why: "ann merged it".to_owned() },
            JournalEvent::Intent { step: step.clone(), reason: "it is merged".to_owned() },
            JournalEvent::Outcome(Outcome { step: step.clone(), result: done }),
            JournalEvent::Outcome(Outcome { step: Publish::named("5.0.0"), result: failed }),
        ];
        let mut entries: Vec<JournalEntry> = Vec::new();
        for (event, who) in events.into_iter().zip(["ann", "ci job 7", "ci job 7", "bob"]) {
            let at = "2026-12-05T10:00:00Z".parse().expect("a time");
            entries.push(JournalEntry::after(entries.last(), at, who, event));
        }
        insta::assert_snapshot!(anstream::adapter::strip_str(&lines(&entries)).to_string(), @r#"
        1  2026-12-05 10:00:00  ann       decision  merge pull request 1: ann merged it
        2  2026-12-05 10:00:00  ci job 7  start     tag v5.0.0: it is merged
        3  2026-12-05 10:00:00  ci job 7  done      tag v5.0.0: at aaaaaaaaaa
        4  2026-12-05 10:00:00  bob       failed    publish 5.0.0: the registry did not answer
        "#);
    }
}
