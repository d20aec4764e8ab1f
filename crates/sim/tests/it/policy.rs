//! Policies as text, from a base and a few changes.

use std::collections::BTreeMap;

use stationmaster_core::policy::Policy;

/// The text of a policy: values by table and key, and the groups.
#[derive(Debug, Clone)]
pub(crate) struct PolicyText {
    values: BTreeMap<(String, String), String>,
    groups: Vec<(String, String)>,
}

impl PolicyText {
    /// R2: bump on the 5th, release on merge; the first train is 5.0.0 in May 2022.
    pub(crate) fn on_merge() -> Self {
        let mut text = Self {
            values: BTreeMap::new(),
            groups: vec![("runtime".into(), "[\"demo*\"]".into()), ("generator".into(), "[\"codegen*\"]".into())],
        };
        for (key, value) in [
            ("project.name", "\"Demo\""),
            ("project.main", "\"main\""),
            ("project.release-branch", "\"release-{version}\""),
            ("project.tag", "\"v{version}\""),
            ("project.identity", "{ name = \"Stationmaster\", email = \"train@example.org\" }"),
            ("train.cadence", "{ monthly = 5 }"),
            ("train.release", "\"on-merge\""),
            ("train.weekend", "\"next\""),
            ("train.first", "{ version = \"5.0.0\", cut = 2022-05-05 }"),
            ("train.patience-days", "7"),
            ("support.latest", "2"),
            ("notes.file", "\"RELEASES.md\""),
            ("notes.style", "\"sections\""),
            ("publish.enabled", "true"),
            ("gates.approvals", "0"),
        ] {
            text.set(key, value);
        }
        text
    }

    /// X1: cut on the 5th, release on the 20th.
    pub(crate) fn cut() -> Self {
        let mut text = Self::on_merge();
        text.set("train.release", "{ day = 20 }");
        text
    }

    /// X11: a development suffix on main, and candidates from the cut on.
    pub(crate) fn candidates() -> Self {
        let mut text = Self::cut();
        text.set("train.development", "\"dev\"");
        text.set("train.candidates", "\"rc\"");
        text
    }

    /// R7, X4: the latest two and two long-term lines. On 2022-06-02 these are 1.0, 5.0, 6.0 and 7.0; main carries 8.0.0.
    pub(crate) fn lines() -> Self {
        let mut text = Self::cut();
        text.set("train.first", "{ version = \"1.0.0\", cut = 2021-11-05 }");
        text.set("support.lts", "{ every = 4, from = \"1.0.0\", months = 24, at-most = 2 }");
        text.set("backport.security", "\"supported\"");
        text.set("backport.correctness", "{ latest = 2 }");
        text.set("backport.feature", "\"never\"");
        text.set("gates.keep-rust-version", "true");
        text
    }

    /// Set `table.key` to a TOML value.
    pub(crate) fn set(&mut self, path: &str, value: &str) {
        let (table, key) = path.split_once('.').expect("a policy value is named table.key");
        self.values.insert((table.to_owned(), key.to_owned()), value.to_owned());
    }

    /// Replace the groups: name and member globs.
    pub(crate) fn groups(&mut self, groups: Vec<(String, String)>) {
        self.groups = groups;
    }

    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut open = "";
        for ((table, key), value) in &self.values {
            if open != table {
                text += &if table == "artifact" { "\n[[artifact]]\n".to_owned() } else { format!("\n[{table}]\n") };
                open = table;
            }
            text += &format!("{key} = {value}\n");
        }
        for (at, (name, members)) in self.groups.iter().enumerate() {
            text += &format!("\n[[group]]\nname = \"{name}\"\nmembers = {members}\nstep = \"major\"\n");
            if let (0, Some((other, _))) = (at, self.groups.get(1)) {
                text += &format!("coupled-with = [\"{other}\"]\n");
            }
        }
        text
    }

    pub(crate) fn parse(&self) -> Policy {
        let text = self.text();
        Policy::parse(&text).unwrap_or_else(|error| panic!("{error}, line {:?}, in:\n{text}", error.line()))
    }
}
