//! Commits that name programs where cargo looks for its configuration.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use stationmaster_engine::ports::Builder as _;

use super::{builder, release, workspace};

/// A program in the commit that leaves a mark when it is run, in whatever role.
const MARK: &str = "#!/bin/sh\ntouch \"OUT\"\nexit 1\n";

/// Every setting of cargo's configuration that names a program, a proxy or another host.
fn configuration(program: &Path) -> String {
    let program = program.display();
    format!(
        "[build]\nrustc = '{program}'\nrustc-wrapper = '{program}'\nrustc-workspace-wrapper = '{program}'\n\
         [target.'cfg(all())']\nrunner = '{program}'\nlinker = '{program}'\n[env]\nRUSTC = {{ value = '{program}', force = true }}\n\
         [alias]\npackage = 'run'\n[registry]\ncredential-provider = '{program}'\n\
         global-credential-providers = ['{program}']\n[http]\nproxy = 'http://127.0.0.1:9'\ncainfo = 'none'\n\
         [net]\ngit-fetch-with-cli = true\n[source.crates-io]\nreplace-with = 'far'\n[source.far]\n\
         registry = 'sparse+http://127.0.0.1:9/'\n"
    )
}

#[tokio::test]
async fn packaging_runs_nothing_that_the_commit_or_the_work_tree_names() {
    let (scratch, _) = workspace("1.0.0");
    let mark = scratch.folder().join("marked");
    let program = scratch.work().join(".cargo/program");
    scratch.write(".cargo/program", &MARK.replace("OUT", &mark.display().to_string()));
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("mode");
    scratch.write(".cargo/config.toml", &configuration(&program));
    scratch.write("rust-toolchain.toml", "[toolchain]\npath = '.cargo'\n");
    // With a lock file, cargo resolves as well.
    let lock = "version = 4\n\n[[package]]\nname = \"sm-base\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"sm-tool\"\n\
                version = \"1.0.0\"\ndependencies = [\n \"sm-base\",\n]\n";
    scratch.write("Cargo.lock", lock);
    let commit = scratch.commit("hostile");
    let staging = scratch.work().join(".git/stationmaster/staging");
    let builder = builder(&scratch, &staging);
    let crates = [release("sm-base", "1.0.0"), release("sm-tool", "1.0.0")];
    let staged = builder.stage(&commit, &crates).await.expect("staged");
    assert_eq!(staged.len(), 2);
    assert!(!mark.exists(), "a program of the commit was run");
}
