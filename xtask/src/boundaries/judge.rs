//! Rules and texts in, breaches out.

use std::{collections::BTreeMap, fmt};

use super::{
    manifest,
    mentions::{self, Mention},
    rules::{Boundaries, CrateRules, FileRules, OnlyPaths},
    source,
};

/// A place where a rule does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Breach {
    /// From the root.
    pub(crate) path: String,
    /// From 1.
    pub(crate) line: usize,
    /// What, against which rule, and why there is such a rule.
    pub(crate) what: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// Judge a workspace: path from the root, and text, of every manifest and source file. Breaches by path and line.
pub(crate) fn judge(rules: &Boundaries, files: &BTreeMap<String, String>) -> Vec<Breach> {
    let mut found = Vec::new();
    for (path, text) in files {
        if path.ends_with("/Cargo.toml") {
            judge_manifest(rules, path, text, &mut found);
        } else if path.ends_with(".rs") {
            judge_length(&rules.files, path, text, &mut found);
            judge_source(rules, path, text, &mut found);
        }
    }
    for long in rules.files.long.iter().filter(|long| !files.contains_key(&long.path)) {
        let what = "listed as a long file in xtask/boundaries.toml, and not there".to_owned();
        found.push(Breach { path: long.path.clone(), line: 1, what });
    }
    found.sort();
    found.dedup();
    found
}

/// Names of files and folders that say nothing.
pub(crate) fn file_names<'a>(rules: &FileRules, paths: impl Iterator<Item = &'a String>) -> Vec<Breach> {
    let says_nothing = |part: &str| {
        let stem = part.split('.').next().unwrap_or(part);
        rules.forbidden_names.iter().any(|name| name == stem)
    };
    let bad = paths.filter_map(|path| path.split('/').find(|part| says_nothing(part)).map(|part| (path, part)));
    let breach = |(path, part): (&String, &str)| Breach {
        path: path.clone(),
        line: 1,
        what: format!("`{part}` is a forbidden name: it says nothing, and what says nothing takes in everything"),
    };
    bad.map(breach).collect()
}

fn judge_manifest(rules: &Boundaries, path: &str, text: &str, found: &mut Vec<Breach>) {
    let mut breach = |line, what| found.push(Breach { path: path.to_owned(), line, what });
    let folder = path.trim_end_matches("/Cargo.toml");
    let Some(room) = rules.crates.iter().find(|room| room.folder == folder) else {
        if folder.starts_with("crates/") {
            breach(1, "this crate has no rules: add a [[crate]] to xtask/boundaries.toml".to_owned());
        }
        return;
    };
    let needed = match manifest::needed(text) {
        Ok(needed) => needed,
        Err(words) => return breach(1, format!("does not parse: {words}")),
    };
    let ours = |name: &str| rules.crates.iter().any(|it| it.name == name);
    for manifest::Needed { line, package } in needed {
        let CrateRules { name, why, siblings, forbidden_crates, .. } = room;
        if ours(&package) && !siblings.contains(&package) {
            breach(line, format!("{name} may not depend on {package}: {why}"));
        }
        if forbidden_crates.contains(&package) {
            breach(line, format!("{name} may not use the crate `{package}`: {why}"));
        }
    }
}

fn judge_length(rules: &FileRules, path: &str, text: &str, found: &mut Vec<Breach>) {
    let lines = text.lines().count();
    let long = rules.long.iter().find(|long| long.path == path);
    let what = match long {
        Some(long) if lines <= rules.max_lines => {
            format!("{lines} lines: it needs no exception for {} in xtask/boundaries.toml any more", long.lines)
        }
        Some(long) if lines > long.lines => format!("{lines} lines, {} are its reviewed limit: split it", long.lines),
        None if lines > rules.max_lines => format!("{lines} lines, {} are the limit: split it", rules.max_lines),
        _ => return,
    };
    found.push(Breach { path: path.to_owned(), line: lines, what });
}

