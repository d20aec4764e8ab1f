//! Rules: X10.

use proptest::prelude::*;

use super::*;
use crate::{
    model::{FileDigest, KeyId, SignerIdentity, TreeFiles, Vouched},
    provenance::{Attestation, IN_TOTO, Release, SBOM_ENDING, Source, is_statement, write_sums},
    workspace::Workspace,
};

const KEY: KeyId = KeyId([1; 8]);
const ARCHIVE: &str = "demo-v1.0.0-x86_64-linux.tar.xz";

/// A folder as it would lie on the disk.
type Folder = BTreeMap<String, Vec<u8>>;

fn released() -> Folder {
    attested(|attestation| attestation.signed(KEY, vec![0; 64]))
}

/// The same, where an identity signed the statement.
fn released_by_identity() -> Folder {
    attested(|attestation| {
        let bundle = bundle(attestation.statement());
        attestation.vouched(bundle)
    })
}

/// A bundle, as far as it is read here.
fn bundle(statement: &[u8]) -> String {
    let payload = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, statement);
    serde_json::json!({ "dsseEnvelope": { "payloadType": IN_TOTO, "payload": payload, "signatures": [] } }).to_string()
}

fn attested(signed: impl Fn(Attestation) -> Attestation) -> Folder {
    let manifest = "[package]\nname = \"demo\"\nversion = \"1.0.0\"\nlicense = \"MIT\"\nrepository = \"https://example.org/demo\"\n";
    let lock = "version = 4\n\n[[package]]\nname = \"demo\"\nversion = \"1.0.0\"\n";
    let files: TreeFiles = [("Cargo.toml".to_owned(), manifest.to_owned())].into_iter().collect();
    let mut folder =
        Folder::from([(ARCHIVE.to_owned(), b"an archive".to_vec()), ("notes.txt".to_owned(), b"notes".to_vec())]);
    let source = Source {
        repository: Some("https://example.org/demo".to_owned()),
        reference: Some("refs/tags/v1.0.0".to_owned()),
        commit: "1".repeat(40).parse().expect("an id"),
        seconds: 1_700_000_000,
        policy: None,
    };
    let sums = digests(&folder);
    let release = Release {
        files: &sums,
        project: "demo",
        artifacts: &[],
        workspace: &Workspace::read(&files).expect("a workspace"),
        lock: Some(lock),
        source: &source,
        tool: "0.1.0",
    };
    let texts = signed(Attestation::of(&release).expect("an attestation")).texts();
    folder.extend(texts.into_iter().map(|(name, text)| (name, text.into_bytes())));
    folder
}

fn digests(folder: &Folder) -> Sums {
    folder.iter().map(|(name, bytes)| (name.clone(), FileDigest::of(bytes))).collect()
}

fn judged(folder: &Folder, sums: SignatureState<()>, provenance: SignatureState<()>) -> Verdict {
    judged_by(folder, &[Signed::ByKey { key: KEY, sums, provenance }])
}

fn judged_by(folder: &Folder, signed: &[Signed]) -> Verdict {
    let files = digests(folder);
    let texts = folder.iter().filter(|(name, _)| is_statement(name));
    let texts = texts.map(|(name, bytes)| (name.clone(), bytes.clone())).collect();
    verify(&Seen { files: &files, others: &BTreeSet::new(), texts: &texts, signed })
}

fn sound(folder: &Folder) -> Verdict {
    judged(folder, SignatureState::Holds(()), SignatureState::Holds(()))
}

fn kinds(verdict: &Verdict) -> Vec<(&str, &str)> {
    verdict.findings.iter().map(|it| (it.kind.as_str(), it.subject.as_str())).collect()
}

/// Write the list of sums anew, as somebody would who covers a change.
fn relist(folder: &mut Folder) {
    let mut sums = digests(folder);
    sums.remove(SUMS);
    folder.insert(SUMS.to_owned(), write_sums(&sums).into_bytes());
}

