//! Our own uploader against the embedded registry.

use std::path::Path;

use stationmaster_adapters::{
    http::Token,
    registry::{CargoRegistry, RegistryTarget},
};
use stationmaster_core::model::{Observed, UploadKind};
use stationmaster_engine::ports::{Builder, PortError, Registry, StagedCrate, UploadReply};

use super::{Yard, cargo, said};
use crate::build::{builder, release, workspace};

pub(super) fn uploader(yard: &Yard) -> CargoRegistry {
    CargoRegistry::new(RegistryTarget::StandIn(yard.registry.index_url.clone()), Some(yard.folder.path()))
        .with_token(yard.token.clone())
}

pub(super) async fn staged(folder: &Path, version: &str) -> (crate::scratch::Scratch, Vec<StagedCrate>) {
    let (scratch, commit) = workspace(version);
    let crates = [release("sm-base", version), release("sm-tool", version)];
    let staged = builder(&scratch, &folder.join("staging")).stage(&commit, &crates).await.expect("staged");
    (scratch, staged)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_we_upload_plain_cargo_installs() {
    let yard = Yard::new().await;
    let (_scratch, staged) = staged(yard.folder.path(), "1.0.0").await;
    let registry = uploader(&yard);
    for it in &staged {
        assert_eq!(registry.upload(it, UploadKind::NewCrate).await, Ok(UploadReply::Accepted));
    }
    let names = ["sm-base", "sm-tool", "sm-none"].map(str::to_owned);
    let index = registry.index(&names).await;
    for it in &staged {
        let versions = index[&it.release.name].known().expect("known");
        assert_eq!(versions[&it.release.version].checksum, it.checksum);
    }
    assert!(index["sm-none"].known().expect("known").is_empty());
    let home = yard.path("replaced");
    std::fs::create_dir_all(&home).expect("folder");
    let replace = format!(
        "[source.crates-io]\nreplace-with = \"station\"\n[source.station]\nregistry = \"{}\"\n",
        yard.registry.index_url
    );
    std::fs::write(home.join("config.toml"), replace).expect("write");
    let root = yard.path("installed");
    let install = ["install", "sm-tool", "--root", root.to_str().expect("path")];
    let output = cargo(&home, &yard.registry.index_url, yard.folder.path(), "none", &install).await;
    assert!(output.status.success(), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_upload_is_there_already_and_the_index_tells_whose_it_is() {
    let yard = Yard::new().await;
    let (_scratch, staged) = staged(yard.folder.path(), "1.0.0").await;
    let registry = uploader(&yard);
    assert_eq!(registry.upload(&staged[0], UploadKind::NewCrate).await, Ok(UploadReply::Accepted));
    let again = registry.upload(&staged[0], UploadKind::NewCrate).await;
    assert!(matches!(&again, Ok(UploadReply::AlreadyThere(why)) if why.contains("already uploaded")), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn yanking_twice_is_fine_and_an_unknown_version_is_refused() {
    let yard = Yard::new().await;
    let (_scratch, staged) = staged(yard.folder.path(), "1.0.0").await;
    let registry = uploader(&yard);
    registry.upload(&staged[0], UploadKind::NewCrate).await.expect("upload");
    let version = &staged[0].release.version;
    registry.yank("sm-base", version).await.expect("yanked");
    registry.yank("sm-base", version).await.expect("yanked");
    let index = registry.index(&["sm-base".to_owned()]).await;
    assert!(index["sm-base"].known().expect("known")[version].yanked);
    let unknown = registry.yank("sm-base", &"9.9.9".parse().expect("version")).await;
    assert!(matches!(unknown, Err(PortError::Refused { .. })), "{unknown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_why_and_no_token_is_shown() {
    let yard = Yard::with(|options| options.limits.size = 100).await;
    let (_scratch, staged) = staged(yard.folder.path(), "1.0.0").await;
    let refused = |reply| match reply {
        Err(PortError::Refused { what, why } | PortError::TokenRefused { what, why, .. }) => format!("{what}: {why}"),
        other => panic!("{other:?}"),
    };
    let too_large = refused(uploader(&yard).upload(&staged[0], UploadKind::NewCrate).await);
    assert_eq!(too_large, "upload of sm-base 1.0.0: max upload size is: 100");
    let wrong = uploader(&yard).with_token(Token::new("s3cret").expect("token"));
    let wrong = refused(wrong.upload(&staged[0], UploadKind::NewCrate).await);
    assert!(wrong.contains("no account has this token") && !wrong.contains("s3cret"), "{wrong}");
    std::fs::write(&staged[0].path, "spoiled").expect("write");
    assert!(refused(uploader(&yard).upload(&staged[0], UploadKind::NewCrate).await).contains("checksum"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_is_away_fails_and_offline_is_unknown_without_a_request() {
    let yard = Yard::new().await;
    let (_scratch, staged) = staged(yard.folder.path(), "1.0.0").await;
    let (registry, offline) = (uploader(&yard), uploader(&yard).offline(true));
    let name = ["sm-base".to_owned()];
    assert_eq!(offline.index(&name).await["sm-base"], Observed::Unknown("offline".to_owned()));
    assert!(matches!(offline.upload(&staged[0], UploadKind::NewCrate).await, Err(PortError::Failed { .. })));
    yard.registry.stop().await;
    assert!(matches!(&registry.index(&name).await["sm-base"], Observed::Unknown(_)));
    assert!(matches!(registry.upload(&staged[0], UploadKind::NewCrate).await, Err(PortError::Failed { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crate_file_without_its_line_in_the_index_is_not_published_and_the_next_upload_mends_it() {
    let yard = Yard::new().await;
    let (_scratch, staged) = staged(yard.folder.path(), "1.0.0").await;
    // As a kill between the two stages of an upload leaves it: a crate file, cut short or not, and no line.
    let orphan = yard.path("registry/crates/sm-base/sm-base-1.0.0.crate");
    std::fs::create_dir_all(orphan.parent().expect("folder")).expect("folders");
    std::fs::write(&orphan, "half a crate").expect("write");
    let registry = uploader(&yard);
    let names = ["sm-base".to_owned()];
    assert!(registry.index(&names).await["sm-base"].known().expect("known").is_empty());
    let url = format!("{}/api/v1/crates/sm-base/1.0.0/download", yard.registry.api_url);
    let status = |url: String| async move { reqwest::get(url).await.expect("answer").status().as_u16() };
    assert_eq!(status(url.clone()).await, 404);
    assert_eq!(registry.upload(&staged[0], UploadKind::NewCrate).await, Ok(UploadReply::Accepted));
    assert_eq!(status(url).await, 200);
    assert_eq!(std::fs::read(&orphan).expect("read"), std::fs::read(&staged[0].path).expect("read"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_files_are_the_same_wherever_and_whenever_it_runs() {
    let (one, two) = (Yard::new().await, Yard::new().await);
    let (_scratch, crates) = staged(one.folder.path(), "1.0.0").await;
    for yard in [&one, &two] {
        for it in &crates {
            uploader(yard).upload(it, UploadKind::NewCrate).await.expect("upload");
        }
    }
    assert_ne!(one.registry.index_url, two.registry.index_url);
    assert_eq!(one.index_file("sm/-t/sm-tool"), two.index_file("sm/-t/sm-tool"));
    assert!(one.index_file("sm/-t/sm-tool").contains("\"req\":\"=1.0.0\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_entry_that_did_not_change_is_not_sent_again() {
    let yard = Yard::new().await;
    let (_scratch, staged) = staged(yard.folder.path(), "1.0.0").await;
    uploader(&yard).upload(&staged[0], UploadKind::NewCrate).await.expect("upload");
    let url = format!("{}/index/sm/-b/sm-base", yard.registry.api_url);
    let client = reqwest::Client::new();
    let first = client.get(&url).send().await.expect("answer");
    let tag = first.headers()["etag"].clone();
    let second = client.get(&url).header("if-none-match", tag).send().await.expect("answer");
    assert_eq!((first.status().as_u16(), second.status().as_u16()), (200, 304));
}
