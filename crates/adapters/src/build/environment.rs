//! What a child process is told of our environment: what cargo needs, and no secrets.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::process::Command;

/// Variables that cargo, rustup and the system's loader need. Everything else stays here: above all tokens.
const NEEDED: &[&str] = &[
    "PATH",
    "HOME",
    "USERPROFILE",
    "SYSTEMROOT",
    "TMPDIR",
    "TEMP",
    "TMP",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "RUSTUP_AUTO_INSTALL",
    "RUSTUP_DIST_SERVER",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "CARGO_NET_OFFLINE",
];
/// Starts of names that are needed too: how cargo reaches the network.
const NEEDED_FAMILIES: &[&str] = &["CARGO_HTTP_", "CARGO_NET_"];

/// What compilers and linkers are found by, besides: the names of programs and of folders with libraries.
const COMPILERS: &[&str] = &[
    "CC",
    "CXX",
    "AR",
    "SDKROOT",
    "DEVELOPER_DIR",
    "MACOSX_DEPLOYMENT_TARGET",
    "ANDROID_NDK_HOME",
    "ANDROID_NDK_ROOT",
    "INCLUDE",
    "LIB",
    "PATHEXT",
    "COMSPEC",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "PROGRAMFILES(X86)",
    "VCINSTALLDIR",
    "VCTOOLSINSTALLDIR",
    "VSINSTALLDIR",
    "WINDOWSSDKDIR",
];
/// The same for one target.
const COMPILER_FAMILIES: &[&str] = &["CC_", "CXX_", "AR_", "PKG_CONFIG_"];

/// Whether a program that compiles may see this variable too.
fn is_of_compilers(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let is_linker = name.starts_with("CARGO_TARGET_") && name.ends_with("_LINKER");
    COMPILERS.contains(&name.as_str()) || COMPILER_FAMILIES.iter().any(|family| name.starts_with(family)) || is_linker
}

/// Whether a child may see this variable.
fn is_needed(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    // `registry serve` tells people to name a registry so, and cargo itself knows it then.
    let names_registry = name.starts_with("CARGO_REGISTRIES_") && name.ends_with("_INDEX");
    NEEDED.contains(&name.as_str()) || NEEDED_FAMILIES.iter().any(|family| name.starts_with(family)) || names_registry
}

/// A command with that environment, and nothing to read.
pub(super) fn command(program: impl Into<OsString>) -> Command {
    let mut command = Command::new(program.into());
    let kept = env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_needed));
    command.env_clear().envs(kept).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// A folder with no files of a commit above it: programs that look for their configuration from where they run find none there.
pub(super) fn neutral_folder() -> PathBuf {
    let temporary = env::temp_dir();
    temporary.ancestors().last().map_or_else(|| temporary.clone(), Path::to_owned)
}

/// The same for a program that compiles, run in a folder. The toolchain that the folder's own file asks for comes before one of
/// whoever runs us: `cargo run` names its own to all its children.
pub(super) fn compiling(program: impl Into<OsString>, folder: &Path) -> Command {
    let mut command = command(program);
    command.envs(env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_of_compilers))).current_dir(folder);
    let asks = |folder: &Path| ["rust-toolchain", "rust-toolchain.toml"].iter().any(|name| folder.join(name).is_file());
    if folder.ancestors().any(asks) {
        command.env_remove("RUSTUP_TOOLCHAIN");
    }
    command
}

/// Whether the path of programs finds one.
pub(super) fn is_on_path(name: &str) -> bool {
    let file = program(name);
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| folder.join(&file).is_file())
}

/// The toolchain in use outside any project, as its folder. A project may pin another with a file, and rustup would then
/// install it in the middle of a release; packaging wants a recent cargo, whichever compiler the project is for.
pub(super) async fn toolchain() -> Option<PathBuf> {
    let output = command("rustc").args(["--print", "sysroot"]).current_dir(neutral_folder()).output().await.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let root = PathBuf::from(text.trim());
    (output.status.success() && root.join("bin").join(cargo_name()).is_file()).then_some(root)
}

/// The file name of cargo on this system.
pub(super) fn cargo_name() -> String {
    program("cargo")
}

/// The file name of a program on this system.
pub(super) fn program(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

#[cfg(test)]
mod tests {
    use super::{is_needed, is_of_compilers};

    #[test]
    fn no_token_reaches_a_child() {
        let secrets = ["CARGO_REGISTRY_TOKEN", "CARGO_REGISTRIES_WORK_TOKEN", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY"];
        assert!(!secrets.into_iter().any(|name| is_needed(name) || is_of_compilers(name)));
        assert!(
            ["CC_aarch64_unknown_linux_gnu", "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER"]
                .into_iter()
                .all(is_of_compilers)
        );
        let needed = ["PATH", "https_proxy", "CARGO_HTTP_CAINFO", "CARGO_REGISTRIES_STATION_INDEX"];
        assert!(needed.into_iter().all(is_needed));
    }
}