#[test]
fn a_release_as_it_was_made_holds_and_says_what_that_proves() {
    let verdict = sound(&released());
    assert_eq!(kinds(&verdict), []);
    let [
        Claim::Complete { files: 4 },
        Claim::ListSigned { .. },
        Claim::OfCommit { commit, .. },
        Claim::Described { archives: 1 },
    ] = &verdict.proves[..]
    else {
        panic!("{:?}", verdict.proves)
    };
    assert_eq!(*commit, "1".repeat(40));
    assert_eq!(verdict.cannot_prove[0], OpenQuestion::WhoseKey);
}

#[test]
fn a_file_that_is_gone_or_came_in_is_found() {
    let mut folder = released();
    folder.remove("notes.txt");
    folder.insert("extra".to_owned(), Vec::new());
    let verdict = sound(&folder);
    assert_eq!(kinds(&verdict), [("missing-file", "notes.txt"), ("unlisted-file", "extra")]);
    assert!(!verdict.proves.iter().any(|claim| matches!(claim, Claim::Complete { .. } | Claim::OfCommit { .. })));
}

#[test]
fn a_file_that_is_changed_and_listed_anew_is_found_by_the_statement_and_the_sbom() {
    let mut folder = released();
    folder.insert(ARCHIVE.to_owned(), b"another archive".to_vec());
    relist(&mut folder);
    let sbom = format!("{ARCHIVE}{SBOM_ENDING}");
    assert_eq!(kinds(&sound(&folder)), [("other-digest", ARCHIVE), ("sbom-of-other-file", sbom.as_str())]);
}

#[test]
fn a_file_that_is_put_in_and_listed_is_found_by_the_statement() {
    let mut folder = released();
    folder.insert("extra".to_owned(), Vec::new());
    relist(&mut folder);
    assert_eq!(kinds(&sound(&folder)), [("not-stated", "extra")]);
}

#[test]
fn a_line_that_is_taken_out_of_the_list_is_found() {
    let whole = released();
    let list = String::from_utf8(whole[SUMS].clone()).expect("text");
    for line in list.lines() {
        let mut folder = whole.clone();
        folder.insert(SUMS.to_owned(), list.replace(&format!("{line}\n"), "").into_bytes());
        let verdict = sound(&folder);
        let name = line.rsplit("  ").next().expect("a name");
        assert_eq!(kinds(&verdict), [("unlisted-file", name)]);
    }
}

#[test]
fn signatures_that_are_absent_or_wrong_are_found_and_prove_nothing() {
    let folder = released();
    let verdict = judged(&folder, SignatureState::Absent, SignatureState::Wrong("it is another key's".to_owned()));
    assert_eq!(kinds(&verdict), [("no-signature", SUMS_SIGNATURE), ("wrong-signature", PROVENANCE)]);
    assert!(!verdict.proves.iter().any(|claim| matches!(claim, Claim::ListSigned { .. } | Claim::OfCommit { .. })));
    assert_eq!(verdict.cannot_prove[0], OpenQuestion::Who);
}

const WORKFLOW: &str = "https://github.com/example/demo/.github/workflows/release.yml@refs/tags/v";

fn wanted() -> SignerIdentity {
    SignerIdentity::new(&format!("{WORKFLOW}*"), None).expect("a signer")
}

fn by_identity(identity: &str) -> Signed {
    let vouched = Vouched {
        identity: identity.to_owned(),
        issuer: SignerIdentity::GITHUB.to_owned(),
        at: "2026-11-05T10:00:00Z".parse().expect("a time"),
        commit: None,
        run: None,
    };
    Signed::ByIdentity { wanted: wanted(), provenance: SignatureState::Holds(vouched).of(&wanted()) }
}

