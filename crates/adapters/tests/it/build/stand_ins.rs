//! Files of a commit that only stand for others: named, and never replaced by what this machine has.

use std::collections::BTreeSet;

use stationmaster_core::model::{CrateRelease, LockFile};
use stationmaster_engine::ports::{Builder, PortError};

use super::{
    builder,
    clean_clone::{files_of, link, package},
    release,
};
use crate::scratch::Scratch;

const SECRET: &str = "token = \"of this machine\"";
const POINTER: &str = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n";

fn of(name: &str) -> CrateRelease {
    CrateRelease { lock_file: LockFile::Never, ..release(name, "1.0.0") }
}

fn workspace(members: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.write("Cargo.toml", &format!("[workspace]\nmembers = [{members}]\nresolver = \"2\"\n"));
    std::fs::write(scratch.folder().join("secret"), SECRET).expect("write");
    std::fs::create_dir(scratch.folder().join("secrets")).expect("a folder");
    std::fs::write(scratch.folder().join("secrets/one.toml"), SECRET).expect("write");
    scratch
}

/// A submodule: nobody has its repository.
fn submodule(scratch: &Scratch, path: &str) {
    let entry = format!("160000,73b7ad51d3b5d6f1ef53c923d8c585e28b242bcc,{path}");
    scratch.run(&["update-index", "--add", "--cacheinfo", &entry]);
}

/// Stage these crates of what is committed, and give the words of the refusal.
async fn refused(scratch: &Scratch, crates: &[CrateRelease]) -> String {
    let staging = scratch.folder().join("staging");
    let error = builder(scratch, &staging).stage(&scratch.id("HEAD"), crates).await.expect_err("refused");
    let left: Vec<_> = std::fs::read_dir(&staging).expect("a folder").flatten().map(|it| it.file_name()).collect();
    assert!(left.is_empty(), "nothing is staged: {left:?}");
    let PortError::Refused { what, why } = error else { panic!("{error:?}") };
    format!("{what}: {why}")
}

#[tokio::test]
async fn links_that_lead_to_nothing_of_the_commit_are_named_and_not_followed() {
    let scratch = workspace("\"crates/*\"");
    let secret = scratch.folder().join("secret");
    let absolute = secret.to_str().expect("UTF-8");
    let folder = scratch.folder().join("secrets");
    // As deep as the folder is from which crates are packaged, and as the work tree.
    let cases = [
        ("absolute", absolute, "outside"),
        ("above", "../../../../../secret", "outside"),
        ("beside", "../../../secret", "outside"),
        ("back", "../../../work/LICENSE", "outside"),
        ("folder", folder.to_str().expect("UTF-8"), "outside"),
        ("process", "/proc/self/environ", "outside"),
        ("through", "../../away/one.toml", "outside"),
        ("dangling", "../nothing", "not in the commit"),
        ("git", "../../.git/HEAD", "not in the commit"),
        ("circle", "data", "back to itself"),
    ];
    scratch.write("LICENSE", "free\n");
    link(&scratch, folder.to_str().expect("UTF-8"), "away");
    for (name, target, _) in cases {
        package(&scratch, &format!("crates/{name}"), &format!("sm-{name}"), "");
        link(&scratch, target, &format!("crates/{name}/data"));
    }
    package(&scratch, "crates/good", "sm-good", "exclude = [\"data\"]\nreadme = \"linked.md\"");
    link(&scratch, absolute, "crates/good/data");
    link(&scratch, "../../LICENSE", "crates/good/linked.md");
    let commit = scratch.commit("links");
    let crates: Vec<_> = cases.iter().map(|(name, ..)| of(&format!("sm-{name}"))).collect();
    let words = refused(&scratch, &crates).await;
    for (name, target, why) in cases {
        let line = format!("packaging of sm-{name} 1.0.0: `crates/{name}/data` is a link to `{target}`, which");
        let found = words.lines().find(|it| it.starts_with(&line));
        assert!(found.is_some_and(|it| it.contains(why)), "{line} .. {why}: {words}");
    }
    assert!(!words.contains("of this machine"), "{words}");
    let staged = builder(&scratch, &scratch.folder().join("staging")).stage(&commit, &[of("sm-good")]).await;
    let files = files_of(&staged.expect("staged")[0].path);
    assert_eq!(files["linked.md"].1, b"free\n");
    assert!(!files.contains_key("data"));
}

