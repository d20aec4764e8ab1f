//! What people of a story do about fixes and lines: `line`, `fix`, `revert`, `revert-on`, `nominate`, `withdraw`,
//! `waive`, `ask`, `by-hand`, `rust`.

use std::collections::BTreeMap;

use stationmaster_core::model::{ChangeClass, CommitId, FileEdit, FixDecision, ForgeRelease, TreeFiles};
use stationmaster_sim::{
    project::Project,
    repository::{Commit, Tag},
};

use crate::play::Stage;

impl Stage {
    /// One of the commands above. False: it is none of them.
    pub(crate) fn fixes(&mut self, command: &str, words: &[&str]) -> bool {
        let why = || "it is known to be safe".to_owned();
        match command {
            "line" => self.plant_line(words[0], words[1]),
            "fix" => self.fix(words[0], words[1], words[2]),
            "revert" => self.revert(words[0]),
            "revert-on" => self.revert_on(words[0], words[1]),
            "rust" => self.needs_rust(words[0], words[1]),
            "by-hand" => self.pick_by_hand(words[0], words[1]),
            "nominate" => {
                let class = ChangeClass::named(words[1]).expect("a class");
                let lines = words[2..].iter().map(|line| line.parse().expect("a line")).collect();
                let change = self.known(words[0]);
                self.decide(FixDecision::Nominate { change, class, on_by_default: true, lines, why: why() });
            }
            "withdraw" => {
                let change = self.known(words[0]);
                self.decide(FixDecision::Withdraw { change, why: why() });
            }
            "waive" => {
                let (change, line) = (self.known(words[0]), words[1].parse().expect("a line"));
                self.decide(FixDecision::Waive { change, line, why: why() });
            }
            "ask" => {
                let (forced, versions) = match words {
                    ["forced", rest @ ..] => (true, rest),
                    all => (false, all),
                };
                let versions = versions.iter().map(|version| version.parse().expect("a version")).collect();
                self.decide(FixDecision::Patch { versions, forced, why: why() });
            }
            _ => return false,
        }
        true
    }

    /// `backport-4.0-sink`: the last word is the name of a fix, and stands for its commit.
    pub(crate) fn head(&self, word: &str) -> String {
        let named = word.rsplit_once('-').and_then(|(start, key)| Some((start, self.fixes.get(key)?)));
        match named {
            Some((start, id)) => format!("stationmaster/{start}-{}", id.short()),
            None => format!("stationmaster/{word}"),
        }
    }

    /// Ids of fixes by their names, so that a transcript can be read.
    pub(crate) fn with_names(&self, line: &str) -> String {
        let name = |line: String, (key, id): (&String, &CommitId)| {
            line.replace(id.as_str(), &format!("<{key}>")).replace(id.short(), &format!("<{key}>"))
        };
        self.fixes.iter().fold(line.to_owned(), name)
    }

    fn known(&self, key: &str) -> CommitId {
        self.fixes.get(key).unwrap_or_else(|| panic!("no fix `{key}`")).clone()
    }

    fn decide(&mut self, decision: FixDecision) {
        self.world.person("a maintainer").decide(decision);
    }

