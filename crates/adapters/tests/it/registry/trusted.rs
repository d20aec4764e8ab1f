//! Trusted publishing (X10): a CI's word for a token of the embedded registry, over loopback.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};
use stationmaster_adapters::{
    ci::Ci,
    http::Token,
    registry::{CargoRegistry, RegistryTarget},
};
use stationmaster_core::model::{Credential, UploadKind};
use stationmaster_engine::ports::{PortError, Registry, StagedCrate, UploadReply};

use super::{
    Yard,
    upload::{staged, uploader},
};
use crate::{
    issuer::{BEARER, Issuer},
    scratch::Scratch,
};

const ACCEPTED: Result<UploadReply, PortError> = Ok(UploadReply::Accepted);

/// A registry with two crates, a CI that it trusts, and new versions of both crates.
struct Scene {
    issuer: Issuer,
    yard: Yard,
    new: Vec<StagedCrate>,
    _scratches: [Scratch; 2],
}

impl Scene {
    /// Tokens of the registry live for so many seconds.
    async fn new(life: i64) -> Self {
        let issuer = Issuer::start();
        let rule = format!("{};account=alice", issuer.rule()).parse().expect("a rule");
        let yard = Yard::with(|options| {
            options.trust = vec![rule];
            options.token_life = SignedDuration::from_secs(life);
        })
        .await;
        let (first, old) = staged(yard.folder.path(), "1.0.0").await;
        for it in &old {
            assert_eq!(uploader(&yard).upload(it, UploadKind::NewCrate).await, ACCEPTED);
        }
        let (second, new) = staged(&yard.path("second"), "1.0.1").await;
        Self { issuer, yard, new, _scratches: [first, second] }
    }

    fn github(&self) -> Ci {
        Ci::GitHub { address: self.issuer.request_url(), bearer: Token::new(BEARER).expect("a token") }
    }

    fn gitlab(&self, audience: &str) -> Ci {
        let id_token = self.issuer.sign(&self.issuer.claims(audience));
        Ci::GitLab { id_token: Token::new(&id_token).expect("a token") }
    }

    /// A publisher in this CI who keeps no token.
    fn publisher(&self, ci: Ci) -> CargoRegistry {
        let target = RegistryTarget::StandIn(self.yard.registry.index_url.clone());
        CargoRegistry::new(target, Some(self.yard.folder.path())).trusting(Some(ci))
    }

    fn audience(&self) -> String {
        self.yard.registry.api_url.replace("http://", "")
    }

