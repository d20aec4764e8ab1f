//! Cargo's configuration, as far as registries need it: its files in the order in which cargo looks.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use toml_edit::{DocumentMut, Item};

/// The files that count for a project, nearest first, cargo's home last.
#[derive(Debug, Default)]
pub(crate) struct CargoConfig {
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    /// What relative paths in it start from: the folder that holds its `.cargo`.
    root: PathBuf,
    document: DocumentMut,
}

impl CargoConfig {
    /// Read from `project` upwards, and in cargo's home. The error names the file that cannot be read.
    pub(crate) fn read(project: Option<&Path>, cargo_home: Option<&Path>) -> Result<Self, String> {
        let above = project.into_iter().flat_map(Path::ancestors).map(|folder| folder.join(".cargo"));
        // A project below the user's own folder meets cargo's home on the way up.
        let folders = above.filter(|folder| Some(folder.as_path()) != cargo_home).chain(cargo_home.map(Path::to_owned));
        let files = folders.map(|folder| File::read(&folder)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { files: files.into_iter().flatten().collect() })
    }

    /// The files that are the user's own: in cargo's home, and above the work tree in which the project is. What is in a work tree may
    /// be anybody's, who sent a change.
    pub(crate) fn of_the_user(project: Option<&Path>, cargo_home: Option<&Path>) -> Result<Self, String> {
        Self::read(project.and_then(above).as_deref(), cargo_home)
    }

    /// The value of a key in each file that has it, nearest first, with the folder that paths in it start from.
    pub(crate) fn each<'a>(&'a self, keys: &'a [&'a str]) -> impl Iterator<Item = (&'a Item, &'a Path)> {
        self.files.iter().filter_map(|file| {
            let item = keys.iter().try_fold(file.document.as_item(), |item: &Item, key| item.get(key))?;
            Some((item, file.root.as_path()))
        })
    }

    /// The name of the registry with this index, if it has one: in the environment, or in the files.
    pub(crate) fn name_of(&self, index: &str) -> Option<String> {
        let is_same = |named: &str| named.trim_end_matches('/') == index.trim_end_matches('/');
        let of_variable = |(key, value): (String, String)| {
            let name = key.strip_prefix("CARGO_REGISTRIES_")?.strip_suffix("_INDEX")?;
            is_same(&value).then(|| name.to_lowercase())
        };
        let named =
            env::vars_os().filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
        let of_table = |(item, _): (&Item, &Path)| {
            let is_it = |(_, entry): &(&str, &Item)| entry.get("index").and_then(Item::as_str).is_some_and(is_same);
            item.as_table_like()?.iter().find(is_it).map(|(name, _)| name.to_owned())
        };
        let found = named.filter_map(of_variable).next();
        found.or_else(|| self.each(&["registries"]).find_map(of_table))
    }
}

impl File {
    /// The file in a `.cargo` folder, if there is one.
    fn read(folder: &Path) -> Result<Option<Self>, String> {
        for name in ["config", "config.toml"] {
            let path = folder.join(name);
            let text = match fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                    continue;
                }
                Err(error) => return Err(format!("{}: {error}", path.display())),
            };
            // The parser's error shows lines of the file, and a token may stand in one.
            let document = text.parse().map_err(|_| format!("{} is not TOML", path.display()))?;
            let root = folder.parent().unwrap_or(folder).to_owned();
            return Ok(Some(Self { root, document }));
        }
        Ok(None)
    }
}

/// The folder from which on upwards there is nothing of the project: above the outermost work tree that holds it.
pub(crate) fn above(project: &Path) -> Option<PathBuf> {
    // `.` has no parent, and that of `a/..` is `a`.
    let project = fs::canonicalize(project).ok()?;
    let tree = project.ancestors().filter(|folder| folder.join(".git").exists()).last().unwrap_or(&project);
    tree.parent().map(Path::to_owned)
}

/// The variable that stands for a key of the configuration.
pub(crate) fn variable(keys: &[&str]) -> String {
    let part = |key: &&str| key.to_uppercase().replace(['-', '.'], "_");
    format!("CARGO_{}", keys.iter().map(part).collect::<Vec<_>>().join("_"))
}

/// What the environment says of a key.
pub(crate) fn from_environment(keys: &[&str]) -> Option<String> {
    env::var(variable(keys)).ok().filter(|value| !value.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_is_known_by_its_index_too() {
        let project = tempfile::tempdir().expect("folder");
        fs::create_dir(project.path().join(".cargo")).expect("folder");
        let text = "[registries.work]\nindex = \"sparse+http://work.example/\"\n";
        fs::write(project.path().join(".cargo/config.toml"), text).expect("write");
        let config = CargoConfig::read(Some(project.path()), None).expect("read");
        assert_eq!(config.name_of("sparse+http://work.example/").as_deref(), Some("work"));
        assert_eq!(config.name_of("sparse+http://other.example/"), None);
    }

    #[test]
    fn the_nearest_file_comes_first_and_cargos_home_is_read_once() {
        let home = tempfile::tempdir().expect("folder");
        let project = home.path().join("work/project");
        for (folder, value) in [(home.path(), "far"), (project.as_path(), "near")] {
            fs::create_dir_all(folder.join(".cargo")).expect("folders");
            fs::write(folder.join(".cargo/config.toml"), format!("[a]\nb = \"{value}\"\n")).expect("write");
        }
        let config = CargoConfig::read(Some(&project), Some(&home.path().join(".cargo"))).expect("read");
        let found: Vec<_> = config.each(&["a", "b"]).map(|(item, root)| (item.as_str().expect("text"), root)).collect();
        assert_eq!(found, [("near", project.as_path()), ("far", home.path())]);
    }

    #[test]
    fn what_is_in_a_work_tree_is_not_the_users_from_whichever_folder_of_it() {
        let home = tempfile::tempdir().expect("folder");
        let home = fs::canonicalize(home.path()).expect("a path");
        for folder in ["tree/.git", "tree/sub/.cargo", "tree/linked/sub", "plain/.cargo"] {
            fs::create_dir_all(home.join(folder)).expect("folders");
        }
        fs::write(home.join("tree/linked/.git"), "gitdir: ../.git/worktrees/linked\n").expect("write");
        for project in ["tree", "tree/sub", "tree/sub/..", "tree/.git", "tree/linked", "tree/linked/sub", "plain"] {
            assert_eq!(above(&home.join(project)).as_deref(), Some(home.as_path()), "{project}");
        }
        assert_eq!(above(&home.join("nowhere")), None);
        let here = above(Path::new(".")).expect("these tests run somewhere");
        assert!(std::env::current_dir().expect("here").starts_with(&here) && here != Path::new(""), "{here:?}");
    }

    #[test]
    fn a_file_that_does_not_parse_is_named_and_not_quoted() {
        let project = tempfile::tempdir().expect("folder");
        fs::create_dir(project.path().join(".cargo")).expect("folder");
        fs::write(project.path().join(".cargo/config.toml"), "token = s3cret secret\n").expect("write");
        let why = CargoConfig::read(Some(project.path()), None).expect_err("no TOML");
        assert!(why.ends_with(".cargo/config.toml is not TOML") && !why.contains("s3cret"), "{why}");
    }
}