    /// A released line as it was before the story: main's sources of now, with versions of its own.
    fn plant_line(&mut self, runtime: &str, generator: &str) {
        let version = |text: &str| text.parse().expect("a version");
        let mut state = self.world.state();
        let main = state.own.repository.branches["main"].clone();
        let sources: TreeFiles = {
            let tree = &state.own.repository.commit(&main).expect("main's head").tree;
            let is_source = |path: &String| path.ends_with(".rs");
            tree.iter().filter(|(path, _)| is_source(path)).map(|(path, text)| (path.clone(), text.clone())).collect()
        };
        let mut tree = Project::demo(version(runtime), version(generator)).files();
        tree.extend(sources);
        let head = state.own.repository.commit(&main).expect("main's head").clone();
        let commit = Commit { parents: vec![main], tree: tree.into(), message: format!("Release {runtime}\n"), ..head };
        let (identity, seconds) = (commit.identity.clone(), commit.seconds);
        let (id, _) = state.own.repository.store(commit);
        let tag = format!("v{runtime}");
        state.own.repository.branches.insert(format!("release-{runtime}"), id.clone());
        let made = Tag { commit: id, message: format!("{tag}\n"), identity, seconds };
        state.own.repository.tags.insert(tag.clone(), made);
        state.own.forge.releases.values_mut().for_each(|release| release.latest = false);
        let (title, notes) = (format!("Demo {runtime}"), String::new());
        let (prerelease, latest, hidden, files) = (false, true, false, BTreeMap::new());
        let release = ForgeRelease { tag: tag.clone(), title, notes, prerelease, latest, hidden, files };
        state.own.forge.releases.insert(tag, release);
    }

    /// A change of main, under a name. The class `-` is no class.
    fn fix(&mut self, key: &str, class: &str, path: &str) {
        let trailer = if class == "-" { String::new() } else { format!("\n\nChange-Class: {class}") };
        let edit = FileEdit { path: path.to_owned(), text: format!("//! The {key} is fixed.\n") };
        let message = format!("Fix the {key}{trailer}");
        let id = self.world.person("a maintainer").commit("main", edit, &message).expect("main is there");
        self.fixes.insert(key.to_owned(), id);
    }

    /// Take a fix back on main. The revert is a fix of its own, under the name `no-KEY`.
    fn revert(&mut self, key: &str) {
        let id = self.known(key);
        let message = format!("Revert \"Fix the {key}\"\n\nThis reverts commit {id}.");
        let edit = self.inverse(&id);
        let back = self.world.person("a maintainer").commit("main", edit, &message).expect("main is there");
        self.fixes.insert(format!("no{key}"), back);
    }

    /// Take the newest commit of a line back, which is the merge of a fix.
    fn revert_on(&mut self, key: &str, branch: &str) {
        let edit = self.inverse(&self.known(key));
        let merge = self.world.state().own.repository.branches[branch].clone();
        let message = format!("Revert \"Fix the {key}\" for now\n\nThis reverts commit {merge}.");
        self.world.person("a maintainer").commit(branch, edit, &message).expect("the branch is there");
    }

    /// The file that a fix changes, as it was before.
    fn inverse(&self, id: &CommitId) -> FileEdit {
        let state = self.world.state();
        let commit = state.own.repository.commit(id).expect("it is there");
        let before = &state.own.repository.commit(&commit.parents[0]).expect("so is its parent").tree;
        let changed = commit.tree.iter().find(|(path, text)| before.get(*path) != Some(text));
        let path = changed.expect("it changes a file").0.clone();
        FileEdit { text: before[&path].clone(), path }
    }

    /// The packages on a branch need another Rust.
    fn needs_rust(&mut self, branch: &str, rust: &str) {
        let text = {
            let state = self.world.state();
            let head = &state.own.repository.branches[branch];
            let manifest = &state.own.repository.commit(head).expect("a head is a commit").tree["Cargo.toml"];
            let (before, after) = manifest.split_once("rust-version = \"").expect("it names one");
            let (_, after) = after.split_once('"').expect("a text in quotes");
            format!("{before}rust-version = \"{rust}\"{after}")
        };
        let edit = FileEdit { path: "Cargo.toml".to_owned(), text };
        self.world.person("a maintainer").commit(branch, edit, "Need another Rust").expect("the branch is there");
    }

    /// A person commits a fix to a line after a conflict.
    fn pick_by_hand(&mut self, key: &str, branch: &str) {
        let id = self.known(key);
        let edit = FileEdit { path: format!("crates/demo/src/{key}.rs"), text: format!("//! {key}, another way.\n") };
        let message = format!("Fix the {key} here\n\n(cherry picked from commit {id})");
        self.world.person("a maintainer").commit(branch, edit, &message).expect("the branch is there");
    }
}
