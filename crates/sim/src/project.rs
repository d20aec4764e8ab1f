//! Cargo workspaces as text, for pretend repositories.

use std::fmt::Write as _;

use semver::Version;
use stationmaster_core::model::TreeFiles;

use crate::world::SimWorld;

/// One package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name; its folder is `crates/NAME`.
    pub name: String,
    /// Its version group, from 0.
    pub group: usize,
    /// Packages that it needs, by position; all earlier ones, so that there is no circle.
    pub needs: Vec<usize>,
    /// False: `publish = false`.
    pub published: bool,
}

/// A workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Versions of the groups. The first is `workspace.package.version`, which its members inherit.
    pub versions: Vec<Version>,
    /// The version that the unreleased section of the notes is for.
    pub noted: Version,
    /// Packages.
    pub members: Vec<Member>,
}

impl Project {
    /// A picture of the seed in small: a code generator at 0.x under a runtime, and a command-line tool.
    pub fn demo(runtime: Version, generator: Version) -> Self {
        let member = |name: &str, group, needs: &[usize], published| Member {
            name: name.to_owned(),
            group,
            needs: needs.to_vec(),
            published,
        };
        Self {
            noted: runtime.clone(),
            versions: vec![runtime, generator],
            members: vec![
                member("codegen-entity", 1, &[], true),
                member("codegen", 1, &[0], true),
                member("demo", 0, &[1], true),
                member("demo-cli", 0, &[2], true),
                member("demo-tests", 0, &[2], false),
            ],
        }
    }

    /// All files of its repository.
    pub fn files(&self) -> TreeFiles {
        let mut files = TreeFiles::new();
        let version = &self.versions[0];
        files.insert(
            "Cargo.toml".to_owned(),
            format!(
                "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n\n[workspace.package]\nversion = \"{version}\"\n\
                 edition = \"2024\"\nlicense = \"MIT\"\nrust-version = \"1.85\"\n"
            ),
        );
        files.insert("Cargo.lock".to_owned(), self.lock());
        for member in &self.members {
            let folder = format!("crates/{}", member.name);
            files.insert(format!("{folder}/Cargo.toml"), self.manifest(member));
            files.insert(format!("{folder}/src/lib.rs"), format!("//! {}.\n", member.name));
        }
        files.insert(
            "RELEASES.md".to_owned(),
            format!(
                "# Releases\n\n--------------------------------------------------------------------------------\n\n\
                 ## {}\n\nUnreleased.\n\n### Added\n\n### Changed\n",
                self.noted
            ),
        );
        files
    }

    fn manifest(&self, member: &Member) -> String {
        let mut text = format!("[package]\nname = \"{}\"\n", member.name);
        match member.group {
            0 => text += "version.workspace = true\n",
            group => _ = writeln!(text, "version = \"{}\"", self.versions[group]),
        }
        text += "edition.workspace = true\nlicense.workspace = true\nrust-version.workspace = true\n";
        _ = writeln!(text, "description = \"The {} part\"", member.name);
        if !member.published {
            text += "publish = false\n";
        }
        text += "\n[dependencies]\n";
        for other in member.needs.iter().map(|&at| &self.members[at]) {
            let (name, version) = (&other.name, &self.versions[other.group]);
            _ = writeln!(text, "{name} = {{ path = \"../{name}\", version = \"={version}\" }}");
        }
        text
    }

    fn lock(&self) -> String {
        let mut sorted: Vec<&Member> = self.members.iter().collect();
        sorted.sort_by(|a, b| a.name.cmp(&b.name));
        let mut text = "version = 4\n".to_owned();
        for member in sorted {
            _ = write!(
                text,
                "\n[[package]]\nname = \"{}\"\nversion = \"{}\"\n",
                member.name, self.versions[member.group]
            );
            let mut needs: Vec<&str> = member.needs.iter().map(|&at| self.members[at].name.as_str()).collect();
            needs.sort_unstable();
            if !needs.is_empty() {
                _ = writeln!(
                    text,
                    "dependencies = [\n{}\n]",
                    needs.iter().map(|n| format!(" \"{n}\",")).collect::<Vec<_>>().join("\n")
                );
            }
        }
        text
    }

    /// Put it on the main branch of a world. Where `exists`, the registry has every crate at version 0.0.1 already.
    pub fn plant(&self, world: &SimWorld, exists: bool) {
        world.plant("main", self.files());
        if exists {
            let mut state = world.state();
            for member in self.members.iter().filter(|member| member.published) {
                state.registry.had(&member.name, Version::new(0, 0, 1));
            }
        }
    }
}