#[test]
fn the_word_of_an_identity_says_who_and_when() {
    let folder = released_by_identity();
    assert!(!folder.contains_key(PROVENANCE), "nobody signed an envelope");
    let verdict = judged_by(&folder, &[by_identity(&format!("{WORKFLOW}1.0.0"))]);
    assert_eq!(kinds(&verdict), []);
    let [Claim::Complete { .. }, Claim::OfCommit { word: Word::Identity(vouched), .. }, Claim::Described { .. }] =
        &verdict.proves[..]
    else {
        panic!("{:?}", verdict.proves)
    };
    assert_eq!(vouched.identity, format!("{WORKFLOW}1.0.0"));
    assert_eq!(verdict.cannot_prove[0], OpenQuestion::WhoActs);
    assert!(!verdict.cannot_prove.contains(&OpenQuestion::When));
}

#[test]
fn the_word_of_another_identity_or_of_none_is_not_enough() {
    let folder = released_by_identity();
    let other = judged_by(&folder, &[by_identity("https://github.com/another/demo/release.yml@refs/tags/v1.0.0")]);
    assert_eq!(kinds(&other), [("wrong-signature", PROVENANCE_BUNDLE)]);
    let absent = Signed::ByIdentity { wanted: wanted(), provenance: SignatureState::Absent };
    assert_eq!(kinds(&judged_by(&released(), &[absent])), [("no-signature", PROVENANCE_BUNDLE)]);
    for verdict in [other, judged(&folder, SignatureState::Absent, SignatureState::Absent)] {
        assert!(!verdict.proves.iter().any(|claim| matches!(claim, Claim::OfCommit { .. })));
    }
}

#[test]
fn a_key_that_is_asked_for_is_not_replaced_by_an_identity() {
    let verdict = judged(&released_by_identity(), SignatureState::Holds(()), SignatureState::Absent);
    assert_eq!(kinds(&verdict), [("no-signature", PROVENANCE)]);
}

#[test]
fn two_statements_that_differ_are_found() {
    let mut folder = released();
    folder.insert(PROVENANCE_BUNDLE.to_owned(), bundle(b"{}").into_bytes());
    relist(&mut folder);
    let holds = Signed::ByKey { key: KEY, sums: SignatureState::Holds(()), provenance: SignatureState::Holds(()) };
    assert_eq!(kinds(&judged_by(&folder, &[holds])), [("two-statements", PROVENANCE_BUNDLE)]);
}

#[test]
fn an_empty_folder_lacks_everything() {
    assert_eq!(kinds(&sound(&Folder::new())), [("no-sums", SUMS), ("no-provenance", PROVENANCE)]);
}

#[test]
fn an_empty_list_holds_no_file() {
    let mut folder = released();
    folder.insert(SUMS.to_owned(), Vec::new());
    let verdict = sound(&folder);
    assert_eq!(verdict.findings.iter().filter(|it| it.kind == "unlisted-file").count(), 4);
    assert!(!verdict.proves.iter().any(|claim| matches!(claim, Claim::Complete { .. })));
}

#[test]
fn what_cannot_be_read_is_found_and_named() {
    for (name, text, kind) in [
        (SUMS, "nonsense\n", "bad-sums"),
        (PROVENANCE, "{}\n", "bad-provenance"),
        (&*format!("{ARCHIVE}{SBOM_ENDING}"), "{}\n", "bad-sbom"),
    ] {
        let mut folder = released();
        folder.insert(name.to_owned(), text.into());
        if name != SUMS {
            relist(&mut folder);
        }
        let verdict = sound(&folder);
        assert!(kinds(&verdict).contains(&(kind, name)), "{:?}", kinds(&verdict));
    }
}

proptest! {
    #[test]
    fn one_changed_byte_in_any_file_is_found(at: prop::sample::Index, place: prop::sample::Index, flip in 1_u8..) {
        let mut folder = released();
        let name = folder.keys().nth(at.index(folder.len())).expect("a file").clone();
        let bytes = folder.get_mut(&name).expect("it is there");
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        // The list is held by its signature, and all others by the list.
        let list = if name == SUMS { SignatureState::Wrong("other bytes".to_owned()) } else { SignatureState::Holds(()) };
        let verdict = judged(&folder, list, SignatureState::Holds(()));
        prop_assert!(!verdict.findings.is_empty(), "byte {} of {}", place, name);
    }
}
