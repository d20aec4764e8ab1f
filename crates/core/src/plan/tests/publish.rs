//! Crates to the registry: nothing is tagged that could not be published, and nothing is published that is there.

use std::collections::BTreeMap;

use super::table;
use crate::{
    model::{IndexVersion, Observed, Packages},
    plan::examples::{self, World, id, version},
};

/// The index has `own` in a version, as is said.
fn with_own(mut world: World, own: &str, checksum: &str, yanked: bool) -> World {
    let entry = IndexVersion { checksum: checksum.to_owned(), yanked };
    let versions = BTreeMap::from([(version(own), entry)]);
    world.seen.index.insert("own".to_owned(), Observed::Known(versions));
    world
}

fn packages(mut world: World, packages: Observed<Packages>) -> World {
    world.seen.own.packages.insert(id(2), packages);
    world
}

fn undescribed(mut world: World) -> World {
    let Some(Observed::Known(Packages::Whole(all))) = world.seen.own.packages.get_mut(&id(2)) else {
        panic!("packaged")
    };
    all[0].facts.description = None;
    world
}

fn unindexed(mut world: World) -> World {
    world.seen.index.insert("own".to_owned(), Observed::Unknown("no answer".to_owned()));
    world
}

#[test]
fn what_the_registry_would_refuse_is_not_tagged() {
    let next = "bump to 2.0.0 waits for 2026-02-05";
    let refused = || Observed::Known(Packages::Refused("cargo says no".to_owned()));
    let unknown = || Observed::Unknown("no answer".to_owned());
    table(vec![
        ("all is well", examples::merged(), &["do: tag v1.0.0", next]),
        (
            "a crate says nothing of itself",
            undescribed(examples::merged()),
            &["tag v1.0.0 waits for missing-description", next],
        ),
        (
            "it cannot be packaged",
            packages(examples::merged(), refused()),
            &["tag v1.0.0 waits for not-packaged", next],
        ),
        (
            "the crates were not seen",
            packages(examples::merged(), unknown()),
            &["tag v1.0.0 waits for the packaged crates: no answer", next],
        ),
        (
            "the index was not seen",
            unindexed(examples::merged()),
            &["tag v1.0.0 waits for index entry of own: no answer", next],
        ),
        (
            "somebody else has published it",
            with_own(examples::merged(), "1.0.0", "other bytes", false),
            &["tag v1.0.0 waits for duplicate-version", next],
        ),
    ]);
}

#[test]
fn a_tagged_release_is_published_until_the_index_has_all_of_it_with_our_bytes() {
    let next = "bump to 2.0.0 waits for 2026-02-05";
    let ours = examples::checksum("own", &version("1.0.0"));
    table(vec![
        ("none is there", examples::tagged(), &["do: publish v1.0.0", next]),
        ("one is there", with_own(examples::tagged(), "1.0.0", &ours, false), &["do: publish v1.0.0", next]),
        ("all are there", examples::published(), &["do: prepare the release v1.0.0", next]),
        (
            "one is there with other bytes",
            with_own(examples::published(), "1.0.0", "other bytes", false),
            &["publish v1.0.0 waits for duplicate-version", next],
        ),
        (
            "one was yanked",
            with_own(examples::published(), "1.0.0", &ours, true),
            &["publish v1.0.0 waits for yanked-version", next],
        ),
        (
            "one was not seen",
            unindexed(examples::published()),
            &["publish v1.0.0 waits for index entry of own: no answer", next],
        ),
    ]);
}

#[test]
fn the_newest_release_by_version_is_marked_and_no_other() {
    let next = "bump to 2.0.0 waits for 2026-02-05";
    let older = || examples::shown().tag("v0.9.0", 1).release("v0.9.0", false, &[]);
    let other = |tag: &str| examples::shown().tag(tag, 2).release(tag, false, &[]);
    table(vec![
        ("none is marked", examples::shown(), &["do: mark v1.0.0 latest", next]),
        ("an older one is marked", examples::latest(older(), "v0.9.0"), &["do: mark v1.0.0 latest", next]),
        ("it is marked", examples::latest(older(), "v1.0.0"), &[next]),
        ("a newer candidate is shown as a release", other("v2.0.0-rc.1"), &["do: mark v1.0.0 latest", next]),
        (
            "a newer release is shown as a candidate",
            examples::prerelease(other("v1.5.0"), "v1.5.0"),
            &["do: mark v1.0.0 latest", next],
        ),
    ]);
}
