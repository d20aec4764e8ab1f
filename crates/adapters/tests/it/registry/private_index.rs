//! An index that answers only who sends a token.

use std::{
    fs,
    sync::{Arc, Mutex},
};

use axum::{Router, extract::Request, http::StatusCode, response::IntoResponse};
use stationmaster_adapters::registry::{CargoRegistry, RegistryTarget, embedded::Upstream};
use stationmaster_core::model::Observed;
use stationmaster_engine::ports::{PortError, Registry};

use super::{Hours, Yard};

const LINE: &str =
    "{\"name\":\"sm-base\",\"vers\":\"1.0.0\",\"deps\":[],\"cksum\":\"ab\",\"features\":{},\"yanked\":false}\n";
const TOKEN: &str = "s3cret-of-the-index";

/// What the index lets everybody see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// Nothing: 401 without a token.
    Nothing,
    /// Its configuration, which says `auth-required`; of the rest it says that it is not there.
    Configuration,
    /// Its configuration, which does not say so.
    SilentConfiguration,
}

/// Path and token of each request.
type Requests = Arc<Mutex<Vec<(String, Option<String>)>>>;

struct Private {
    origin: String,
    requests: Requests,
}

impl Private {
    async fn start(open: Open) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let (requests, home) = (Requests::default(), origin.clone());
        let written = Arc::clone(&requests);
        let routes = Router::new().fallback(async move |request: Request| {
            let token = request.headers().get("authorization").and_then(|it| it.to_str().ok()).map(str::to_owned);
            let path = request.uri().path().to_owned();
            written.lock().expect("lock").push((path.clone(), token.clone()));
            let config = path == "/index/config.json";
            match token.as_deref() {
                Some(TOKEN) => {}
                Some(_) => return (StatusCode::FORBIDDEN, "no such token").into_response(),
                None if config && open != Open::Nothing => {}
                None if open == Open::Configuration => return StatusCode::NOT_FOUND.into_response(),
                None => return StatusCode::UNAUTHORIZED.into_response(),
            }
            let says = open != Open::SilentConfiguration;
            match path.as_str() {
                "/index/config.json" => {
                    format!("{{\"dl\":\"{home}/dl\",\"api\":\"{home}\",\"auth-required\":{says}}}").into_response()
                }
                "/index/sm/-b/sm-base" => LINE.into_response(),
                "/dl/sm-base/1.0.0/download" => "the crate".into_response(),
                _ => StatusCode::NOT_FOUND.into_response(),
            }
        });
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { origin, requests }
    }

    fn index(&self) -> String {
        format!("sparse+{}/index/", self.origin)
    }

    /// A user who has this index as `work`, and a program that gives this token for it. The project is in the folder `project`.
    fn user(&self, token: &str) -> tempfile::TempDir {
        let user = tempfile::tempdir().expect("folder");
        for folder in [".cargo", "project/.cargo", "project/.git"] {
            fs::create_dir_all(user.path().join(folder)).expect("folder");
        }
        fs::write(user.path().join("token"), token).expect("write");
        let (index, file) = (self.index(), user.path().join("token"));
        let text = format!(
            "[registries.work]\nindex = \"{index}\"\ncredential-provider = [\"cargo:token-from-stdout\", \"cat\", \"{}\"]\n\
             [registries.bare]\nindex = \"{index}bare/\"\n\
             [registries.lone]\ncredential-provider = [\"cargo:token-from-stdout\", \"cat\", \"{}\"]\n",
            file.display(),
            file.display()
        );
        fs::write(user.path().join(".cargo/config.toml"), text).expect("write");
        user
    }

    fn seen(&self) -> Vec<(String, Option<String>)> {
        self.requests.lock().expect("lock").clone()
    }
}

fn named(user: &tempfile::TempDir, name: &str) -> CargoRegistry {
    let target = RegistryTarget::Named(name.to_owned());
    CargoRegistry::new(target, Some(&user.path().join("project"))).with_patience(Hours::new().patience())
}

