//! Archives of a hidden release: made here, or expected of other machines.

use jiff::civil::date;

use super::table;
use crate::{
    model::Observed,
    plan::examples::{self, ARCHIVE, World, id},
};

/// The forge has the hidden release of a policy with this archive.
fn prepared(artifact: &str) -> World {
    World::of(&format!("{}[[artifact]]\n{artifact}", examples::ON_MERGE), date(2026, 1, 6), "1.0.0")
        .packaged(1, "1.0.0")
        .merged("stationmaster/release-1.0.0", "main", 1)
        .tag("v1.0.0", 1)
        .branch("release-1.0.0", 1)
        .index(&["1.0.0"])
        .release("v1.0.0", true, &[])
}

#[test]
fn what_this_machine_can_make_is_made_and_the_rest_is_waited_for() {
    let next = "bump to 2.0.0 waits for 2026-02-05";
    let source = "name = \"own-{version}-src\"\nkind = \"source\"\n";
    let program = "name = \"own-{version}-{arch}-{os}\"\nkind = \"cli\"\npackage = \"own\"\n\
                   targets = [\"x86_64-unknown-linux-gnu\"]\n";
    let by_ci = format!("{source}build = \"ci\"\n");
    let mut unseen = prepared(source);
    unseen.seen.own.machines.insert(id(1), Observed::Unknown("no compiler".to_owned()));
    table(vec![
        ("sources need no machine", prepared(source).machine(1), &["do: make archives of v1.0.0", next]),
        (
            "nothing builds here",
            prepared(program).machine(1),
            &[
                "release v1.0.0 waits for archives: own-1.0.0-x86_64-linux.tar.xz (no rustc runs here, or not the one that the commit asks for)",
                next,
            ],
        ),
        (
            "it is for a CI",
            prepared(&by_ci).machine(1),
            &["release v1.0.0 waits for archives: own-1.0.0-src.tar.xz (the policy lets only a CI make it)", next],
        ),
        (
            "the machine was not seen",
            unseen,
            &["make archives of v1.0.0 waits for what this machine can build: no compiler", next],
        ),
        ("they are there", examples::prepared(&[ARCHIVE]), &["do: attest v1.0.0", next]),
    ]);
}
