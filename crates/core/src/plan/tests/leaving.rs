//! From a merged release commit to a finished release: each stage waits for the one before.

use super::table;
use crate::{
    model::Observed,
    plan::examples::{self, ARCHIVE, BESIDE, World},
};

#[test]
fn a_merged_release_goes_out_stage_by_stage() {
    let unseen = |mut world: World| {
        world.seen.own.forge_releases = Observed::Unknown("no answer".to_owned());
        world
    };
    let mut branchless = examples::tagged();
    branchless.seen.own.branches.remove("release-1.0.0");
    let all = [&[ARCHIVE], &BESIDE[..]].concat();
    let finished = examples::latest(examples::shown(), "v1.0.0");
    let next = "bump to 2.0.0 waits for 2026-02-05";
    let plain = World::of(examples::ON_MERGE, jiff::civil::date(2026, 1, 6), "1.0.0")
        .packaged(1, "1.0.0")
        .merged("stationmaster/release-1.0.0", "main", 1)
        .tag("v1.0.0", 1)
        .branch("release-1.0.0", 1)
        .index(&["1.0.0"]);
    table(vec![
        ("merged", examples::merged(), &["do: tag v1.0.0", next]),
        ("the tag is elsewhere", examples::merged().tag("v1.0.0", 1), &["tag v1.0.0 waits for tag-elsewhere", next]),
        ("a tag is in the way", examples::merged().tag("V1.0.0", 1), &["tag v1.0.0 waits for tag-in-the-way", next]),
        ("tagged", examples::tagged(), &["do: publish v1.0.0", next]),
        ("tagged, without a branch", branchless, &["do: publish v1.0.0", "do: cut release-1.0.0", next]),
        ("published", examples::published(), &["do: prepare the release v1.0.0", next]),
        ("published, without files to come", plain, &["do: release v1.0.0", next]),
        ("prepared", examples::prepared(&[]), &["do: make archives of v1.0.0", next]),
        ("built", examples::prepared(&[ARCHIVE]), &["do: attest v1.0.0", next]),
        ("attested", examples::prepared(&all), &["do: release v1.0.0", next]),
        ("shown", examples::shown(), &["do: mark v1.0.0 latest", next]),
        ("shown as the latest", finished, &[next]),
        (
            "the forge was not seen",
            unseen(examples::published()),
            &[next, "look at releases on the forge waits for releases on the forge: no answer"],
        ),
    ]);
}
