//! Pull requests of the embedded forge.

use std::{collections::BTreeMap, fmt::Write};

use jiff::tz::TimeZone;
use stationmaster_adapters::forge::CheckOutcome;
use stationmaster_core::model::{CheckState, CommitId, PullRequest, PullRequestState};

use super::style::{BAD, CARE, DIM, GOOD, HEAD};

/// One line each. `needed` is how many approvals the policy asks for.
pub(crate) fn list(pulls: &[PullRequest], needed: u32) -> String {
    if pulls.is_empty() {
        return "no pull requests\n".to_owned();
    }
    let width = |of: fn(&PullRequest) -> &str| pulls.iter().map(|pull| of(pull).chars().count()).max().unwrap_or(0);
    let (title, base) = (width(|pull| &pull.title), width(|pull| &pull.base));
    pulls.iter().fold(String::new(), |text, pull| {
        let opened = pull.opened.to_zoned(TimeZone::UTC).date();
        let number = format!("#{}", pull.number);
        text + &format!(
            "{HEAD}{number:>5}{HEAD:#}  {:<title$}  {DIM}into{DIM:#} {:<base$}  {DIM}opened{DIM:#} {opened}  {}\n",
            pull.title,
            pull.base,
            standing(pull, needed)
        )
    })
}

/// Everything about one. `moved` is where its branch is, if that is no longer the commit that was looked at.
pub(crate) fn show(
    pull: &PullRequest,
    checks: &BTreeMap<String, CheckOutcome>,
    moved: Option<&CommitId>,
    needed: u32,
) -> String {
    let mut lines = vec![
        format!("{HEAD}#{} {}{HEAD:#}  {}", pull.number, pull.title, standing(pull, needed)),
        format!("{} into {}, at {}", pull.head, pull.base, pull.head_commit.short()),
    ];
    if let Some(moved) = moved {
        let moved = moved.short();
        lines.push(format!("{CARE}its branch is at {moved} by now{CARE:#}: approvals and checks start anew there"));
    }
    lines.push(format!("opened {}", pull.opened.to_zoned(TimeZone::UTC).date()));
    let approvals = if pull.approvals.is_empty() { "none".to_owned() } else { pull.approvals.join(", ") };
    let asked = if needed > 0 { format!(" ({} of {needed})", pull.approvals.len()) } else { String::new() };
    lines.push(format!("approvals{asked}: {approvals}"));
    lines.push(checks_line(pull));
    for (name, outcome) in checks {
        let (style, word) = match outcome {
            CheckOutcome::Pending => (CARE, "pending"),
            CheckOutcome::Success => (GOOD, "passed"),
            CheckOutcome::Failure => (BAD, "failed"),
        };
        lines.push(format!("  {name}: {style}{word}{style:#}"));
    }
    let mut text = lines.join("\n") + "\n";
    if !pull.body.trim().is_empty() {
        // Writing to a String cannot fail.
        let _infallible = writeln!(text, "\n{}", pull.body.trim_end());
    }
    text
}

/// The sum of the checks.
pub(crate) fn checks_line(pull: &PullRequest) -> String {
    let (style, word) = match pull.checks {
        CheckState::Green => (GOOD, "green"),
        CheckState::Pending => (CARE, "pending"),
        CheckState::Failed => (BAD, "failed"),
    };
    format!("checks: {style}{word}{style:#}")
}

/// In a few words, the first thing that stands in its way.
fn standing(pull: &PullRequest, needed: u32) -> String {
    let missing = needed.saturating_sub(u32::try_from(pull.approvals.len()).unwrap_or(u32::MAX));
    let (style, words) = match &pull.state {
        PullRequestState::Merged { commit, by, .. } => (DIM, format!("merged as {} by {by}", commit.short())),
        PullRequestState::Closed => (DIM, "closed".to_owned()),
        PullRequestState::Open if pull.conflicting => (BAD, "conflicts with its base".to_owned()),
        PullRequestState::Open if pull.checks == CheckState::Failed => (BAD, "checks failed".to_owned()),
        PullRequestState::Open if missing == 1 => (CARE, "needs 1 more approval".to_owned()),
        PullRequestState::Open if missing > 1 => (CARE, format!("needs {missing} more approvals")),
        PullRequestState::Open if pull.checks == CheckState::Pending => (CARE, "checks pending".to_owned()),
        PullRequestState::Open => (GOOD, "ready to merge".to_owned()),
    };
    format!("{style}{words}{style:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pull(number: u64, title: &str, state: PullRequestState) -> PullRequest {
        PullRequest {
            number,
            head: "stationmaster/bump-5.0.0".to_owned(),
            base: "main".to_owned(),
            head_commit: "a".repeat(40).parse().expect("an id"),
            title: title.to_owned(),
            body: "The 5th has come (R2).\n".to_owned(),
            opened: "2026-12-05T00:00:00Z".parse().expect("a time"),
            state,
            checks: CheckState::Green,
            approvals: Vec::new(),
            conflicting: false,
        }
    }

    #[test]
    fn a_list_says_what_stands_in_the_way_of_each() {
        let merged = PullRequestState::Merged {
            commit: "b".repeat(40).parse().expect("an id"),
            at: "2026-12-06T00:00:00Z".parse().expect("a time"),
            by: "ann".to_owned(),
        };
        let pulls = [
            pull(1, "Bump to 5.0.0", merged),
            PullRequest { conflicting: true, ..pull(2, "Release 4.0.1", PullRequestState::Open) },
            PullRequest { approvals: vec!["ann".to_owned()], ..pull(3, "Release 5.0.0", PullRequestState::Open) },
            PullRequest { checks: CheckState::Pending, ..pull(12, "Bump", PullRequestState::Open) },
            pull(13, "Bump again", PullRequestState::Closed),
        ];
        insta::assert_snapshot!(anstream::adapter::strip_str(&list(&pulls, 1)).to_string(), @r#"
         #1  Bump to 5.0.0  into main  opened 2026-12-05  merged as bbbbbbbbbb by ann
         #2  Release 4.0.1  into main  opened 2026-12-05  conflicts with its base
         #3  Release 5.0.0  into main  opened 2026-12-05  ready to merge
        #12  Bump           into main  opened 2026-12-05  needs 1 more approval
        #13  Bump again     into main  opened 2026-12-05  closed
        "#);
    }

    #[test]
    fn one_is_shown_with_its_approvals_and_checks() {
        let shown = PullRequest {
            approvals: vec!["ann".to_owned(), "bob".to_owned()],
            checks: CheckState::Failed,
            ..pull(3, "Release 5.0.0", PullRequestState::Open)
        };
        let checks = [("doc", CheckOutcome::Pending), ("lint", CheckOutcome::Success), ("test", CheckOutcome::Failure)];
        let checks = checks.map(|(name, outcome)| (name.to_owned(), outcome)).into();
        let moved = "c".repeat(40).parse().expect("an id");
        let text = show(&shown, &checks, Some(&moved), 3);
        insta::assert_snapshot!(anstream::adapter::strip_str(&text).to_string(), @r#"
        #3 Release 5.0.0  checks failed
        stationmaster/bump-5.0.0 into main, at aaaaaaaaaa
        its branch is at cccccccccc by now: approvals and checks start anew there
        opened 2026-12-05
        approvals (2 of 3): ann, bob
        checks: failed
          doc: pending
          lint: passed
          test: failed

        The 5th has come (R2).
        "#);
    }
}
