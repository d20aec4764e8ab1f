//! Plain cargo against the embedded registry.
//!
//! Rules: X12.

use stationmaster_adapters::registry::embedded::{EmbeddedError, EmbeddedOptions, EmbeddedRegistry};

use super::{Yard, said};

const PUBLISH: &[&str] = &["publish", "--registry", "station", "--no-verify"];

#[tokio::test(flavor = "multi_thread")]
async fn cargo_publishes_resolves_builds_and_installs() {
    let yard = Yard::new().await;
    let base = yard.package("sm-base", "1.0.0", "");
    yard.cargo_ok(&base, PUBLISH).await;
    let dependency = "[dependencies]\nbase = { package = \"sm-base\", version = \"1\", registry = \"station\" }\n";
    let tool = yard.package("sm-tool", "0.1.0", dependency);
    std::fs::write(tool.join("src/main.rs"), "fn main() { println!(\"{}\", base::two()) }\n").expect("source");
    yard.cargo_ok(&tool, &["publish", "--registry", "station"]).await;
    let root = yard.path("installed");
    let root = root.to_str().expect("path");
    yard.cargo_ok(&tool, &["install", "sm-tool", "--registry", "station", "--root", root]).await;
    let installed = tokio::process::Command::new(yard.path("installed/bin/sm-tool")).output().await.expect("it runs");
    assert_eq!(String::from_utf8_lossy(&installed.stdout), "2\n");
    let line: serde_json::Value = serde_json::from_str(yard.index_file("sm/-t/sm-tool").trim()).expect("a line");
    assert_eq!(line["deps"][0]["name"], "base");
    assert_eq!(line["deps"][0]["package"], "sm-base");
    assert_eq!(line["deps"][0]["registry"], serde_json::Value::Null, "a dependency at home names no port");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_published_once() {
    let yard = Yard::new().await;
    let dir = yard.package("sm-base", "1.0.0", "");
    yard.cargo_ok(&dir, PUBLISH).await;
    let before = yard.index_file("sm/-b/sm-base");
    let again = yard.cargo(&dir, PUBLISH).await;
    assert!(!again.status.success() && said(&again).contains("already"), "{}", said(&again));
    assert_eq!(yard.index_file("sm/-b/sm-base"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_owners_publish_and_yank_until_they_add_others() {
    let yard = Yard::new().await;
    let first = yard.package("sm-base", "1.0.0", "");
    let second = yard.package("sm-base", "1.0.1", "");
    let wrong = yard.cargo_as(&first, "not-a-token", PUBLISH).await;
    assert!(said(&wrong).contains("403") && said(&wrong).contains("no account has this token"), "{}", said(&wrong));
    yard.cargo_ok(&first, PUBLISH).await;
    let bob = yard.registry.issue_token("bob").expect("token");
    let refused = yard.cargo_as(&second, bob.expose(), PUBLISH).await;
    assert!(said(&refused).contains("don't seem to be an owner"), "{}", said(&refused));
    let yank = ["yank", "sm-base@1.0.0", "--registry", "station"];
    assert!(!yard.cargo_as(&first, bob.expose(), &yank).await.status.success());
    yard.cargo_ok(&first, &["owner", "--add", "bob", "sm-base", "--registry", "station"]).await;
    assert!(yard.cargo_ok(&first, &["owner", "--list", "sm-base", "--registry", "station"]).await.contains("bob"));
    let published = yard.cargo_as(&second, bob.expose(), PUBLISH).await;
    assert!(published.status.success(), "{}", said(&published));
    let stranger = yard.cargo(&first, &["owner", "--add", "carol", "sm-base", "--registry", "station"]).await;
    assert!(said(&stranger).contains("carol"), "{}", said(&stranger));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yanked_version_is_not_resolved_until_it_is_taken_back() {
    let yard = Yard::new().await;
    let dir = yard.package("sm-base", "1.0.0", "");
    yard.cargo_ok(&dir, PUBLISH).await;
    let user =
        yard.package("sm-user", "0.1.0", "[dependencies]\nsm-base = { version = \"1\", registry = \"station\" }\n");
    yard.cargo_ok(&dir, &["yank", "sm-base@1.0.0", "--registry", "station"]).await;
    let resolved = yard.cargo(&user, &["generate-lockfile"]).await;
    assert!(!resolved.status.success() && said(&resolved).contains("yanked"), "{}", said(&resolved));
    yard.cargo_ok(&dir, &["yank", "--undo", "sm-base@1.0.0", "--registry", "station"]).await;
    yard.cargo_ok(&user, &["generate-lockfile"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_registrys_rules_hold_with_its_words() {
    let yard = Yard::with(|options| options.limits.size = 2000).await;
    let big = yard.package("sm-big", "1.0.0", "");
    let noise: String = (0..4000_u32).map(|n| format!("{:x}", n.wrapping_mul(2_654_435_761))).collect();
    std::fs::write(big.join("noise.txt"), noise).expect("write");
    let refused = yard.cargo(&big, PUBLISH).await;
    assert!(said(&refused).contains("max upload size is: 2000"), "{}", said(&refused));
    let odd = yard.package("sm-odd", "1.0.0", "keywords = [\"two words\"]\ncategories = [\"trains\"]\n");
    let refused = said(&yard.cargo(&odd, PUBLISH).await);
    assert!(refused.contains("no valid keyword") && refused.contains("no category `trains`"), "{refused}");
    assert_eq!(yard.index_file("sm/-b/sm-big") + &yard.index_file("sm/-o/sm-odd"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_registry_on_the_same_folder_is_refused_until_the_first_has_stopped() {
    let yard = Yard::new().await;
    let options = EmbeddedOptions::new(yard.path("registry"));
    let second = EmbeddedRegistry::start(options.clone()).await;
    assert!(matches!(second, Err(EmbeddedError::Running(_))), "{second:?}");
    yard.registry.stop().await;
    EmbeddedRegistry::start(options).await.expect("the folder is free");
}
