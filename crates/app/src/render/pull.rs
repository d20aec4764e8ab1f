//! Pull requests of the embedded forge.

use std::fmt::Write;

use stationmaster_core::{
    model::{CheckOutcome, CheckState, PullRequestState, WaitReason, day_of},
    report::pulls::PullView,
};

use super::style::{BAD, CARE, DIM, GOOD, HEAD};

/// One line each.
pub(crate) fn list(views: &[PullView]) -> String {
    if views.is_empty() {
        return "no pull requests\n".to_owned();
    }
    let width = |of: fn(&PullView) -> &str| views.iter().map(|view| of(view).chars().count()).max().unwrap_or(0);
    let (title, base) = (width(|view| &view.pull.title), width(|view| &view.pull.base));
    views.iter().fold(String::new(), |text, view| {
        let pull = &view.pull;
        let opened = day_of(pull.opened);
        let number = format!("#{}", pull.number);
        text + &format!(
            "{HEAD}{number:>5}{HEAD:#}  {:<title$}  {DIM}into{DIM:#} {:<base$}  {DIM}opened{DIM:#} {opened}  {}\n",
            pull.title,
            pull.base,
            match &pull.url {
                Some(url) => format!("{}  {DIM}{url}{DIM:#}", standing(view)),
                None => standing(view),
            }
        )
    })
}

/// Everything about one. `needed`: how many approvals the policy asks for.
pub(crate) fn show(view: &PullView, needed: u32) -> String {
    let pull = &view.pull;
    let mut lines = vec![
        format!("{HEAD}#{} {}{HEAD:#}  {}", pull.number, pull.title, standing(view)),
        format!("{} into {}, at {}", pull.head, pull.base, pull.head_commit.short()),
    ];
    lines.extend(pull.url.clone());
    lines.push(format!("opened {}", day_of(pull.opened)));
    let approvals = if pull.approvals.is_empty() { "none".to_owned() } else { pull.approvals.join(", ") };
    let asked = if needed > 0 { format!(" ({} of {needed})", pull.approvals.len()) } else { String::new() };
    lines.push(format!("approvals{asked}: {approvals}"));
    lines.push(checks_line(view));
    for (name, outcome) in &pull.checks {
        let (style, word) = match outcome {
            CheckOutcome::Pending => (CARE, "pending"),
            CheckOutcome::Success => (GOOD, "passed"),
            CheckOutcome::Failure => (BAD, "failed"),
        };
        lines.push(format!("  {name}: {style}{word}{style:#}"));
    }
    for finding in view.waits.iter().filter(|reason| matches!(reason, WaitReason::Finding { .. })) {
        lines.push(format!("{BAD}held{BAD:#}: {}", super::words::missing(finding)));
    }
    let mut text = lines.join("\n") + "\n";
    if !pull.body.trim().is_empty() {
        // Writing to a String cannot fail.
        let _infallible = writeln!(text, "\n{}", pull.body.trim_end());
    }
    text
}

/// The sum of the checks.
pub(crate) fn checks_line(view: &PullView) -> String {
    let (style, word) = match view.check_state {
        None => (DIM, "none"),
        Some(CheckState::Green) => (GOOD, "green"),
        Some(CheckState::Pending) => (CARE, "pending"),
        Some(CheckState::Failed) => (BAD, "failed"),
    };
    format!("checks: {style}{word}{style:#}")
}

/// In a few words, the first thing that stands in its way.
fn standing(view: &PullView) -> String {
    let (style, words) = match &view.pull.state {
        PullRequestState::Merged { commit, by, .. } => (DIM, format!("merged as {} by {by}", commit.short())),
        PullRequestState::Closed => (DIM, "closed".to_owned()),
        PullRequestState::Open if view.refresh.is_some() => (BAD, "conflicts with its base".to_owned()),
        PullRequestState::Open => match view.waits.first() {
            None => (DIM, "open; the plan is not waiting for it".to_owned()),
            Some(reason) => waits(reason),
        },
    };
    format!("{style}{words}{style:#}")
}

fn waits(reason: &WaitReason) -> (super::style::Style, String) {
    match reason {
        WaitReason::Merge { .. } => (GOOD, "ready to merge".to_owned()),
        WaitReason::Checks { failed: true, .. } => (BAD, "checks failed".to_owned()),
        WaitReason::Checks { failed: false, .. } => (CARE, "checks pending".to_owned()),
        WaitReason::Approval { missing: 1, .. } => (CARE, "needs 1 more approval".to_owned()),
        WaitReason::Approval { missing, .. } => (CARE, format!("needs {missing} more approvals")),
        WaitReason::Finding(finding) => (BAD, format!("held: {}", finding.kind)),
        other => (CARE, super::words::missing(other)),
    }
}

#[cfg(test)]
mod tests {
    use stationmaster_core::{
        model::{Checks, Finding, PullRequest, Rule},
        step::OpenPullRequest,
    };