fn judge_source(rules: &Boundaries, path: &str, text: &str, found: &mut Vec<Breach>) {
    let mut breach = |line, what| found.push(Breach { path: path.to_owned(), line, what });
    let code = match source::parse(text) {
        Ok(code) => code,
        Err(at) => return breach(at.line, format!("column {} is not Rust", at.column + 1)),
    };
    for line in source::allows(code.clone()) {
        let why = "`allow` is forbidden: fix it, or use `expect` with a reason, which ends when it is not needed";
        breach(line, why.to_owned());
    }
    if is_test(path) {
        return;
    }
    let named = mentions::mentions(&source::product_tokens(code), &module_of(path));
    for room in rules.crates.iter().filter(|room| is_source_of(path, &room.folder)) {
        for mention in &named {
            for pattern in room.forbidden_paths.iter().filter(|pattern| mention.names(pattern)) {
                breach(mention.line, format!("{} may not use `{pattern}`: {}", room.name, room.why));
            }
            for only in room.only.iter().filter(|only| !is_within(mention, only)) {
                breach(mention.line, beyond(&room.name, mention, only, &room.why));
            }
        }
    }
    for layers in &rules.layers {
        let Some(user) = path.strip_prefix(&format!("{}/", layers.folder)).and_then(top_module) else { continue };
        if !layers.lowest_first.iter().any(|it| it == user) {
            breach(1, format!("`{user}` has no place in the layers of {}: {}", layers.folder, layers.why));
        }
        for mention in &named {
            let [root, used, ..] = &mention.path[..] else { continue };
            if root == "crate" && used != user && layers.is_above(user, used) {
                breach(
                    mention.line,
                    format!("`{user}` may use what lies below it alone, not `{used}`: {}", layers.why),
                );
            }
        }
    }
    for module in rules.modules.iter().filter(|module| module.holds(path)) {
        for mention in &named {
            for pattern in module.forbidden_paths.iter().filter(|pattern| mention.names(pattern)) {
                breach(mention.line, format!("{} may not use `{pattern}`: {}", module.folder, module.why));
            }
            for only in module.only.iter().filter(|only| !is_within(mention, only)) {
                breach(mention.line, beyond(&module.folder, mention, only, &module.why));
            }
        }
    }
}

/// The module of a crate that a file belongs to; none for the crate's root.
fn top_module(within: &str) -> Option<&str> {
    let module = within.split('/').next()?.trim_end_matches(".rs");
    (module != "lib" && module != "main").then_some(module)
}

fn beyond(who: &str, mention: &Mention, only: &OnlyPaths, why: &str) -> String {
    let (path, paths) = (mention.path.join("::"), only.paths.join(", "));
    format!("{who} may use of `{}` only {paths}, not `{path}`: {why}", only.root)
}

/// The mention is of something else than the root, or of a part of it that may be used.
fn is_within(mention: &Mention, only: &OnlyPaths) -> bool {
    let starts_with = |path: &[String], wanted: &str| {
        let wanted: Vec<&str> = wanted.split("::").collect();
        path.len() >= wanted.len() && path.iter().zip(&wanted).all(|(have, want)| have == want)
    };
    if !starts_with(&mention.path, &only.root) {
        return true;
    }
    let rest = &mention.path[only.root.split("::").count()..];
    only.paths.iter().any(|allowed| starts_with(rest, allowed))
}

fn is_source_of(path: &str, folder: &str) -> bool {
    path.starts_with(&format!("{folder}/src/"))
}

/// Test code has other rules: it may read files and the environment.
fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.ends_with("_tests.rs") || path.contains("/benches/")
}

