//! Packaged crates, built.
//!
//! Rules: X12.

use std::{cell::RefCell, collections::BTreeSet};

use stationmaster_adapters::build::{Building, CargoBuilder, Verdict};
use stationmaster_core::model::{CommitId, CrateRelease};
use stationmaster_engine::ports::Builder;

use super::{builder, release, workspace};
use crate::scratch::Scratch;

fn crates() -> Vec<CrateRelease> {
    let after =
        |release: CrateRelease, after: &str| CrateRelease { after: BTreeSet::from([after.to_owned()]), ..release };
    vec![release("sm-base", "1.0.0"), after(release("sm-tool", "1.0.0"), "sm-base")]
}

/// What was built, and how it ended.
async fn verify(builder: &CargoBuilder, commit: &CommitId) -> (Vec<String>, Vec<Verdict>) {
    let staged = builder.stage(commit, &crates()).await.expect("staged");
    let begun = RefCell::new(Vec::new());
    let watch = |building: Building<'_>| {
        if let Building::Begins(release) = building {
            begun.borrow_mut().push(release.name.clone());
        }
    };
    let verdicts = builder.verify(commit, &staged, watch).await.expect("verified");
    (begun.into_inner(), verdicts)
}

/// The workspace of the other tests, with one file that its package leaves out although the code needs it.
fn with_a_file_left_out(of: &str) -> (Scratch, CommitId) {
    let (scratch, _) = workspace("1.0.0");
    let manifest = format!("crates/{of}/Cargo.toml");
    let text = std::fs::read_to_string(scratch.work().join(&manifest)).expect("read");
    scratch.write(&manifest, &text.replace("readme.workspace", "exclude = [\"src/numbers.rs\"]\nreadme.workspace"));
    scratch.write("crates/base/src/lib.rs", "pub fn two() -> u32 { 2 }\n");
    let root = if of == "base" { "lib.rs" } else { "main.rs" };
    let code = std::fs::read_to_string(scratch.work().join(format!("crates/{of}/src/{root}"))).expect("read");
    scratch.write(&format!("crates/{of}/src/{root}"), &format!("mod numbers;\n{code}"));
    scratch.write(&format!("crates/{of}/src/numbers.rs"), "\n");
    let commit = scratch.commit("a file that is not packaged");
    (scratch, commit)
}

#[tokio::test]
async fn packaged_crates_are_built_against_each_other_and_only_once() {
    let (scratch, commit) = workspace("1.0.0");
    let staging = scratch.folder().join("staging");
    let builder = builder(&scratch, &staging);
    let built = verify(&builder, &commit).await;
    assert_eq!(built, (vec!["sm-base".to_owned(), "sm-tool".to_owned()], vec![Verdict::Builds, Verdict::Builds]));
    assert_eq!(verify(&builder, &commit).await, (vec![], vec![Verdict::Builds, Verdict::Builds]));
    let folders = std::fs::read_dir(staging.join("verify")).expect("folder").flatten();
    assert_eq!(folders.filter(|entry| entry.path().is_dir()).count(), 0, "what was built is cleared away");
}

#[tokio::test]
async fn crates_with_build_scripts_are_built_in_a_staging_area_that_is_inside_of_a_repository() {
    let (scratch, _) = workspace("1.0.0");
    scratch.write("crates/base/build.rs", "fn main() { println!(\"cargo::rustc-cfg=built\") }\n");
    let commit = scratch.commit("a build script");
    scratch.run(&["init", "-q", "--bare", "../bare.git"]);
    for repository in ["bare.git", "work/.git"] {
        let builder = builder(&scratch, &scratch.folder().join(repository).join("stationmaster/staging"));
        let (_, verdicts) = verify(&builder, &commit).await;
        assert_eq!(verdicts, [Verdict::Builds, Verdict::Builds], "{repository}");
    }
}

#[tokio::test]
async fn a_build_script_that_looks_above_its_package_finds_what_it_would_find_in_cargos_own_folder() {
    let (scratch, _) = workspace("1.0.0");
    let script =
        "fn main() { assert!(!std::path::Path::new(\"../Cargo.toml\").exists(), \"this is the repository\") }\n";
    scratch.write("crates/base/build.rs", script);
    let commit = scratch.commit("a build script that looks around");
    let (_, verdicts) = verify(&builder(&scratch, &scratch.folder().join("staging")), &commit).await;
    assert_eq!(verdicts, [Verdict::Builds, Verdict::Builds]);
}

#[tokio::test]
async fn what_a_package_leaves_out_is_found_with_the_compilers_words_and_what_needs_it_is_not_tried() {
    let (scratch, commit) = with_a_file_left_out("base");
    let (begun, verdicts) = verify(&builder(&scratch, &scratch.folder().join("staging")), &commit).await;
    assert_eq!(begun, ["sm-base"]);
    let [Verdict::Fails(words), Verdict::Needs(other)] = &verdicts[..] else { panic!("{verdicts:?}") };
    assert!(words.contains("numbers") && !words.contains("staging/"), "{words}");
    assert_eq!(other, "sm-base");
}

#[tokio::test]
async fn what_was_found_to_build_is_not_built_again_after_another_crate_failed() {
    let (scratch, commit) = with_a_file_left_out("tool");
    let builder = builder(&scratch, &scratch.folder().join("staging"));
    for begun in [&["sm-base", "sm-tool"][..], &["sm-tool"]] {
        let (tried, verdicts) = verify(&builder, &commit).await;
        assert_eq!(tried, begun);
        assert!(matches!(&verdicts[..], [Verdict::Builds, Verdict::Fails(_)]), "{verdicts:?}");
    }
}
