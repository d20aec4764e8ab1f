//! Generated workspaces: inheritance, globs, renames, target tables, dotted keys. What is set is read back everywhere.
//!
//! Rules: R1.

use std::collections::BTreeMap;

use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed},
};
use semver::{Prerelease, Version, VersionReq};
use stationmaster_core::{model::TreeFiles, workspace::Workspace};

use super::set;

/// One package that is to be written down. Packages are told apart by their number.
#[derive(Debug, Clone)]
struct Plan {
    inherits: bool,
    version: Version,
    private: bool,
    /// Which of the globs of `members` finds it, or none: then another's path does.
    folder: &'static str,
    dependencies: Vec<Need>,
}

#[derive(Debug, Clone)]
struct Need {
    /// Counted from the package on: no package needs itself.
    other: usize,
    table: &'static str,
    form: Form,
    operator: &'static str,
    renamed: bool,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Inline,
    Dotted,
    Header,
    Inherited,
}

prop_compose! {
    fn a_version()(numbers in (0u64..4, 0u64..4, 0u64..4), pre in prop::option::of("(rc\\.[1-9]|dev)")) -> Version {
        let pre = pre.map_or(Prerelease::EMPTY, |pre| pre.parse().expect("a pre-release"));
        Version { pre, ..Version::new(numbers.0, numbers.1, numbers.2) }
    }
}

prop_compose! {
    fn a_need()(
        other in 1usize..7,
        table in prop::sample::select(vec!["dependencies", "dev-dependencies", "build-dependencies", "target.'cfg(unix)'.dependencies"]),
        form in prop::sample::select(vec![Form::Inline, Form::Dotted, Form::Header, Form::Inherited]),
        operator in prop::sample::select(vec!["", "=", "^", "~", ">=", "= "]),
        renamed: bool,
    ) -> Need {
        Need { other, table, form, operator, renamed }
    }
}

prop_compose! {
    fn a_plan()(
        inherits: bool,
        version in a_version(),
        private: bool,
        folder in prop::sample::select(vec!["crates", "tools/deep", "hidden"]),
        dependencies in prop::collection::vec(a_need(), 0..4),
    ) -> Plan {
        Plan { inherits, version, private, folder, dependencies }
    }
}

/// What the shared version and each package's was, and is to be.
struct Versions {
    shared: [Version; 2],
    packages: Vec<[Version; 2]>,
}

impl Versions {
    /// Before anything moves.
    fn before(&self) -> Self {
        let old = |[old, _]: &[Version; 2]| [old.clone(), old.clone()];
        Self { shared: old(&self.shared), packages: self.packages.iter().map(old).collect() }
    }

    fn new_by_name(&self) -> BTreeMap<String, Version> {
        self.packages.iter().enumerate().map(|(at, [_, new])| (format!("p{at}"), new.clone())).collect()
    }

    /// A requirement that named the old version in full names the new one; a lower bound stays while it can.
    fn requirement(&self, operator: &str, other: usize) -> String {
        let [old, new] = &self.packages[other];
        let before = format!("{operator}{old}");
        let holds = VersionReq::parse(&before).expect("a requirement").matches(new);
        if operator == ">=" && holds { before } else { format!("{operator}{new}") }
    }
}

/// The files of a workspace.
fn write(plans: &[Plan], versions: &Versions, end: &str) -> TreeFiles {
    let [old_shared, shared] = &versions.shared;
    let folder_of = |at: usize| format!("{}/p{at}", plans[at].folder);
    let mut root = format!(
        "[workspace]\nmembers = [\"crates/*\", \"tools/d[a-f]*/*\"] # found by glob\nresolver = \"2\"\n\n[workspace.package]\nversion = '{shared}'\n\
         \n[workspace.dependencies]\nserde = \"{old_shared}\"\n"
    );
    let mut lock = "# by cargo\nversion = 4\n".to_owned();
    let mut files = TreeFiles::new();
    for (at, plan) in plans.iter().enumerate() {
        let version = &versions.packages[at][1];
        root += &format!("p{at} = {{ path = \"{}\", version = \"={version}\" }} # p{at}\n", folder_of(at));
        // All packages are needed by the first, so that those that no glob finds are members as well.
        let all = (1..plans.len()).filter(|_| at == 0).map(|other| (other, None));
        let chosen = plan.dependencies.iter().map(|need| ((at + need.other) % plans.len(), Some(need)));
        let mut seen = std::collections::BTreeSet::new();
        let needs: Vec<(usize, Option<&Need>)> = chosen
            .chain(all)
            .filter(|(other, need)| *other != at && seen.insert((*other, need.map(|need| (need.table, need.renamed)))))
            .collect();
        let own =
            if plan.inherits { "version.workspace = true".to_owned() } else { format!("version = \"{version}\"") };
        let publish = if plan.private { "publish = false\n" } else { "" };
        let mut text = format!("[package]\nname = \"p{at}\"\n{own} # own\n{publish}");
        for (other, need) in &needs {
            let path = format!("../../{}{}", if plan.folder.contains('/') { "../" } else { "" }, folder_of(*other));
            text += &match need {
                Some(need) => entry(*other, need, &path, versions),
                None => format!("[target.'cfg(all())'.dependencies.p{other}]\npath = \"{path}\"\n"),
            };
        }
        files.insert(format!("{}/Cargo.toml", folder_of(at)), text.replace('\n', end));
        let names: std::collections::BTreeSet<usize> = needs.iter().map(|(other, _)| *other).collect();
        let names: String = names.iter().map(|other| format!(" \"p{other}\",\n")).collect();
        let needs = if names.is_empty() { String::new() } else { format!("dependencies = [\n{names}]\n") };
        lock += &format!("\n[[package]]\nname = \"p{at}\"\nversion = \"{version}\"\n{needs}");
    }
    files.insert("Cargo.toml".to_owned(), root.replace('\n', end));
    files.insert("Cargo.lock".to_owned(), lock.replace('\n', end));
    files
}