#[tokio::test]
async fn a_link_in_place_of_a_manifest_a_readme_or_a_listed_folder_is_named_too() {
    let scratch = workspace("\"crates/*\"");
    let secret = scratch.folder().join("secret").to_str().expect("UTF-8").to_owned();
    let secrets = scratch.folder().join("secrets").to_str().expect("UTF-8").to_owned();
    package(&scratch, "crates/readme", "sm-readme", "readme = \"../../README.md\"");
    package(&scratch, "crates/license", "sm-license", "license-file = \"LICENSE\"\ninclude = [\"src\"]");
    package(&scratch, "crates/listed", "sm-listed", "include = [\"src\", \"data/*.toml\"]");
    package(&scratch, "crates/source", "sm-source", "");
    link(&scratch, &secret, "README.md");
    link(&scratch, &secret, "crates/license/LICENSE");
    link(&scratch, &secrets, "crates/listed/data");
    link(&scratch, &secret, "crates/source/src/more.rs");
    scratch.commit("links");
    let words = refused(&scratch, &["readme", "license", "listed", "source"].map(|it| of(&format!("sm-{it}")))).await;
    for path in ["`README.md`", "`crates/license/LICENSE`", "`crates/listed/data`", "`crates/source/src/more.rs`"] {
        assert!(words.contains(&format!("{path} is a link to `{secret}")), "{path}: {words}");
    }
}

#[tokio::test]
async fn submodules_and_what_filters_make_are_named_unless_they_stay_out_of_the_crate() {
    let scratch = workspace("\"crates/*\"");
    for (name, more) in [
        ("module", ""),
        ("listing", "include = [\"src\", \"/vendor/**/*.c\"]"),
        ("into", ""),
        ("pointer", ""),
        ("unmarked", ""),
        ("filter", ""),
        ("encoding", ""),
        ("good", "exclude = [\"vendor\", \"big.bin\"]"),
        ("choosy", "include = [\"/src\", \"/real.bin\"]"),
    ] {
        package(&scratch, &format!("crates/{name}"), &format!("sm-{name}"), more);
    }
    let attributes =
        "*.bin filter=lfs diff=lfs merge=lfs -text\n*.enc filter=git-crypt\n*.wide working-tree-encoding=UTF-16\n";
    scratch.write(".gitattributes", attributes);
    for path in ["pointer/big.bin", "good/big.bin", "unmarked/lost.dat"] {
        scratch.write(&format!("crates/{path}"), POINTER);
    }
    scratch.write("crates/choosy/real.bin", "a file that was committed as it is");
    link(&scratch, "vendor/tally.c", "crates/into/tally.c");
    // Neither filter is at hand when they are committed either.
    let id = |text: &str| {
        scratch.write("../blob", text);
        scratch.run(&["hash-object", "-w", "--no-filters", "../blob"])
    };
    let (encrypted, wide) = (id("\0GITCRYPT\0"), id("wide"));
    scratch.run(&["-c", "filter.lfs.clean=cat", "add", "-A"]);
    for (blob, path) in [(encrypted, "crates/filter/key.enc"), (wide, "crates/encoding/a.wide")] {
        scratch.run(&["update-index", "--add", "--cacheinfo", &format!("100644,{blob},{path}")]);
    }
    for name in ["module", "listing", "into", "good", "choosy"] {
        submodule(&scratch, &format!("crates/{name}/vendor"));
    }
    scratch.run(&["commit", "-qm", "stand-ins"]);
    let bad = ["module", "listing", "into", "pointer", "unmarked", "filter", "encoding"];
    let words = refused(&scratch, &bad.map(|name| of(&format!("sm-{name}")))).await;
    for (path, why) in [
        ("module/vendor", "a submodule"),
        ("listing/vendor", "a submodule"),
        ("into/tally.c", "a link to `vendor/tally.c`"),
        ("pointer/big.bin", "a Git LFS pointer"),
        ("unmarked/lost.dat", "a Git LFS pointer"),
        ("filter/key.enc", "made by the filter `git-crypt`"),
        ("encoding/a.wide", "checked out as UTF-16"),
    ] {
        assert!(words.contains(&format!("`crates/{path}` is {why}")), "{path}: {words}");
    }
    let staged = builder(&scratch, &scratch.folder().join("staging"));
    let staged = staged.stage(&scratch.id("HEAD"), &[of("sm-good"), of("sm-choosy")]).await.expect("staged");
    let held: BTreeSet<String> = staged.iter().flat_map(|it| files_of(&it.path).into_keys()).collect();
    let other: Vec<_> = held.iter().filter(|path| !path.ends_with(".rs") && !path.starts_with("Cargo.toml")).collect();
    assert_eq!(other, ["real.bin"]);
}
