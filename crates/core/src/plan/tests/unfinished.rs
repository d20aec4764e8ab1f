//! What is begun and not out whole goes on, whatever became of its train since.

use jiff::civil::date;

use super::table;
use crate::plan::examples;

#[test]
fn what_has_its_tag_goes_on_until_it_is_out_or_replaced() {
    let head = "stationmaster/candidate-1.0.0-rc.1";
    let candidate = examples::superseding().merged(head, "release-1.0.0", 3).tag("v1.0.0-rc.1", 3);
    let mut later =
        examples::tagged().on(date(2026, 6, 10)).tag("v5.0.0", 1).tag("v6.0.0", 1).release("v6.0.0", false, &[]);
    later.seen.own.branches.remove("release-1.0.0");
    let later = examples::latest(later.files(1, "6.0.0"), "v6.0.0");
    table(vec![
        (
            "its line has ended, and it has no branch",
            later,
            &["do: publish v1.0.0", "do: cut release-1.0.0", "bump to 7.0.0 waits for 2026-07-05"],
        ),
        (
            "a candidate that its release replaced",
            candidate,
            &["do: yank candidates before 1.0.0", "cut release-2.0.0 waits for 2026-02-05"],
        ),
    ]);
}
