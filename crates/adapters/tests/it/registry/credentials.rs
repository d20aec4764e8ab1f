//! Credential providers of cargo's configuration, asked by us as the real cargo asks them.

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt, path::PathBuf};

use serde_json::Value;
use stationmaster_adapters::registry::{CargoRegistry, RegistryTarget};
use stationmaster_core::model::{CrateRelease, Credential, LockFile, UploadKind};
use stationmaster_engine::ports::{PortError, Registry, StagedCrate, UploadReply};

use super::Yard;

impl Yard {
    /// Cargo's configuration for the yard's registry under the name `station`, and what is said of its provider.
    fn configure(&self, provider: &str) {
        fs::create_dir_all(self.path(".cargo")).expect("folder");
        let text = format!(
            "[registries.station]\nindex = \"{}\"\ncredential-provider = {provider}\n",
            self.registry.index_url
        );
        fs::write(self.path(".cargo/config.toml"), text).expect("write");
    }

    /// A provider that writes down what it is asked and answers so.
    fn provider(&self, answer: &str) -> PathBuf {
        let (path, asked) = (self.path("provider"), self.path("asked"));
        let script = format!(
            "#!/bin/sh\ntest \"$1\" = --cargo-plugin || exit 9\necho '{{\"v\":[1]}}'\nread -r line\necho \"$line\" >> '{}'\n\
             echo '{answer}'\ncat > /dev/null\n",
            asked.display()
        );
        // The script runs by a path that no process ever had open for writing: another test may be just starting a child.
        fs::write(self.path("provider.new"), script).expect("write");
        fs::set_permissions(self.path("provider.new"), fs::Permissions::from_mode(0o755)).expect("mode");
        assert!(
            std::process::Command::new("cp").arg(self.path("provider.new")).arg(&path).status().expect("cp").success()
        );
        path
    }

