//! Which manifests make up the workspace, by cargo's own rule.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobBuilder;
use toml_edit::Item;

use super::{
    Manifest, WorkspaceError, folder_of, join,
    paths::{is_inside, manifest_in},
};
use crate::model::TreeFiles;

/// The manifests of a workspace.
pub(super) struct Found<'t> {
    /// The root.
    pub(super) root: Manifest<'t>,
    /// Members other than the root, by the path at which cargo finds them.
    pub(super) members: BTreeMap<String, Manifest<'t>>,
}

impl<'t> Found<'t> {
    /// All manifests that hold a package.
    pub(super) fn manifests(&self) -> impl Iterator<Item = &Manifest<'t>> {
        std::iter::once(&self.root).chain(self.members.values()).filter(|manifest| manifest.package().is_some())
    }
}

/// Find the root and every member.
pub(super) fn find(files: &TreeFiles) -> Result<Found<'_>, WorkspaceError> {
    let root = find_root(files)?;
    let members = if root.workspace().is_some() { Search::new(files, &root)?.run()? } else { BTreeMap::new() };
    Ok(Found { root, members })
}

fn find_root(files: &TreeFiles) -> Result<Manifest<'_>, WorkspaceError> {
    if let Some(folder) = files.workspace() {
        let root = files.at(&manifest_in(folder));
        return root.map_or_else(|| Err(WorkspaceError::NotThere { folder: folder.to_owned() }), Manifest::found);
    }
    if let Some(root) = files.at("Cargo.toml") {
        return Manifest::found(root);
    }
    let manifests: Vec<_> = files.iter().filter(|(path, _)| path.ends_with("/Cargo.toml")).collect();
    // Only the ones that speak of a workspace are parsed: a repository may hold broken manifests as test data.
    let mut roots = Vec::new();
    for (path, text) in manifests.iter().filter(|(_, text)| text.contains("workspace")) {
        let manifest = Manifest::parse(path, text)?;
        if manifest.workspace().is_some() {
            roots.push(manifest);
        }
    }
    let depth = |manifest: &Manifest<'_>| manifest.path.matches('/').count();
    if let Some(shallowest) = roots.iter().map(depth).min() {
        roots.retain(|manifest| depth(manifest) == shallowest);
        return match roots.len() {
            1 => Ok(roots.remove(0)),
            _ => Err(WorkspaceError::SeveralWorkspaces {
                manifests: roots.iter().map(|manifest| manifest.path.to_owned()).collect(),
            }),
        };
    }
    match manifests[..] {
        [(path, text)] => Manifest::parse(path, text),
        _ => Err(WorkspaceError::NoWorkspace),
    }
}

/// The walk from the root to all members.
struct Search<'s, 't> {
    files: &'t TreeFiles,
    root: &'s Manifest<'t>,
    /// Folders of `exclude`.
    excluded: Vec<String>,
    /// Folders of `members` that are written out; these win over `exclude`.
    named: Vec<String>,
    /// Folders of `members`, by name and by pattern.
    listed: BTreeSet<String>,
    /// Folders still to look at.
    queue: Vec<String>,
    found: BTreeMap<String, Manifest<'t>>,
    /// Folders whose manifest is another workspace's root.
    foreign: BTreeMap<String, bool>,
}

impl<'s, 't> Search<'s, 't> {
    fn new(files: &'t TreeFiles, root: &'s Manifest<'t>) -> Result<Self, WorkspaceError> {
        let texts = |key| list(root, key);
        let folder = root.folder();
        let excluded = texts("exclude")?.into_iter().filter_map(|(text, _)| join(folder, text)).collect();
        let mut search = Self {
            files,
            root,
            excluded,
            named: Vec::new(),
            listed: BTreeSet::new(),
            queue: Vec::new(),
            found: BTreeMap::new(),
            foreign: BTreeMap::new(),
        };
        for (member, line) in texts("members")? {
            search.name_member(member, line)?;
        }
        Ok(search)
    }

    /// Take one entry of `members`.
    fn name_member(&mut self, member: &str, line: usize) -> Result<(), WorkspaceError> {
        let absent =
            || WorkspaceError::MemberAbsent { manifest: self.root.path.to_owned(), line, member: member.to_owned() };
        if !member.contains(['*', '?', '[']) {
            let folder = join(self.root.folder(), member).ok_or_else(absent)?;
            if self.files.at(&manifest_in(&folder)).is_none() {
                return Err(absent());
            }
            self.named.push(folder.clone());
            self.listed.insert(folder.clone());
            self.queue.push(folder);
            return Ok(());
        }
        let wrong = |why: String| WorkspaceError::MemberPattern {
            manifest: self.root.path.to_owned(),
            line,
            pattern: member.to_owned(),
            why,
        };
        let behind = member.split('/').skip_while(|name| !name.contains(['*', '?', '[']));
        if behind.into_iter().any(|name| name == "..") {
            return Err(wrong("`..` comes after a wildcard".to_owned()));
        }
        let pattern = join(self.root.folder(), member).ok_or_else(absent)?;
        // To cargo, braces are letters.
        let pattern: String = pattern
            .chars()
            .map(|letter| match letter {
                '{' | '}' => format!("[{letter}]"),
                letter => letter.to_string(),
            })
            .collect();
        let glob = GlobBuilder::new(&pattern).literal_separator(true).build();
        let glob = glob.map_err(|error| wrong(error.kind().to_string()))?;
        let matcher = glob.compile_matcher();
        for path in self.files.reached().filter(|path| path.ends_with("/Cargo.toml")) {
            let folder = folder_of(path);
            if matcher.is_match(folder) {
                self.listed.insert(folder.to_owned());
                self.queue.push(folder.to_owned());
            }
        }
        Ok(())
    }