    /// Status and words of an exchange.
    async fn exchange(&self, jwt: &str) -> (u16, Value) {
        let url = format!("{}/api/v1/trusted_publishing/tokens", self.yard.registry.api_url);
        let request = reqwest::Client::new().post(url).body(json!({ "jwt": jwt }).to_string());
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        (status, serde_json::from_str(&response.text().await.expect("text")).expect("json"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn new_versions_go_out_for_the_word_of_a_ci_and_the_token_is_taken_back() {
    let scene = Scene::new(1800).await;
    let publisher = scene.publisher(scene.github());
    let by = publisher.credential(UploadKind::Update).await.expect("minted");
    assert!(matches!(&by, Credential::Minted(minter) if minter.name == "GitHub Actions" && minter.renews), "{by:?}");
    assert_eq!((scene.issuer.asked(), scene.yard.registry.trusted_tokens()), (0, 0), "not before it is needed");
    for it in &scene.new {
        assert_eq!(publisher.upload(it, UploadKind::Update).await, ACCEPTED);
    }
    assert_eq!((scene.issuer.asked(), scene.yard.registry.trusted_tokens()), (1, 1));
    publisher.finish().await.expect("taken back");
    assert_eq!(scene.yard.registry.trusted_tokens(), 0);
    publisher.finish().await.expect("nothing is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_at_once_share_one_token() {
    let scene = Scene::new(1800).await;
    let publisher = scene.publisher(scene.github());
    let [first, second] = [0, 1].map(|at| publisher.upload(&scene.new[at], UploadKind::Update));
    assert_eq!(tokio::join!(first, second), (ACCEPTED, ACCEPTED));
    assert_eq!(scene.issuer.asked(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_before_it_ends_and_all_are_taken_back() {
    let scene = Scene::new(1800).await;
    let publisher = scene.publisher(scene.github()).token_life(SignedDuration::ZERO);
    for it in &scene.new {
        assert_eq!(publisher.upload(it, UploadKind::Update).await, ACCEPTED);
    }
    assert_eq!((scene.issuer.asked(), scene.yard.registry.trusted_tokens()), (2, 2));
    publisher.finish().await.expect("taken back");
    assert_eq!(scene.yard.registry.trusted_tokens(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ended_on_the_way_is_renewed_once() {
    let scene = Scene::new(1).await;
    let publisher = scene.publisher(scene.github());
    assert_eq!(publisher.upload(&scene.new[0], UploadKind::Update).await, ACCEPTED);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(scene.yard.registry.trusted_tokens(), 0, "it ended by itself");
    assert_eq!(publisher.upload(&scene.new[1], UploadKind::Update).await, ACCEPTED);
    assert_eq!(scene.issuer.asked(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_minted_for_the_upload_that_is_refused_is_not_followed_by_another() {
    let scene = Scene::new(1800).await;
    std::fs::write(scene.yard.path("registry/owners/sm-base.json"), "[\"bob\"]").expect("owners");
    let publisher = scene.publisher(scene.github());
    let refused = publisher.upload(&scene.new[0], UploadKind::Update).await;
    assert!(matches!(&refused, Err(PortError::TokenRefused { why, .. }) if why.contains("an owner")), "{refused:?}");
    assert_eq!(scene.issuer.asked(), 1);
    assert_eq!(publisher.upload(&scene.new[1], UploadKind::Update).await, ACCEPTED);
    let refused = publisher.upload(&scene.new[0], UploadKind::Update).await;
    assert!(matches!(refused, Err(PortError::TokenRefused { .. })), "{refused:?}");
    assert_eq!(scene.issuer.asked(), 3, "one that was refused is not sent again; one that was good is followed, once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crate_that_is_not_there_yet_needs_a_token_that_somebody_keeps() {
    let scene = Scene::new(1800).await;
    let publisher = scene.publisher(scene.github());
    let none = publisher.credential(UploadKind::NewCrate).await;
    let Err(PortError::NoToken { what, .. }) = &none else { panic!("{none:?}") };
    assert!(what.contains("trusted publishing cannot create"), "{what}");
    std::fs::remove_dir_all(scene.yard.path("registry/index/sm/-b")).expect("an entry less");
    let refused = publisher.upload(&scene.new[0], UploadKind::Update).await;
    assert!(
        matches!(&refused, Err(PortError::TokenRefused { why, .. }) if why.contains("creating new crates")),
        "{refused:?}"
    );
    let keeper = scene.publisher(scene.github()).with_token(scene.yard.token.clone());
    assert_eq!(keeper.upload(&scene.new[0], UploadKind::NewCrate).await, ACCEPTED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_lived_token_withdraws_nothing_and_makes_nobody_an_owner() {
    let scene = Scene::new(1800).await;
    let jwt = scene.issuer.sign(&scene.issuer.claims(&scene.audience()));
    let (status, answer) = scene.exchange(&jwt).await;
    assert_eq!(status, 200, "{answer}");
    let token = answer["token"].as_str().expect("a token");
    let crates = format!("{}/api/v1/crates/sm-base", scene.yard.registry.api_url);
    let client = reqwest::Client::new();
    let owners = client.put(format!("{crates}/owners")).body("{\"users\":[\"alice\"]}");
    for request in [client.delete(format!("{crates}/1.0.0/yank")), owners] {
        let response = request.header("authorization", token).send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn gitlabs_token_is_taken_once_and_sent_to_no_other_registry() {
    let scene = Scene::new(1).await;
    let publisher = scene.publisher(scene.gitlab("crates.io"));
    let refused = publisher.upload(&scene.new[0], UploadKind::Update).await;
    assert!(matches!(&refused, Err(PortError::Refused { why, .. }) if why.contains("was not sent")), "{refused:?}");
    let publisher = scene.publisher(scene.gitlab(&scene.audience()));
    assert_eq!(publisher.upload(&scene.new[0], UploadKind::Update).await, ACCEPTED);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let ended = publisher.upload(&scene.new[1], UploadKind::Update).await;
    assert!(
        matches!(&ended, Err(PortError::TokenRefused { help, .. }) if help.contains("run the job again")),
        "{ended:?}"
    );
    let spent = publisher.upload(&scene.new[1], UploadKind::Update).await;
    assert!(matches!(&spent, Err(PortError::NoToken { help, .. }) if help.contains("run the job again")), "{spent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ci_that_is_silent_may_be_asked_again_and_its_secrets_are_not_shown() {
    let scene = Scene::new(1800).await;
    let bearer = Token::new("s3cret").expect("a token");
    let address = scene.issuer.request_url();
    let failed = scene.publisher(Ci::GitHub { address, bearer }).upload(&scene.new[0], UploadKind::Update).await;
    let Err(PortError::Failed { why, .. }) = failed else { panic!("{failed:?}") };
    assert!(why.contains("GitHub Actions") && why.contains("401") && !why.contains("s3cret"), "{why}");
    assert!(!format!("{:?}", scene.github()).contains(BEARER));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_is_not_sound_gets_no_token() {
    let scene = Scene::new(1800).await;
    let (issuer, other, audience) = (&scene.issuer, Issuer::start(), scene.audience());
    let with = |key: &str, value: Value| {
        let mut claims = issuer.claims(&audience);
        claims[key] = value;
        issuer.sign(&claims)
    };
    let sound = issuer.claims(&audience);
    let rs256 = json!({ "typ": "JWT", "alg": "RS256", "kid": "key-1" });
    let header = |key: &str, value: &str| {
        let mut header = rs256.clone();
        header[key] = json!(value);
        issuer.sign_as(&header, &sound)
    };
    let spoiled = issuer.sign(&sound).replacen('.', ".e", 1);
    for (why, jwt, words) in [
        ("no token", "no.token".to_owned(), "decode"),
        ("another's signature", other.sign(&sound), "InvalidSignature"),
        ("nobody knows its issuer", other.sign(&other.claims(&audience)), "Unsupported JWT issuer"),
        ("changed after it was signed", spoiled, "decode"),
        ("unsigned", header("alg", "none"), "decode"),
        ("signed with the public key as a secret", header("alg", "HS256"), "InvalidAlgorithm"),
        ("an unknown key", header("kid", "key-2"), "key ID"),
        ("for another registry", with("aud", json!("crates.io")), "InvalidAudience"),
        ("for nobody", with("aud", json!(null)), "aud"),
        ("it has ended", with("exp", json!(1)), "ExpiredSignature"),
        ("it never ends", with("exp", json!(null)), "exp"),
        ("it begins later", with("nbf", json!(99_999_999_999_u64)), "ImmatureSignature"),
        ("another repository", with("repository", json!("abacist/other")), "No Trusted Publishing config"),
        (
            "another workflow",
            with("workflow_ref", json!("abacist/abacist/.github/workflows/test.yml@refs/heads/main")),
            "No Trusted Publishing config",
        ),
        ("it cannot be told from others", with("jti", json!(null)), "expected a string"),
    ] {
        let (status, answer) = scene.exchange(&jwt).await;
        let said = answer["errors"][0]["detail"].as_str().unwrap_or_default();
        assert_eq!(status, 400, "{why}: {answer}");
        assert!(said.contains(words), "{why}: {said}");
    }
    assert_eq!(scene.yard.registry.trusted_tokens(), 0);
    let jwt = issuer.sign(&sound);
    assert_eq!(scene.exchange(&jwt).await.0, 200);
    let (status, again) = scene.exchange(&jwt).await;
    assert!(status == 400 && again.to_string().contains("already been used"), "{again}");
}