/// `crates/core/src/plan/cut.rs` is `crate::plan::cut`.
fn module_of(path: &str) -> Vec<String> {
    let inner = path.split_once("/src/").map_or(path, |(_, inner)| inner).trim_end_matches(".rs");
    let parts = inner.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main"));
    std::iter::once("crate").chain(parts).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = r#"
        [files]
        max-lines = 5
        forbidden-names = ["utils"]
        long = [{ path = "crates/core/src/table.rs", lines = 7, reason = "one table" }]
        [[crate]]
        name = "my-core"
        folder = "crates/core"
        siblings = []
        forbidden-crates = ["tokio"]
        forbidden-paths = ["std::fs", "println!"]
        why = "it is pure"
        [[crate]]
        name = "my-app"
        folder = "crates/app"
        siblings = ["my-core"]
        forbidden-crates = []
        forbidden-paths = []
        why = "it only words"
        only = [{ root = "my_core", paths = ["model", "check::names"] }]
        [[layers]]
        folder = "crates/layered/src"
        lowest-first = ["model", "plan", "report"]
        why = "no circles"
        [[module]]
        folder = "crates/core/src/check"
        except = ["crates/core/src/check/lint"]
        forbidden-paths = ["crate::plan", "order"]
        only = [{ root = "crate::edit", paths = ["notes"] }]
        why = "it is independent"
    "#;

    fn breaches(files: &[(&str, &str)]) -> String {
        let rules: Boundaries = toml_edit::de::from_str(RULES).expect("the rules parse");
        let table = ("crates/core/src/table.rs", "\n\n\n\n\n\n");
        let files =
            [&table].into_iter().chain(files).map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        judge(&rules, &files).iter().map(|breach| format!("{breach}\n")).collect()
    }

    #[test]
    fn a_crate_that_reaches_where_it_may_not_is_named_with_line_and_reason() {
        let found = breaches(&[
            ("crates/core/Cargo.toml", "[dependencies]\nserde = \"1\"\nrt = { package = \"tokio\" }\nmy-app = \"1\"\n"),
            ("crates/core/src/a.rs", "use std::{fmt, fs};\n// std::fs\nfn f() { println!(\"std::fs\") }\n"),
            (
                "crates/core/src/check/b.rs",
                "use super::super::plan::Plan;\nuse crate::{edit::{notes::x, lock}, model};\n",
            ),
            ("crates/core/src/check/d.rs", "fn f(it: &W) { it.order() }\n"),
            ("crates/core/src/check/lint.rs", "fn f(it: &W) { it.order() }\n"),
            ("crates/core/src/check/lint/e.rs", "fn f(it: &W) { it.order() }\n"),
            ("crates/app/src/c.rs", "use my_core::{model::Step, plan, check::names::ok, check::judge};\n"),
        ]);
        insta::assert_snapshot!(found, @r"
        crates/app/src/c.rs:1: my-app may use of `my_core` only model, check::names, not `my_core::check::judge`: it only words
        crates/app/src/c.rs:1: my-app may use of `my_core` only model, check::names, not `my_core::plan`: it only words
        crates/core/Cargo.toml:3: my-core may not use the crate `tokio`: it is pure
        crates/core/Cargo.toml:4: my-core may not depend on my-app: it is pure
        crates/core/src/a.rs:1: my-core may not use `std::fs`: it is pure
        crates/core/src/a.rs:3: my-core may not use `println!`: it is pure
        crates/core/src/check/b.rs:1: crates/core/src/check may not use `crate::plan`: it is independent
        crates/core/src/check/b.rs:2: crates/core/src/check may use of `crate::edit` only notes, not `crate::edit::lock`: it is independent
        crates/core/src/check/d.rs:1: crates/core/src/check may not use `order`: it is independent
        ");
    }

    #[test]
    fn a_layer_uses_those_before_it_and_what_has_no_place_is_forbidden() {
        let found = breaches(&[
            ("crates/layered/src/lib.rs", "pub mod model;"),
            ("crates/layered/src/plan/mod.rs", "use crate::{model::A, plan::B, report::C};"),
            ("crates/layered/src/plan/cut.rs", "fn f() { super::super::new::d() }\n#[cfg(test)]\nuse crate::report;"),
            ("crates/layered/src/new.rs", ""),
        ]);
        insta::assert_snapshot!(found, @r"
        crates/layered/src/new.rs:1: `new` has no place in the layers of crates/layered/src: no circles
        crates/layered/src/plan/cut.rs:1: `plan` may use what lies below it alone, not `new`: no circles
        crates/layered/src/plan/mod.rs:1: `plan` may use what lies below it alone, not `report`: no circles
        ");
    }

    #[test]
    fn test_code_may_read_files_but_may_not_silence_a_warning() {
        let found = breaches(&[
            ("crates/core/src/a.rs", "#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n"),
            ("crates/core/tests/it/main.rs", "#![allow(dead_code)]\nuse std::fs;\n"),
        ]);
        insta::assert_snapshot!(found, @"crates/core/tests/it/main.rs:1: `allow` is forbidden: fix it, or use `expect` with a reason, which ends when it is not needed");
    }

    #[test]
    fn a_long_file_and_an_exception_that_is_not_needed_are_breaches() {
        let found = breaches(&[
            ("crates/core/src/a.rs", "\n\n\n\n\n\n"),
            ("crates/core/src/b.rs", "\n\n\n\n\n"),
            ("crates/core/src/table.rs", "\n"),
            ("crates/other/Cargo.toml", ""),
        ]);
        insta::assert_snapshot!(found, @r"
        crates/core/src/a.rs:6: 6 lines, 5 are the limit: split it
        crates/core/src/table.rs:1: 1 lines: it needs no exception for 7 in xtask/boundaries.toml any more
        crates/other/Cargo.toml:1: this crate has no rules: add a [[crate]] to xtask/boundaries.toml
        ");
    }

    #[test]
    fn a_name_that_says_nothing_is_a_breach_as_file_and_as_folder() {
        let rules: Boundaries = toml_edit::de::from_str(RULES).expect("the rules parse");
        let paths = ["crates/a/src/utils.rs", "crates/a/src/utils/x.rs", "crates/a/src/mutils.rs"].map(str::to_owned);
        let bad: Vec<String> = file_names(&rules.files, paths.iter()).into_iter().map(|it| it.path).collect();
        assert_eq!(bad, paths[..2]);
    }
}