    fn asked(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.path("asked")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// A folder of its own: what is configured in the yard is the user's.
    fn project(&self) -> PathBuf {
        let project = self.path("project");
        fs::create_dir_all(&project).expect("folder");
        project
    }

    fn named(&self) -> CargoRegistry {
        CargoRegistry::new(RegistryTarget::Named("station".to_owned()), Some(&self.project()))
    }

    /// A crate that the real cargo packaged.
    async fn packaged(&self, name: &str) -> StagedCrate {
        let dir = self.package(name, "1.0.0", "");
        self.cargo_ok(&dir, &["package", "--no-verify", "--registry", "station"]).await;
        let path = self.path(&format!("cargo-home/target/package/{name}-1.0.0.crate"));
        let bytes = fs::read(&path).expect("crate");
        let release = CrateRelease {
            name: name.to_owned(),
            version: semver::Version::new(1, 0, 0),
            after: BTreeSet::new(),
            lock_file: LockFile::Never,
        };
        StagedCrate { release, checksum: sha256(&bytes), size: bytes.len() as u64, path }
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where a registry's token is kept.
async fn source(registry: &CargoRegistry) -> String {
    match registry.credential(UploadKind::NewCrate).await {
        Ok(Credential::Kept { from }) => from,
        other => panic!("{other:?}"),
    }
}

fn get(token: &str, more: &str) -> String {
    format!("{{\"Ok\":{{\"kind\":\"get\",\"token\":\"{token}\",{more}}}}}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_asked_by_us_what_cargo_asks_it() {
    let yard = Yard::new().await;
    let staged = yard.packaged("sm-base").await;
    let provider = yard.provider(&get(yard.token.expose(), "\"cache\":\"never\",\"operation_independent\":true"));
    yard.configure(&format!("[\"{}\", \"--team\", \"a b\"]", provider.display()));
    let dir = yard.path("packages/sm-base-1.0.0");
    yard.cargo_ok(&dir, &["publish", "--registry", "station", "--no-verify"]).await;
    yard.cargo_ok(&dir, &["yank", "sm-base@1.0.0", "--registry", "station"]).await;
    let by_cargo = yard.asked();
    fs::remove_file(yard.path("asked")).expect("remove");
    let ours = yard.named();
    // The same bytes are there already; the provider was asked for the token all the same.
    assert!(matches!(ours.upload(&staged, UploadKind::NewCrate).await, Ok(UploadReply::AlreadyThere(_))));
    ours.yank("sm-base", &staged.release.version).await.expect("yanked");
    let by_us = yard.asked();
    assert_eq!(by_us[0]["operation"], "publish");
    assert_eq!(by_us, by_cargo.into_iter().filter(|it| it["operation"] != "read").collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_used_again_for_as_long_as_its_provider_allows() {
    for (more, times) in [
        ("\"cache\":\"session\",\"operation_independent\":true", 1),
        ("\"cache\":\"expires\",\"expiration\":99999999999,\"operation_independent\":true", 1),
        ("\"cache\":\"expires\",\"expiration\":1,\"operation_independent\":true", 3),
        ("\"cache\":\"session\",\"operation_independent\":false", 3),
        ("\"cache\":\"never\",\"operation_independent\":true", 3),
    ] {
        let yard = Yard::new().await;
        let provider = yard.provider(&get(yard.token.expose(), more));
        yard.configure(&format!("[\"{}\"]", provider.display()));
        let registry = yard.named();
        for _ in 0..3 {
            let from = source(&registry).await;
            assert!(from.contains("provider") && !from.contains(yard.token.expose()), "{from}");
        }
        assert_eq!(yard.asked().len(), times, "{more}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_prints_a_token_is_enough() {
    let yard = Yard::new().await;
    let staged = yard.packaged("sm-base").await;
    fs::write(yard.path("secret"), format!("{}\n", yard.token.expose())).expect("write");
    yard.configure(&format!("[\"cargo:token-from-stdout\", \"cat\", \"{}\"]", yard.path("secret").display()));
    assert_eq!(yard.named().upload(&staged, UploadKind::NewCrate).await, Ok(UploadReply::Accepted));
    assert_eq!(source(&yard.named()).await, "`cargo:token-from-stdout cat`");
    // The same registry, named by its index.
    let outright = RegistryTarget::Index(yard.registry.index_url.clone());
    let outright = CargoRegistry::new(outright, Some(&yard.project()));
    assert_eq!(source(&outright).await, "`cargo:token-from-stdout cat`");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_fails_is_named_and_what_it_printed_is_not_shown() {
    let yard = Yard::new().await;
    let broken = yard.provider("s3cret that is no JSON");
    let angry = "{\"Err\":{\"kind\":\"other\",\"message\":\"vault sealed\",\"caused-by\":[\"no key\"]}}";
    let cases = [
        (format!("\"{}\"", broken.display()), "provider`: its answer is not what cargo's protocol has there"),
        ("[\"cargo:token-from-stdout\", \"printf\", \"s3cret\\\\nx\\\\n\"]".to_owned(), "printed more than one line"),
        ("[\"cargo:token-from-stdout\", \"false\"]".to_owned(), "`cargo:token-from-stdout`: it ended with"),
        (
            "\"no-such-program-of-a-vault\"".to_owned(),
            "`no-such-program-of-a-vault`: `no-such-program-of-a-vault` does",
        ),
        ("\"cargo:paseto\"".to_owned(), "`cargo:paseto`: it is built into cargo"),
    ];
    for (provider, expected) in cases {
        yard.configure(&provider);
        let why = match yard.named().credential(UploadKind::NewCrate).await {
            Err(PortError::Refused { why, .. }) => why,
            other => panic!("{provider}: {other:?}"),
        };
        assert!(why.contains(expected) && !why.contains("s3cret"), "{why}");
    }
    yard.configure(&format!("\"{}\"", yard.provider(angry).display()));
    let sealed = yard.named().credential(UploadKind::NewCrate).await.expect_err("sealed");
    assert!(sealed.to_string().contains("vault sealed: no key"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_without_a_token_leaves_it_to_the_next() {
    let yard = Yard::new().await;
    let none = yard.provider("{\"Err\":{\"kind\":\"not-found\"}}");
    fs::write(yard.path("secret"), yard.token.expose()).expect("write");
    fs::create_dir_all(yard.path(".cargo")).expect("folder");
    let text = format!(
        "[registries.station]\nindex = \"{}\"\n[registry]\nglobal-credential-providers = [\"cargo:token-from-stdout cat {}\", \"{}\"]\n",
        yard.registry.index_url,
        yard.path("secret").display(),
        none.display()
    );
    fs::write(yard.path(".cargo/config.toml"), text).expect("write");
    assert_eq!(source(&yard.named()).await, "`cargo:token-from-stdout cat`");
    assert_eq!(yard.asked().len(), 1, "the last one named was asked first");
    assert_eq!(yard.asked()[0]["operation"], "read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_the_project_itself_names_is_not_asked() {
    let yard = Yard::new().await;
    let provider = yard.provider(&get(yard.token.expose(), "\"cache\":\"never\",\"operation_independent\":true"));
    yard.configure(&format!("[\"{}\"]", provider.display()));
    let in_it = CargoRegistry::new(RegistryTarget::Named("station".to_owned()), Some(yard.folder.path()));
    let error = in_it.credential(UploadKind::NewCrate).await.expect_err("no token");
    assert!(matches!(error, PortError::NoToken { .. }), "{error}");
    let help = error.help().unwrap_or_default();
    assert!(
        error.to_string().contains("provider`, which the project's own configuration names, was not asked"),
        "{error}"
    );
    assert!(help.contains("or name that provider in your own cargo configuration"), "{help}");
    in_it.owners("sm-base").await.expect_err("there is no such crate");
    assert_eq!(yard.asked(), [] as [Value; 0]);
}
