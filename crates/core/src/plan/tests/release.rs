//! The way of R2: the bump is proposed on its day, after the train before it.

use jiff::civil::date;

use super::table;
use crate::{
    model::Observed,
    plan::examples::{self, World},
};

#[test]
fn a_bump_is_proposed_on_its_day_from_the_version_before() {
    let due = examples::due;
    let mut unseen = due();
    unseen.seen.own.pull_requests = Observed::Unknown("no answer".to_owned());
    let mut without_main = due();
    without_main.seen.own.branches.clear();
    let by_hand = due().files(1, "1.0.0");
    let two = |main: &str, today| World::of(examples::ON_MERGE, today, main);
    table(vec![
        ("the day before", due().on(date(2026, 1, 4)), &["bump to 1.0.0 waits for 2026-01-05"]),
        (
            "the day",
            due(),
            &["do: open pull request stationmaster/release-1.0.0", "bump to 2.0.0 waits for 2026-02-05"],
        ),
        (
            "main carries it already",
            by_hand,
            &["bump to 1.0.0 waits for bumped-by-hand", "bump to 2.0.0 waits for 2026-02-05"],
        ),
        ("people released it", due().tag("v1.0.0", 1), &["bump to 2.0.0 waits for 2026-02-05"]),
        (
            "the one before has not left",
            two("0.9.0", date(2026, 2, 5)),
            &[
                "do: open pull request stationmaster/release-1.0.0",
                "bump to 2.0.0 waits for 1.0.0",
                "bump to 3.0.0 waits for 2026-03-05",
            ],
        ),
        (
            "pull requests were not seen",
            unseen,
            &["bump to 1.0.0 waits for pull requests: no answer", "bump to 2.0.0 waits for 2026-02-05"],
        ),
        (
            "there is no main branch",
            without_main,
            &["bump to 1.0.0 waits for no-main-branch", "bump to 2.0.0 waits for 2026-02-05"],
        ),
    ]);
}