    use super::*;

    fn view(number: u64, title: &str, state: PullRequestState, waits: Vec<WaitReason>) -> PullView {
        let pull = PullRequest {
            number,
            url: None,
            head: "stationmaster/bump-5.0.0".to_owned(),
            base: "main".to_owned(),
            head_commit: "a".repeat(40).parse().expect("an id"),
            title: title.to_owned(),
            body: "The 5th has come.\n".to_owned(),
            opened: "2026-12-05T00:00:00Z".parse().expect("a time"),
            state,
            checks: Checks::new(),
            approvals: Vec::new(),
        };
        PullView { pull, check_state: None, waits, refresh: None }
    }

    fn merge(number: u64) -> WaitReason {
        let opened = "2026-12-05".parse().expect("a day");
        WaitReason::Merge { number, url: None, title: String::new(), opened, overdue: false }
    }

    #[test]
    fn the_address_of_a_pull_request_is_shown_if_it_has_one() {
        let url = "https://forge.example.org/demo/pulls/7";
        let mut hosted = view(7, "Release 5.0.0", PullRequestState::Open, vec![merge(7)]);
        assert!(!show(&hosted, 0).contains("http") && !list(std::slice::from_ref(&hosted)).contains("http"));
        hosted.pull.url = Some(url.to_owned());
        assert!(show(&hosted, 0).lines().any(|line| line == url));
        assert!(list(std::slice::from_ref(&hosted)).contains(url));
        let mut wait = merge(7);
        let WaitReason::Merge { url: address, .. } = &mut wait else { panic!("a merge") };
        *address = Some(url.to_owned());
        assert!(super::super::words::missing(&wait).ends_with(url));
        assert_eq!(super::super::words::help(&wait), format!("look it over and merge it at {url}"));
    }

    #[test]
    fn a_list_says_what_stands_in_the_way_of_each() {
        let merged = PullRequestState::Merged {
            commit: "b".repeat(40).parse().expect("an id"),
            at: "2026-12-06T00:00:00Z".parse().expect("a time"),
            by: "ann".to_owned(),
        };
        let open = PullRequestState::Open;
        let approval = WaitReason::Approval { number: 12, missing: 1 };
        let finding = Finding { kind: "unknown-category".to_owned(), ..Finding::of(Rule::X12) };
        let refresh = Some(OpenPullRequest::named("stationmaster/bump-5.0.0"));
        let views = [
            view(1, "Bump to 5.0.0", merged, vec![]),
            PullView { refresh, ..view(2, "Release 4.0.1", open.clone(), vec![]) },
            view(3, "Release 5.0.0", open.clone(), vec![merge(3)]),
            view(12, "Bump", open.clone(), vec![approval]),
            view(13, "Bump again", PullRequestState::Closed, vec![]),
            view(14, "Checked", open.clone(), vec![WaitReason::Checks { number: 14, failed: false }]),
            view(15, "Wrong", open.clone(), vec![finding.into()]),
            view(16, "Forgotten", open, vec![]),
        ];
        insta::assert_snapshot!(anstream::adapter::strip_str(&list(&views)).to_string(), @r#"
         #1  Bump to 5.0.0  into main  opened 2026-12-05  merged as bbbbbbbbbb by ann
         #2  Release 4.0.1  into main  opened 2026-12-05  conflicts with its base
         #3  Release 5.0.0  into main  opened 2026-12-05  ready to merge
        #12  Bump           into main  opened 2026-12-05  needs 1 more approval
        #13  Bump again     into main  opened 2026-12-05  closed
        #14  Checked        into main  opened 2026-12-05  checks pending
        #15  Wrong          into main  opened 2026-12-05  held: unknown-category
        #16  Forgotten      into main  opened 2026-12-05  open; the plan is not waiting for it
        "#);
    }

    #[test]
    fn one_is_shown_with_its_approvals_and_checks() {
        let checks = [("doc", CheckOutcome::Pending), ("lint", CheckOutcome::Success), ("test", CheckOutcome::Failure)];
        let mut shown =
            view(3, "Release 5.0.0", PullRequestState::Open, vec![WaitReason::Checks { number: 3, failed: true }]);
        shown.pull.approvals = vec!["ann".to_owned(), "bob".to_owned()];
        shown.pull.checks = checks.map(|(name, outcome)| (name.to_owned(), outcome)).into();
        shown.check_state = Some(CheckState::Failed);
        let text = show(&shown, 3);
        insta::assert_snapshot!(anstream::adapter::strip_str(&text).to_string(), @r#"
        #3 Release 5.0.0  checks failed
        stationmaster/bump-5.0.0 into main, at aaaaaaaaaa
        opened 2026-12-05
        approvals (2 of 3): ann, bob
        checks: failed
          doc: pending
          lint: passed
          test: failed

        The 5th has come.
        "#);
    }
}
