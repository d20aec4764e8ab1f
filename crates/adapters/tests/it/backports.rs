//! Tables of what people carried to release branches, and the objects to do it again with.

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command};

use stationmaster_adapters::git::Repository;
use stationmaster_core::model::CommitId;

/// A scratch repository that has the objects of the clone of wasmtime, and the tables of its history.
pub(crate) struct History {
    /// Removed with it.
    folder: tempfile::TempDir,
    pub(crate) repository: Repository,
    facts: PathBuf,
}

/// One row of a table, by column.
pub(crate) struct Row(BTreeMap<String, String>);

impl History {
    /// The clone, or nothing, said plainly.
    pub(crate) fn open(test: &str) -> Option<Self> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        let facts =
            std::env::var_os("STATIONMASTER_FACTS").map_or_else(|| root.join("../shared/history"), PathBuf::from);
        let Some(clone) = std::env::var_os("STATIONMASTER_HISTORY") else {
            eprintln!("skipped: {test} needs STATIONMASTER_HISTORY to name a clone of the repository in the tables");
            return None;
        };
        if !facts.join("backports.csv").exists() {
            eprintln!("skipped: {test} needs tables at {}", facts.display());
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let made = Command::new("git").args(["init", "-q", "--bare"]).arg(folder.path()).status().expect("git");
        assert!(made.success());
        let objects = PathBuf::from(clone).canonicalize().expect("the clone is there").join("objects");
        let alternates = folder.path().join("objects/info/alternates");
        fs::write(alternates, format!("{}\n", objects.display())).expect("written");
        let repository = Repository::open(folder.path()).expect("a repository");
        Some(Self { folder, repository, facts })
    }

    /// The rows of a table.
    pub(crate) fn table(&self, name: &str) -> Vec<Row> {
        let text = fs::read_to_string(self.facts.join(name)).expect("a table");
        let mut lines = text.lines();
        let columns = fields(lines.next().expect("a header"));
        lines.map(|line| Row(columns.iter().cloned().zip(fields(line)).collect())).collect()
    }

    /// Git, told to use the scratch repository.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("--git-dir").arg(self.folder.path()).args(arguments);
        command
    }
}

impl Row {
    /// The text in a column.
    pub(crate) fn get(&self, column: &str) -> &str {
        self.0.get(column).unwrap_or_else(|| panic!("no column {column}"))
    }

    /// The commits in a column.
    pub(crate) fn commits(&self, column: &str) -> Vec<CommitId> {
        self.get(column).split(' ').map(|id| id.parse().expect("a commit id")).collect()
    }

    /// The commit in a column.
    pub(crate) fn commit(&self, column: &str) -> CommitId {
        self.get(column).parse().expect("a commit id")
    }
}

/// The fields of a line, in which quotes are doubled inside quotes. No field holds a line end.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let field = fields.last_mut().expect("there is always one field");
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            letter => field.push(letter),
        }
    }
    fields
}
