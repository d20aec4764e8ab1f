//! What a target is called in the names of archives.

use serde::Serialize;

/// Processor and system of a target, as the names of archives have them: `x86_64` and `linux`.
///
/// What tells two C libraries or compilers of one system apart is in the system: `x86_64-unknown-linux-musl` is `x86_64-musl`,
/// `x86_64-pc-windows-gnu` is `x86_64-mingw`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Platform {
    /// The processor, as in the target: `aarch64`.
    pub arch: String,
    /// The system: `linux`, `musl`, `macos`, `windows`, `mingw`, `android`, or as in the target.
    pub os: String,
}

impl Platform {
    /// Of a target, as rustc names them.
    pub fn of(target: &str) -> Self {
        let mut parts = target.split('-');
        let arch = parts.next().unwrap_or_default().to_owned();
        let rest: Vec<&str> = parts.collect();
        let has = |word: &str| rest.iter().any(|part| part.starts_with(word));
        let os = if has("android") {
            "android"
        } else if has("linux") && has("musl") {
            "musl"
        } else if has("linux") {
            "linux"
        } else if has("darwin") || has("macos") {
            "macos"
        } else if has("windows") {
            if has("gnu") { "mingw" } else { "windows" }
        } else {
            // Vendors that say nothing are left out.
            rest.iter().find(|part| !matches!(**part, "unknown" | "pc" | "apple" | "none")).copied().unwrap_or("none")
        };
        Self { arch, os: os.to_owned() }
    }

    /// Programs and libraries are those of Windows, whichever compiler made them.
    pub fn is_windows(&self) -> bool {
        matches!(self.os.as_str(), "windows" | "mingw")
    }
}

#[cfg(test)]
mod tests {
    use super::Platform;

    #[test]
    fn targets_are_called_as_users_know_them() {
        for (target, name) in [
            ("x86_64-unknown-linux-gnu", "x86_64-linux"),
            ("aarch64-unknown-linux-musl", "aarch64-musl"),
            ("riscv64gc-unknown-linux-gnu", "riscv64gc-linux"),
            ("armv7-unknown-linux-gnueabihf", "armv7-linux"),
            ("armv7-unknown-linux-musleabihf", "armv7-musl"),
            ("aarch64-apple-darwin", "aarch64-macos"),
            ("x86_64-pc-windows-msvc", "x86_64-windows"),
            ("x86_64-pc-windows-gnu", "x86_64-mingw"),
            ("aarch64-pc-windows-gnullvm", "aarch64-mingw"),
            ("aarch64-linux-android", "aarch64-android"),
            ("armv7-linux-androideabi", "armv7-android"),
            ("x86_64-unknown-freebsd", "x86_64-freebsd"),
            ("wasm32-wasip1", "wasm32-wasip1"),
            ("aarch64-apple-ios", "aarch64-ios"),
        ] {
            let platform = Platform::of(target);
            assert_eq!(format!("{}-{}", platform.arch, platform.os), name, "{target}");
        }
    }
}
