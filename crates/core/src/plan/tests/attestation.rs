//! What lies beside the archives: made here with the policy's key and identity, or a person's to bring.

use super::table;
use crate::{
    plan::examples::{self, ARCHIVE, BESIDE, World},
    policy::Policy,
    step::{Action, Attest},
};

const IDENTITY: &str = "https://github.com/example/own/.github/workflows/release.yml@refs/tags/v*";

/// The same release under a policy that wants an identity's word.
fn by_identity(mut world: World, vouches: bool) -> World {
    let text = format!("{}{}", examples::ON_MERGE, examples::FILES);
    let text = text.replace("[provenance]\n", &format!("[provenance]\nidentity = \"{IDENTITY}\"\n"));
    world.policy = Policy::parse(&text).expect("a policy");
    world.seen.vouches = vouches;
    world
}

#[test]
fn a_release_is_attested_by_whoever_the_policy_names() {
    let next = "bump to 2.0.0 waits for 2026-02-05";
    let built = || examples::prepared(&[ARCHIVE]);
    let mut without_key = built();
    without_key.seen.key = None;
    let all = "release v1.0.0 waits for files: SHA256SUMS, SHA256SUMS.minisig, provenance.intoto.jsonl";
    let with_bundle = format!("{all}, provenance.sigstore.json");
    table(vec![
        ("the key is here", built(), &["do: attest v1.0.0", next]),
        ("the key is not here", without_key, &[all, next]),
        ("the identity is here", by_identity(built(), true), &["do: attest v1.0.0", next]),
        ("the identity is not here", by_identity(built(), false), &[with_bundle.as_str(), next]),
        (
            "one of the files is missing",
            examples::prepared(&[ARCHIVE, BESIDE[0], BESIDE[1]]),
            &["do: attest v1.0.0", next],
        ),
    ]);
}

#[test]
fn what_was_made_before_is_not_attested_again() {
    let plan = examples::prepared(&[ARCHIVE, BESIDE[0]]).plan();
    let Action::Attest(Attest { files, .. }) = &plan.steps[0].action else { panic!("{:?}", plan.steps) };
    assert_eq!(files.keys().collect::<Vec<_>>(), [ARCHIVE]);
}
