//! A registry that stands in for another.

use stationmaster_adapters::registry::{CargoRegistry, RegistryTarget, embedded::Upstream};
use stationmaster_engine::ports::Registry;

use super::{Hours, Yard, cargo, said};

fn online(behind: &Yard) -> Upstream {
    let target = RegistryTarget::Index(behind.registry.index_url.clone());
    Upstream::Online { target, project: Some(behind.folder.path().to_owned()) }
}

const PUBLISH: &[&str] = &["publish", "--registry", "station", "--no-verify"];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_held_comes_from_the_registry_behind_and_is_kept() {
    let behind = Yard::new().await;
    behind.cargo_ok(&behind.package("sm-base", "1.0.0", ""), PUBLISH).await;
    let yard = Yard::with(|options| options.upstream = online(&behind)).await;
    let user =
        yard.package("sm-user", "0.1.0", "[dependencies]\nsm-base = { version = \"1\", registry = \"station\" }\n");
    yard.cargo_ok(&user, &["publish", "--registry", "station"]).await;
    assert!(yard.path("registry/cache/crates/sm-base-1.0.0.crate").is_file());
    assert_eq!(yard.index_file("sm/-b/sm-base"), "", "what is fetched does not become part of the index");
    let kept = std::fs::read_to_string(yard.path("registry/cache/index/sm/-b/sm-base")).expect("kept");
    assert_eq!(kept, behind.index_file("sm/-b/sm-base"));
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_of_both_are_shown_together_and_the_local_ones_win() {
    let behind = Yard::new().await;
    behind.cargo_ok(&behind.package("sm-base", "1.0.0", ""), PUBLISH).await;
    let changed = behind.package("sm-base", "1.1.0", "");
    std::fs::write(changed.join("src/lib.rs"), "pub fn three() {}\n").expect("write");
    behind.cargo_ok(&changed, PUBLISH).await;
    let yard = Yard::with(|options| options.upstream = online(&behind)).await;
    let place = RegistryTarget::StandIn(yard.registry.index_url.clone());
    let registry = CargoRegistry::new(place, Some(yard.folder.path()));
    let dir = yard.package("sm-base", "1.1.0", "");
    let replaced = [PUBLISH, &["--allow-dirty"]].concat();
    // Cargo itself sees 1.1.0 behind and would not even try; so this goes the way our uploader goes.
    assert!(!yard.cargo(&dir, &replaced).await.status.success());
    let staged = packaged(&yard, &dir, "sm-base", "1.1.0").await;
    let upload = CargoRegistry::new(RegistryTarget::StandIn(yard.registry.index_url.clone()), None);
    upload
        .with_token(yard.token.clone())
        .upload(&staged, stationmaster_core::model::UploadKind::NewCrate)
        .await
        .expect("upload");
    let index = registry.index(&["sm-base".to_owned()]).await;
    let versions = index["sm-base"].known().expect("known");
    assert_eq!(versions.keys().map(ToString::to_string).collect::<Vec<_>>(), ["1.0.0", "1.1.0"]);
    let local = &versions[&"1.1.0".parse().expect("version")].checksum;
    assert_eq!(*local, staged.checksum);
    assert!(!behind.index_file("sm/-b/sm-base").contains(local.as_str()));
}

async fn packaged(
    yard: &Yard,
    dir: &std::path::Path,
    name: &str,
    version: &str,
) -> stationmaster_engine::ports::StagedCrate {
    use sha2::Digest;
    let arguments = ["package", "--no-verify", "--exclude-lockfile", "--allow-dirty", "--target-dir", "target"];
    let output = cargo(&yard.path("cargo-home"), &yard.registry.index_url, dir, "none", &arguments).await;
    assert!(output.status.success(), "{}", said(&output));
    let path = dir.join(format!("target/package/{name}-{version}.crate"));
    let bytes = std::fs::read(&path).expect("crate");
    let checksum = sha2::Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let release = crate::build::release(name, version);
    stationmaster_engine::ports::StagedCrate { release, path, checksum, size: bytes.len() as u64 }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_its_own_crates_it_shows_only_what_was_published_to_it() {
    let behind = Yard::new().await;
    behind.cargo_ok(&behind.package("sm-base", "2.0.0", ""), PUBLISH).await;
    let yard = Yard::with(|options| {
        options.upstream = online(&behind);
        options.own = ["sm-base".to_owned()].into();
    })
    .await;
    let get = |path: &str| reqwest::get(format!("{}{path}", yard.registry.api_url));
    assert_eq!(get("/api/v1/crates/sm-base/2.0.0/download").await.expect("answer").status().as_u16(), 404);
    yard.cargo_ok(&yard.package("sm-base", "2.0.0", ""), PUBLISH).await;
    let line = yard.index_file("sm/-b/sm-base");
    assert_eq!(get("/index/sm/-b/sm-base").await.expect("answer").text().await.expect("text"), line);
    assert_eq!(line.lines().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_behind_that_is_away_makes_entries_unknown_and_not_absent() {
    let (behind, hours) = (Yard::new().await, Hours::new());
    let yard = Yard::with(|options| {
        options.upstream = online(&behind);
        options.patience = hours.patience();
    })
    .await;
    behind.registry.stop().await;
    let registry = CargoRegistry::new(RegistryTarget::StandIn(yard.registry.index_url.clone()), None);
    let registry = registry.with_patience(hours.patience());
    let index = registry.index(&["sm-base".to_owned()]).await;
    assert!(index["sm-base"].known().is_none(), "{index:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_only_what_cargo_has_in_its_cache_is_there() {
    let behind = Yard::new().await;
    let folder = behind.package("sm-base", "1.0.0", "");
    std::fs::create_dir_all(behind.path("local/index/sm/-b")).expect("folders");
    behind.cargo_ok(&folder, PUBLISH).await;
    let line = behind.index_file("sm/-b/sm-base");
    std::fs::write(behind.path("local/index/sm/-b/sm-base"), &line).expect("write");
    std::fs::copy(behind.path("registry/crates/sm-base/sm-base-1.0.0.crate"), behind.path("local/sm-base-1.0.0.crate"))
        .expect("copy");
    std::fs::create_dir_all(behind.path(".cargo")).expect("folder");
    let replace = "[source.crates-io]\nreplace-with = \"near\"\n[source.near]\nlocal-registry = \"local\"\n";
    std::fs::write(behind.path(".cargo/config.toml"), replace).expect("write");
    let project = Some(behind.folder.path().to_owned());
    behind.registry.stop().await;
    let near = Upstream::CargoCache { target: RegistryTarget::CratesIo, project };
    let yard = Yard::with(|options| options.upstream = near).await;
    let get = |path: &str| reqwest::get(format!("{}{path}", yard.registry.api_url));
    assert_eq!(get("/index/sm/-b/sm-base").await.expect("answer").text().await.expect("text"), line);
    assert_eq!(get("/index/sm/-n/sm-none").await.expect("answer").status().as_u16(), 404);
    assert_eq!(get("/api/v1/crates/sm-base/1.0.0/download").await.expect("answer").status().as_u16(), 200);
}
