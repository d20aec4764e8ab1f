//! The world at each station.

use jiff::civil::date;

use super::*;

/// The bump to 1.0.0 is due.
pub(crate) fn due() -> World {
    World::of(&format!("{ON_MERGE}{FILES}"), date(2026, 1, 5), "0.9.0")
}

/// 1.0.0 is merged as commit 2, the head of main.
pub(crate) fn merged() -> World {
    due().on(date(2026, 1, 6)).branch("main", 2).files(2, "1.0.0").packaged(2, "1.0.0").merged(
        "stationmaster/release-1.0.0",
        "main",
        2,
    )
}

/// Its tag is there, and its line's branch.
pub(crate) fn tagged() -> World {
    merged().tag("v1.0.0", 2).branch("release-1.0.0", 2)
}

/// The index has its crates.
pub(crate) fn published() -> World {
    tagged().index(&["1.0.0"])
}

/// The forge has its release, hidden, with these files.
pub(crate) fn prepared(files: &[&str]) -> World {
    published().release("v1.0.0", true, files).machine(2)
}

/// The forge shows it, but not as the latest.
pub(crate) fn shown() -> World {
    published().release("v1.0.0", false, &[&[ARCHIVE], &BESIDE[..]].concat())
}

/// 1.0.0 is to be cut from main.
pub(crate) fn to_cut() -> World {
    World::of(&cut(), date(2026, 1, 5), "1.0.0-dev")
}

/// 1.0.0 is published, and its first candidate is still in the index.
pub(crate) fn superseding() -> World {
    World::of(&cut(), date(2026, 1, 20), "2.0.0-dev")
        .branch("release-1.0.0", 2)
        .files(2, "1.0.0")
        .packaged(2, "1.0.0")
        .merged("stationmaster/release-1.0.0", "release-1.0.0", 2)
        .tag("v1.0.0", 2)
        .index(&["1.0.0-rc.1", "1.0.0"])
}

/// 1.0.0 and 2.0.0 are out, on lines 1.0 and 2.0, and main has a fix as commit 5 that both of them need.
pub(crate) fn with_fix() -> World {
    let world = World::of(ON_MERGE, date(2026, 2, 10), "2.0.0");
    let world = ["1.0.0", "2.0.0"].into_iter().zip([20, 30]).fold(world, |world, (version, at)| {
        let tag = format!("v{version}");
        world.files(at, version).tag(&tag, at).release(&tag, false, &[])
    });
    let world = world.change(5, 0, SECURITY).index(&["1.0.0", "2.0.0"]);
    let world = world.line("1.0", 9, &[(20, "Release 1.0.0")]).line("2.0", 5, &[(30, "Release 2.0.0")]);
    latest(world, "v2.0.0")
}

/// The same, and it can be carried to both.
pub(crate) fn to_backport() -> World {
    let clean = |commit: u8| Picked::Clean { commit: id(commit), paths: vec!["src/lib.rs".to_owned()] };
    with_fix().picked(5, 20, "security (R7)", clean(21)).picked(5, 30, "security (R7)", clean(31))
}

/// The fix is on both lines, and the patches with it are merged.
pub(crate) fn to_patch() -> World {
    let carried = format!("Fix the sink\n\n(cherry picked from commit {})\n", id(5));
    let world = with_fix().line("1.0", 9, &[(22, "Release 1.0.1"), (21, &carried), (20, "Release 1.0.0")]).line(
        "2.0",
        5,
        &[(32, "Release 2.0.1"), (31, &carried), (30, "Release 2.0.0")],
    );
    [("1.0", 22), ("2.0", 32)].into_iter().fold(world, |world, (line, at)| {
        let version = format!("{line}.1");
        world.files(at, &version).packaged(at, &version).merged(
            &format!("stationmaster/release-{version}"),
            &format!("release-{line}.0"),
            at,
        )
    })
}

/// The forge shows this release as the latest.
pub(crate) fn latest(world: World, tag: &str) -> World {
    with_release(world, tag, |release| release.latest = true)
}

/// The forge shows a release as a candidate.
pub(crate) fn prerelease(world: World, tag: &str) -> World {
    with_release(world, tag, |release| release.prerelease = true)
}

fn with_release(mut world: World, tag: &str, change: impl FnOnce(&mut ForgeRelease)) -> World {
    let Observed::Known(all) = &mut world.seen.own.forge_releases else { panic!("releases are known") };
    change(all.get_mut(tag).expect("a release"));
    world
}
