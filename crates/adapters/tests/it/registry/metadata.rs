//! What we send beside a crate file is what cargo sends.

use std::sync::{Arc, Mutex};

use axum::{Router, body::Bytes, extract::Path, http::StatusCode, routing::get};
use serde_json::{Value, json};
use stationmaster_adapters::{
    http::Token,
    registry::{CargoRegistry, PackagedCrate, RegistryTarget},
};
use stationmaster_engine::ports::{Registry, StagedCrate, UploadReply};

use super::{cargo, said};

type Uploads = Arc<Mutex<Vec<Bytes>>>;

/// A registry that takes everything and keeps the uploads as they came. Every crate is in its index as 1.2.0, but for `sm-full`,
/// which is there after an upload.
async fn recorder() -> (String, Uploads) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("address"));
    let uploads = Uploads::default();
    let (kept, seen, config) = (Arc::clone(&uploads), Arc::clone(&uploads), json!({ "dl": origin, "api": origin }));
    let entry = move |Path(path): Path<String>| async move {
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let (version, features) = if name == "sm-full" { ("3.0.0", json!({})) } else { ("1.2.0", json!({ "f": [] })) };
        if name == "sm-full" && seen.lock().expect("lock").is_empty() {
            return (StatusCode::NOT_FOUND, String::new());
        }
        let sum = "0".repeat(64);
        let line =
            json!({ "name": name, "vers": version, "deps": [], "cksum": sum, "features": features, "yanked": false });
        (StatusCode::OK, line.to_string())
    };
    let put = move |body: Bytes| async move {
        kept.lock().expect("lock").push(body);
        json!({ "warnings": { "invalid_categories": [], "invalid_badges": [], "other": [] } }).to_string()
    };
    let routes = Router::new()
        .route("/index/config.json", get(move || async move { config.to_string() }))
        .route("/index/{*path}", get(entry))
        .route("/api/v1/crates/new", axum::routing::put(put));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (format!("sparse+{origin}/index/"), uploads)
}

const MANIFEST: &str = r#"
[package]
name = "sm-full"
version = "3.0.0"
edition = "2021"
rust-version = "1.85"
authors = ["A Person <a@example.org>"]
description = "Everything a manifest can say"
documentation = "https://example.org/docs"
homepage = "https://example.org"
repository = "https://example.org/git"
readme = "docs/About.md"
license = "MIT"
license-file = "LICENSE"
keywords = ["one", "c++"]
categories = ["no-std"]
links = "full"
build = "build.rs"

[badges]
maintenance = { status = "actively-developed" }

[features]
default = ["std"]
std = []
fancy = ["dep:opt", "sm-plain?/f", "std"]

[dependencies]
sm-plain = { version = "1.0", registry = "station", optional = true, default-features = false, features = ["f"] }
opt = { package = "sm-real", version = ">=1, <2", registry = "station", optional = true }
zed = { version = "=1.2.0", registry = "station" }

[dev-dependencies]
sm-dev = { version = "1", registry = "station" }

[build-dependencies]
sm-build = { version = "~1.2", registry = "station" }

[target.'cfg(any(unix,target_os="windows"))'.dependencies]
sm-unix = { version = "1", registry = "station" }

[target.x86_64-unknown-linux-gnu.build-dependencies]
sm-linux = { version = "1", registry = "station" }
"#;

#[tokio::test(flavor = "multi_thread")]
async fn our_metadata_equals_cargos() {
    let (index, uploads) = recorder().await;
    let folder = tempfile::tempdir().expect("folder");
    let dir = folder.path().join("full");
    std::fs::create_dir_all(dir.join("src")).expect("folders");
    std::fs::create_dir_all(dir.join("docs")).expect("folders");
    for (path, text) in [
        ("Cargo.toml", MANIFEST),
        ("docs/About.md", "# About\n\u{e9}\n"),
        ("LICENSE", "free"),
        ("build.rs", "fn main() {}\n"),
        ("src/lib.rs", ""),
    ] {
        std::fs::write(dir.join(path), text).expect("write");
    }
    let home = folder.path().join("home");
    let output = cargo(&home, &index, &dir, "t", &["publish", "--registry", "station", "--no-verify"]).await;
    assert!(output.status.success(), "{}", said(&output));
    let theirs = split(&uploads.lock().expect("lock")[0]);

    let path = folder.path().join("sm-full-3.0.0.crate");
    std::fs::write(&path, &theirs.1).expect("write");
    let release = crate::build::release("sm-full", "3.0.0");
    let checksum = sha2_hex(&theirs.1);
    let staged = StagedCrate { release, path, checksum, size: theirs.1.len() as u64 };
    let registry = CargoRegistry::new(RegistryTarget::Index(index), None).with_token(Token::new("t").expect("token"));
    assert_eq!(
        registry.upload(&staged, stationmaster_core::model::UploadKind::NewCrate).await,
        Ok(UploadReply::Accepted)
    );
    let ours = split(&uploads.lock().expect("lock")[1]);
    assert_eq!(ours.0, theirs.0);
    assert_eq!(ours.1, theirs.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_cargo_made_in_a_repository_says_from_which_folder_it_is() {
    let folder = tempfile::tempdir().expect("folder");
    let dir = folder.path().join("crates/near");
    std::fs::create_dir_all(dir.join("src")).expect("folders");
    let manifest = "[package]\nname = \"near\"\nversion = \"1.0.0\"\nedition = \"2021\"\n";
    for (path, text) in [("Cargo.toml", manifest), ("src/lib.rs", "")] {
        std::fs::write(dir.join(path), text).expect("write");
    }
    let packaged = async |more: &str| {
        let output =
            cargo(&folder.path().join("home"), "", &dir, "t", &["package", "--no-verify", "--offline", more]).await;
        assert!(output.status.success(), "{}", said(&output));
        let file = folder.path().join("home/target/package/near-1.0.0.crate");
        PackagedCrate::read(&std::fs::read(file).expect("read"), "near-1.0.0").expect("a crate").facts(None).path_in_vcs
    };
    assert_eq!(packaged("--quiet").await, None, "there is no repository");
    std::fs::write(folder.path().join(".gitignore"), "home\n").expect("write");
    for arguments in [&["init", "--quiet"][..], &["add", "--all"], &["commit", "--quiet", "--message", "Begin"]] {
        let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
        let done = std::process::Command::new("git").args(identity).args(arguments).current_dir(folder.path()).status();
        assert!(done.expect("git runs").success());
    }
    assert_eq!(packaged("--quiet").await.as_deref(), Some("crates/near"));
}

fn split(body: &Bytes) -> (Value, Vec<u8>) {
    let length = |at: usize| u32::from_le_bytes(body[at..at + 4].try_into().expect("four bytes")) as usize;
    let json = length(0);
    let file = length(4 + json);
    assert_eq!(body.len(), 8 + json + file);
    (serde_json::from_slice(&body[4..4 + json]).expect("JSON"), body[8 + json..].to_vec())
}

fn sha2_hex(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