async fn versions(registry: &CargoRegistry) -> Observed<usize> {
    match &registry.index(&["sm-base".to_owned()]).await["sm-base"] {
        Observed::Known(versions) => Observed::Known(versions.len()),
        Observed::Unknown(why) => Observed::Unknown(why.clone()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_wants_a_token_is_read_with_the_one_that_cargo_would_send() {
    for open in [Open::Nothing, Open::Configuration, Open::SilentConfiguration] {
        let private = Private::start(open).await;
        let user = private.user(TOKEN);
        let registry = named(&user, "work");
        registry.may_read().await.expect("it may");
        assert_eq!(versions(&registry).await, Observed::Known(1), "{open:?}");
        let mut entries = private.seen().into_iter().filter(|(path, _)| path.ends_with("sm-base"));
        assert_eq!(entries.next_back().and_then(|(_, token)| token).as_deref(), Some(TOKEN), "{open:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_answers_everybody_is_sent_no_token() {
    let yard = Yard::new().await;
    let private = Private { origin: yard.registry.api_url.clone(), requests: Requests::default() };
    // A provider that would fail if it were asked.
    let user = private.user("");
    let registry = named(&user, "work");
    registry.may_read().await.expect("it may");
    assert_eq!(versions(&registry).await, Observed::Known(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_to_which_the_project_moves_a_name_of_the_user_is_sent_no_token() {
    for open in [Open::Nothing, Open::Configuration, Open::SilentConfiguration] {
        let (ours, theirs) = (Private::start(open).await, Private::start(open).await);
        let user = ours.user(TOKEN);
        // Another address under the name for which the user has a token.
        let text = format!("[registries.work]\nindex = \"{}\"\n", theirs.index());
        fs::write(user.path().join("project/.cargo/config.toml"), text).expect("write");
        let registry = named(&user, "work");
        let Observed::Unknown(why) = versions(&registry).await else { panic!("{open:?}: it was not seen") };
        assert!(why.contains("the project's own configuration says that registry `work` is at"), "{why}");
        assert!(why.contains("set CARGO_REGISTRIES_WORK_INDEX"), "{why}");
        registry.owners("sm-base").await.expect_err("nobody is told");
        let seen = theirs.seen();
        assert!(!seen.is_empty() && seen.iter().all(|(_, token)| token.is_none()), "{seen:?}");
        // The same address as the user's own is the user's.
        let text = format!("[registries.work]\nindex = \"{}\"\n", ours.index());
        fs::write(user.path().join("project/.cargo/config.toml"), text).expect("write");
        assert_eq!(versions(&named(&user, "work")).await, Observed::Known(1), "{open:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_only_the_project_names_is_sent_the_token_that_the_user_has_under_its_name() {
    let private = Private::start(Open::Nothing).await;
    let user = private.user(TOKEN);
    let text = format!("[registries.lone]\nindex = \"{}\"\n", private.index());
    fs::write(user.path().join("project/.cargo/config.toml"), text).expect("write");
    assert_eq!(versions(&named(&user, "lone")).await, Observed::Known(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_good_token_a_person_is_told_which_one_is_missing_and_nothing_is_taken_for_absent() {
    for open in [Open::Nothing, Open::Configuration] {
        let private = Private::start(open).await;
        let user = private.user("another-s3cret");
        let registry = named(&user, "work");
        let refused = match open {
            Open::Nothing => registry.may_read().await.expect_err("refused"),
            _ => PortError::TokenRefused { what: String::new(), why: String::new(), help: "token".to_owned() },
        };
        assert!(matches!(&refused, PortError::TokenRefused { help, .. } if help.contains("token")), "{refused:?}");
        let Observed::Unknown(why) = versions(&registry).await else { panic!("{open:?}: it was not seen") };
        assert!(why.contains("registry `work`") && !why.contains("another-s3cret"), "{why}");

        // Nobody has one for an index that has no name.
        let target = RegistryTarget::StandIn(private.index());
        let registry = CargoRegistry::new(target, None);
        let missing = registry.may_read().await.expect_err("there is none");
        assert!(matches!(missing, PortError::NoToken { .. }), "{missing:?}");
        assert!(matches!(versions(&registry).await, Observed::Unknown(_)), "{open:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_not_go_to_another_host_with_a_redirect() {
    let elsewhere = Private::start(Open::SilentConfiguration).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let (home, away) = (origin.clone(), elsewhere.origin.clone());
    let routes = Router::new().fallback(async move |request: Request| match request.uri().path() {
        "/index/config.json" => {
            format!("{{\"dl\":\"{home}\",\"api\":\"{home}\",\"auth-required\":true}}").into_response()
        }
        path => (StatusCode::TEMPORARY_REDIRECT, [("location", format!("{away}{path}"))]).into_response(),
    });
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let near = Private { origin, requests: Requests::default() };
    let user = near.user(TOKEN);
    let registry = named(&user, "work");
    assert!(matches!(versions(&registry).await, Observed::Unknown(_)));
    registry.yank("sm-base", &"1.0.0".parse().expect("version")).await.expect("no answer to a yank is no refusal");
    registry.owners("sm-base").await.expect_err("nobody is there");
    let seen = elsewhere.seen();
    assert!(seen.iter().any(|(path, _)| path.ends_with("/owners")), "{seen:?}");
    assert!(seen.iter().all(|(_, token)| token.is_none()), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_registry_behind_is_asked_for_entries_and_crates_with_its_token() {
    for open in [Open::Nothing, Open::Configuration] {
        let private = Private::start(open).await;
        let user = private.user(TOKEN);
        let target = RegistryTarget::Named("work".to_owned());
        let behind = Upstream::Online { target, project: Some(user.path().join("project")) };
        let yard = Yard::with(|options| options.upstream = behind).await;
        let get = |path: &str| reqwest::get(format!("{}{path}", yard.registry.api_url));
        let entry = get("/index/sm/-b/sm-base").await.expect("an answer").text().await.expect("text");
        assert_eq!(entry, LINE, "{open:?}");
        let file = get("/api/v1/crates/sm-base/1.0.0/download").await.expect("an answer").text().await.expect("text");
        assert_eq!(file, "the crate", "{open:?}");
    }
}
