//! A bare clone of a real repository, and tables of what people did in it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use stationmaster_core::model::TreeFiles;

/// A clone named by `STATIONMASTER_HISTORY`.
pub(crate) struct History {
    clone: PathBuf,
    facts: PathBuf,
}

impl History {
    /// The clone, or nothing, said plainly.
    pub(crate) fn open(test: &str) -> Option<Self> {
        let Some(clone) = std::env::var_os("STATIONMASTER_HISTORY") else {
            eprintln!("skipped: {test} needs STATIONMASTER_HISTORY to name a clone of the repository in the tables");
            return None;
        };
        let workspace =
            Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("crates/core is in a workspace");
        let facts =
            std::env::var_os("STATIONMASTER_FACTS").map_or_else(|| workspace.join("../shared/history"), PathBuf::from);
        if !facts.join("bumps.csv").exists() {
            eprintln!("skipped: {test} needs tables at {}", facts.display());
            return None;
        }
        Some(Self { clone: clone.into(), facts })
    }

    /// Rows of a table: one map from column to text each.
    pub(crate) fn table(&self, name: &str) -> Vec<Row> {
        let text = std::fs::read_to_string(self.facts.join(name)).expect("a table");
        let mut lines = text.lines();
        let columns: Vec<String> = lines.next().expect("a header").split(',').map(str::to_owned).collect();
        lines.map(|line| Row { columns: columns.clone(), values: fields(line) }).collect()
    }

    /// One file of a commit, where it is there.
    pub(crate) fn file(&self, commit: &str, path: &str) -> Option<String> {
        let listed = self.git(&["ls-tree", "--name-only", commit, path]);
        (!listed.is_empty()).then(|| self.git(&["show", &format!("{commit}:{path}")]))
    }

    /// When a commit was committed, in its own time zone.
    pub(crate) fn commit_date(&self, commit: &str) -> String {
        self.git(&["log", "-1", "--format=%cI", commit])
    }

    /// Files of a commit whose path the filter takes.
    pub(crate) fn files(&self, commit: &str, wanted: impl Fn(&str) -> bool) -> TreeFiles {
        let listing = self.git(&["ls-tree", "-r", "-z", commit]);
        let entries: Vec<(String, String)> = listing
            .split('\0')
            .filter_map(|entry| {
                let (head, path) = entry.split_once('\t')?;
                let mut words = head.split(' ');
                let (_, kind, id) = (words.next()?, words.next()?, words.next()?);
                (kind == "blob" && wanted(path)).then(|| (path.to_owned(), id.to_owned()))
            })
            .collect();
        let mut child = Command::new("git")
            .arg("--git-dir")
            .arg(&self.clone)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("git");
        let mut stdin = child.stdin.take().expect("a pipe");
        let ids: String = entries.iter().map(|(_, id)| format!("{id}\n")).collect();
        let writer = std::thread::spawn(move || stdin.write_all(ids.as_bytes()));
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut files = TreeFiles::new();
        for (path, _) in entries {
            let mut head = String::new();
            stdout.read_line(&mut head).expect("a head");
            let size: usize = head.trim().rsplit(' ').next().and_then(|size| size.parse().ok()).expect("a size");
            let mut bytes = vec![0; size + 1];
            stdout.read_exact(&mut bytes).expect("a blob");
            bytes.pop();
            if let Ok(text) = String::from_utf8(bytes) {
                files.insert(path, text);
            }
        }
        writer.join().expect("a thread").expect("all ids are written");
        child.wait().expect("git ends");
        files
    }

    /// Tags of releases that have a workspace, and the day of the tagged commit, by version.
    pub(crate) fn releases(&self) -> Vec<(String, jiff::civil::Date)> {
        let tags = self.git(&["tag", "--list", "v[0-9]*", "--sort=version:refname"]);
        let releases = tags.lines().filter(|tag| semver::Version::parse(&tag[1..]).is_ok_and(|it| it.pre.is_empty()));
        let day = |tag: &str| self.git(&["log", "-1", "--format=%cs", tag]).trim().parse().expect("a day");
        releases.map(|tag| (tag.to_owned(), day(tag))).collect()
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git").arg("--git-dir").arg(&self.clone).args(arguments).output().expect("git");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("paths are UTF-8")
    }
}

/// One row of a table.
pub(crate) struct Row {
    columns: Vec<String>,
    values: Vec<String>,
}

impl Row {
    /// The text in a column.
    pub(crate) fn get(&self, column: &str) -> &str {
        let at = self.columns.iter().position(|name| name == column).expect("a column of this table");
        self.values.get(at).map_or("", String::as_str)
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
