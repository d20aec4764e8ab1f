//! More crates than one process packages.

use stationmaster_core::model::{CommitId, CrateRelease};
use stationmaster_engine::ports::{Builder, PortError};

use super::{builder, release};
use crate::scratch::Scratch;

/// A workspace of so many crates; those at these places name a readme that is not there.
fn workspace(count: usize, bad: &[usize]) -> (Scratch, CommitId, Vec<CrateRelease>) {
    let scratch = Scratch::new();
    scratch.write("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"2\"\n");
    let names: Vec<String> = (0..count).map(|at| format!("sm-part-{at:02}")).collect();
    for (at, name) in names.iter().enumerate() {
        let readme = if bad.contains(&at) { "readme = \"NONE.md\"\n" } else { "" };
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2021\"\nlicense = \"MIT\"\ndescription = \"x\"\n{readme}"
        );
        scratch.write(&format!("crates/{name}/Cargo.toml"), &manifest);
        scratch.write(&format!("crates/{name}/src/lib.rs"), &format!("pub fn at() -> usize {{ {at} }}\n"));
    }
    let commit = scratch.commit("many");
    let crates = names.iter().map(|name| release(name, "1.0.0")).collect();
    (scratch, commit, crates)
}

#[tokio::test]
async fn many_crates_have_the_bytes_that_each_has_alone() {
    let (scratch, commit, crates) = workspace(20, &[]);
    let together = builder(&scratch, &scratch.folder().join("together"));
    let together = together.stage(&commit, &crates).await.expect("staged");
    let alone = builder(&scratch, &scratch.folder().join("alone"));
    for it in [0, 7, 19] {
        let alone = alone.stage(&commit, &crates[it..=it]).await.expect("staged");
        assert_eq!((&alone[0].release, &alone[0].checksum), (&together[it].release, &together[it].checksum));
    }
}

#[tokio::test]
async fn every_bad_crate_of_many_is_named() {
    let (scratch, commit, crates) = workspace(20, &[4, 5, 18]);
    let builder = builder(&scratch, &scratch.folder().join("staging"));
    let error = builder.stage(&commit, &crates).await.expect_err("refused");
    let PortError::Refused { what, why } = error else { panic!("{error:?}") };
    let said = format!("{what}: {why}");
    let named: Vec<&CrateRelease> =
        crates.iter().filter(|it| said.contains(&format!("packaging of {} 1.0.0", it.name))).collect();
    assert_eq!(named, [&crates[4], &crates[5], &crates[18]], "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_package_into_one_staging_area_do_not_disturb_each_other() {
    let (scratch, first, crates) = workspace(9, &[]);
    scratch.write("crates/sm-part-00/src/lib.rs", "pub fn at() -> usize { 100 }\n");
    let second = scratch.commit("another");
    let staging = scratch.folder().join("staging");
    let (one, other) = (builder(&scratch, &staging), builder(&scratch, &staging));
    let (one, other) = tokio::join!(one.stage(&first, &crates), other.stage(&second, &crates));
    let (one, other) = (one.expect("staged"), other.expect("staged"));
    assert_ne!(one[0].checksum, other[0].checksum);
    assert_eq!(one[1].checksum, other[1].checksum);
}
