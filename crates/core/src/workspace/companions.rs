//! Which crates have to be packaged beside a crate that holds a lock file.

use std::collections::BTreeSet;

use super::Workspace;
use crate::model::{CrateRelease, LockFile};

impl Workspace {
    /// These crates, and all of the workspace that they need and that can be published: the lock file of a crate names them
    /// with their checksums. Where no crate is to hold one: these crates alone.
    pub fn with_companions(&self, crates: Vec<CrateRelease>) -> Vec<CrateRelease> {
        let asking = crates.iter().filter(|it| it.lock_file != LockFile::Never);
        let mut open: Vec<(String, LockFile)> = asking.map(|it| (it.name.clone(), it.lock_file)).collect();
        let mut known: BTreeSet<String> = crates.iter().map(|it| it.name.clone()).collect();
        let mut all = crates;
        while let Some((name, lock_file)) = open.pop() {
            let needed = self.package(&name).into_iter().flat_map(|package| &package.dependencies);
            let members = needed.filter(|it| it.requirement.is_some()).filter_map(|it| it.member.as_deref());
            for package in members.filter_map(|member| self.package(member)).filter(|package| package.publish) {
                if known.insert(package.name.clone()) {
                    open.push((package.name.clone(), lock_file));
                    let (name, version) = (package.name.clone(), package.version.clone());
                    all.push(CrateRelease { name, version, after: BTreeSet::new(), lock_file });
                }
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TreeFiles;

    #[test]
    fn a_lock_file_needs_all_that_its_crate_can_reach() {
        let package = |name: &str, rest: &str| format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\n{rest}");
        let files = [
            ("Cargo.toml", "[workspace]\nmembers = [\"*\"]\n".to_owned()),
            ("app/Cargo.toml", package("app", "[dependencies]\nlib = { path = \"../lib\", version = \"1\" }\n")),
            (
                "lib/Cargo.toml",
                package(
                    "lib",
                    "[dependencies]\nbase = { path = \"../base\", version = \"1\" }\n[dev-dependencies]\nhidden = { path = \"../hidden\" }\n",
                ),
            ),
            ("base/Cargo.toml", package("base", "")),
            ("hidden/Cargo.toml", package("hidden", "")),
        ];
        let files: TreeFiles = files.into_iter().map(|(path, text)| (path.to_owned(), text)).collect();
        let workspace = Workspace::read(&files).expect("a workspace");
        let asked = |lock_file| {
            let version = semver::Version::new(1, 0, 0);
            let app = CrateRelease { name: "app".to_owned(), version, after: BTreeSet::new(), lock_file };
            workspace.with_companions(vec![app]).into_iter().map(|it| it.name).collect::<Vec<_>>()
        };
        assert_eq!(asked(LockFile::Binaries), ["app", "lib", "base"]);
        assert_eq!(asked(LockFile::Never), ["app"]);
    }
}
