//! Registries whose index is a git repository, made and changed with the real git.

use std::path::Path;

use stationmaster_adapters::{
    http::Token,
    registry::{CargoRegistry, RegistryTarget},
};
use stationmaster_core::model::Observed;
use stationmaster_engine::ports::Registry;

use super::Yard;
use crate::scratch::Scratch;

fn entry(version: &str) -> String {
    format!(
        "{{\"name\":\"sm-base\",\"vers\":\"{version}\",\"deps\":[],\"cksum\":\"ab\",\"features\":{{}},\"yanked\":false}}\n"
    )
}

fn registry(index: &Scratch, cache: &Path) -> CargoRegistry {
    CargoRegistry::new(RegistryTarget::Index(format!("file://{}", index.work().display())), None).cache(cache)
}

fn name() -> [String; 1] {
    ["sm-base".to_owned()]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_look_at_a_git_index_sees_what_was_committed_last() {
    let (index, cache) = (Scratch::new(), tempfile::tempdir().expect("folder"));
    index.write("sm/-b/sm-base", &entry("1.0.0"));
    index.commit("1.0.0");
    let registry = registry(&index, cache.path());
    let looked = registry.index(&["sm-base", "sm-none"].map(str::to_owned)).await;
    assert_eq!(looked["sm-base"].known().expect("known").len(), 1);
    assert!(looked["sm-none"].known().expect("known").is_empty());
    index.write("sm/-b/sm-base", &(entry("1.0.0") + &entry("1.0.1")));
    index.commit("1.0.1");
    assert_eq!(registry.index(&name()).await["sm-base"].known().expect("known").len(), 2);
    // The index's server may rewrite its history, as crates.io's did.
    index.run(&["checkout", "-q", "--orphan", "squashed"]);
    index.write("sm/-b/sm-base", &entry("2.0.0"));
    index.commit("squashed");
    assert!(registry.index(&name()).await["sm-base"].known().expect("known").contains_key(&semver("2.0.0")));
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_at_once_through_one_mirror_do_not_hinder_each_other() {
    let (index, cache) = (Scratch::new(), tempfile::tempdir().expect("folder"));
    index.write("sm/-b/sm-base", &entry("1.0.0"));
    index.commit("1.0.0");
    let (one, two, three) = (registry(&index, cache.path()), registry(&index, cache.path()), name());
    let looks = tokio::join!(one.index(&three), two.index(&three), one.index(&three), two.index(&three));
    for look in [looks.0, looks.1, looks.2, looks.3] {
        assert_eq!(look["sm-base"].known().map(std::collections::BTreeMap::len), Some(1), "{look:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_git_index_that_is_away_is_unknown_and_never_empty() {
    let (index, cache) = (Scratch::new(), tempfile::tempdir().expect("folder"));
    index.write("sm/-b/sm-base", &entry("1.0.0"));
    index.commit("1.0.0");
    let registry = registry(&index, cache.path());
    registry.index(&name()).await;
    drop(index);
    let looked = registry.index(&name()).await;
    assert!(matches!(&looked["sm-base"], Observed::Unknown(why) if why.contains("could not fetch")), "{looked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_git_index_calls_its_api_is_where_requests_go() {
    let yard = Yard::new().await;
    let (index, cache) = (Scratch::new(), tempfile::tempdir().expect("folder"));
    index.write("config.json", &format!("{{\"dl\":\"x\",\"api\":\"{}\"}}", yard.registry.api_url));
    index.commit("config");
    let registry = registry(&index, cache.path()).with_token(Token::new(yard.token.expose()).expect("token"));
    let refused = registry.yank("sm-base", &semver("1.0.0")).await.expect_err("no such crate");
    assert!(refused.to_string().contains("sm-base"), "{refused}");
    assert!(matches!(refused, stationmaster_engine::ports::PortError::Refused { .. }), "{refused:?}");
}

fn semver(text: &str) -> semver::Version {
    text.parse().expect("version")
}