/// One entry of a dependency table, with its header: a table may be opened once only, so each entry is one of its own or dotted below the root's.
fn entry(other: usize, need: &Need, path: &str, versions: &Versions) -> String {
    let Need { table, operator, .. } = need;
    let (key, package) = match need.renamed {
        true => (format!("p{other}-renamed"), format!("package = \"p{other}\"")),
        false => (format!("p{other}"), format!("features = [\"f{}\"]", versions.packages[other][0])),
    };
    let requirement = versions.requirement(operator, other);
    match need.form {
        Form::Inherited if !need.renamed => format!("[{table}.{key}]\nworkspace = true\n"),
        Form::Inline => format!("[{table}.{key}]\n{package}\npath = '{path}'\nversion='{requirement}'# here\n"),
        Form::Dotted => {
            format!("[{table}.\"{key}\"]\n\"version\"=\"{requirement}\"\n  path = \"{path}\"\n{package}\n")
        }
        Form::Header | Form::Inherited => {
            format!("[{table}.'{key}']\n{package}\nversion = \"\"\"{requirement}\"\"\"\npath = \"{path}\"\n")
        }
    }
}

/// The same, with the entries of `[dependencies]` dotted at the root or inline.
fn flattened(text: &str, end: &str, inline: bool) -> String {
    let header = "[dependencies.";
    let mut blocks: Vec<&str> = text.split_inclusive(end).collect();
    let mut rest = String::new();
    let mut front = String::new();
    let mut key: Option<String> = None;
    let mut values: Vec<String> = Vec::new();
    blocks.push("[");
    for line in blocks {
        if line.starts_with('[') {
            if let Some(key) = key.take() {
                let joined: Vec<&str> =
                    values.iter().map(|value| value.split('#').next().unwrap_or_default().trim()).collect();
                front += &match inline {
                    true => format!("dependencies.{key} = {{ {} }}{end}", joined.join(", ")),
                    false => joined.iter().map(|value| format!("dependencies.{key}.{value}{end}")).collect(),
                };
                values.clear();
            }
            key = line.trim_end().strip_prefix(header).map(|rest| rest.trim_end_matches(']').to_owned());
        } else if key.is_some() {
            values.push(line.to_owned());
            continue;
        }
        if key.is_none() && line != "[" {
            rest += line;
        }
    }
    front + &rest
}

proptest! {
    #![proptest_config(Config { cases: 400, rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..Config::default() })]

    #[test]
    fn what_is_set_in_a_generated_workspace_is_read_back_everywhere(
        plans in prop::collection::vec(a_plan(), 2..7),
        shared in a_version(),
        new_shared in a_version(),
        new in prop::collection::vec(a_version(), 7),
        end in "(\n|\r\n)",
        flat in prop::option::of(any::<bool>()),
    ) {
        let mut plans = plans;
        // The first leads to all others, so it must be found itself.
        plans[0].folder = "crates";
        let moved = |(plan, own): (&Plan, &Version)| match plan.inherits {
            true => [shared.clone(), new_shared.clone()],
            false => [plan.version.clone(), own.clone()],
        };
        let packages = plans.iter().zip(&new).map(moved).collect();
        let moves_shared = plans.iter().any(|plan| plan.inherits);
        let after_shared = if moves_shared { new_shared.clone() } else { shared.clone() };
        let versions = Versions { shared: [shared.clone(), after_shared], packages };
        let written = |versions: &Versions| {
            let mut files = write(&plans, versions, &end);
            for (_, text) in files.iter_mut().filter(|(path, _)| path.ends_with("/Cargo.toml")) {
                *text = flat.map_or(text.clone(), |inline| flattened(text, &end, inline));
            }
            files
        };
        let files = written(&versions.before());
        let workspace = Workspace::read(&files).expect("a workspace");
        let found = |workspace: &Workspace| -> BTreeMap<String, Version> {
            workspace.packages.iter().map(|it| (it.name.clone(), it.version.clone())).collect()
        };
        prop_assert_eq!(found(&workspace), versions.before().new_by_name(), "all are found: {:?}", files);
        let after = set(&files, &versions.new_by_name());
        prop_assert_eq!(&after, &written(&versions));
        prop_assert_eq!(found(&Workspace::read(&after).expect("still a workspace")), versions.new_by_name());
        prop_assert_eq!(set(&after, &versions.new_by_name()), after, "what is set stays set");
    }
}