    fn run(mut self) -> Result<BTreeMap<String, Manifest<'t>>, WorkspaceError> {
        self.queue.extend(path_dependencies(self.root, self.root));
        let mut seen = BTreeSet::from([self.root.path.to_owned()]);
        while let Some(folder) = self.queue.pop() {
            let path = manifest_in(&folder);
            if !seen.insert(path.clone()) || self.is_excluded(&folder) || self.is_foreign(&folder) {
                continue;
            }
            // A path that leads out of the tree, such as into a submodule, is no member.
            let Some(reached) = self.files.at(&path) else { continue };
            let manifest = Manifest::found(reached)?;
            let is_ours = match self.root_named_by(&manifest) {
                Some(root) => root == self.root.folder(),
                None => self.listed.contains(&folder) || is_inside(&folder, self.root.folder()),
            };
            if manifest.workspace().is_some() || !is_ours {
                continue;
            }
            self.queue.extend(path_dependencies(&manifest, self.root));
            self.found.insert(path, manifest);
        }
        Ok(self.found)
    }

    fn is_excluded(&self, folder: &str) -> bool {
        let inside = |folders: &[String]| folders.iter().any(|other| is_inside(folder, other));
        inside(&self.excluded) && !inside(&self.named)
    }

    /// Below the root of another workspace.
    fn is_foreign(&mut self, folder: &str) -> bool {
        if !is_inside(folder, self.root.folder()) {
            return false;
        }
        let mut above = folder_of(folder);
        while above.len() > self.root.folder().len() {
            if !self.foreign.contains_key(above) {
                let holds = self.holds_workspace(above);
                self.foreign.insert(above.to_owned(), holds);
            }
            if self.foreign[above] {
                return true;
            }
            above = folder_of(above);
        }
        false
    }

    fn holds_workspace(&self, folder: &str) -> bool {
        let manifest = self.files.at(&manifest_in(folder)).filter(|reached| may_hold_workspace(reached.text));
        manifest
            .and_then(|reached| Manifest::found(reached).ok())
            .is_some_and(|manifest| manifest.workspace().is_some())
    }

    /// The folder of the root that `package.workspace` names. The folder is none's where it leads out of the repository.
    fn root_named_by(&self, manifest: &Manifest<'_>) -> Option<String> {
        let named = manifest.package()?.get("workspace").and_then(Item::as_str)?;
        Some(join(manifest.folder(), named).unwrap_or_else(|| named.to_owned()))
    }
}

/// Whether a line of the text may open a `[workspace]` table. Nearly every manifest speaks of the workspace, but few hold one.
fn may_hold_workspace(text: &str) -> bool {
    let opens = |line: &str| line.trim_start_matches(['[', ' ', '\t', '"', '\'', '\u{feff}']).starts_with("workspace");
    text.contains("workspace") && text.lines().any(opens)
}

/// Texts of a list in `[workspace]`, each with its line.
fn list<'m>(root: &'m Manifest<'_>, key: &str) -> Result<Vec<(&'m str, usize)>, WorkspaceError> {
    let Some(item) = root.workspace().and_then(|workspace| workspace.get(key)) else { return Ok(Vec::new()) };
    let wrong = || root.shape(item, &format!("workspace.{key}"), "a list of texts");
    let array = item.as_array().ok_or_else(wrong)?;
    let lines = array.iter().map(|value| {
        let line = value.span().map_or(1, |span| root.line_at(span.start));
        value.as_str().map(|text| (text, line)).ok_or_else(wrong)
    });
    lines.collect()
}

/// Folders that a manifest's dependencies lead to, its own or inherited ones.
fn path_dependencies(manifest: &Manifest<'_>, root: &Manifest<'_>) -> Vec<String> {
    let shared = root.workspace_table("dependencies");
    let folders = manifest.dependencies().into_iter().filter_map(|entry| {
        if entry.is_inherited() {
            let path = shared?.get(entry.key).and_then(Item::as_table_like)?.get("path")?.as_str()?;
            join(root.folder(), path)
        } else {
            join(manifest.folder(), entry.text("path")?)
        }
    });
    folders.collect()
}
