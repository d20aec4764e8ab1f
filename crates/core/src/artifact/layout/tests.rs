use super::*;
use crate::artifact::examples::{C_API, CLI, SOURCE, job};

fn tree(paths: &[(&str, TreeSort)]) -> Vec<TreeFile> {
    paths.iter().map(|(path, sort)| TreeFile { path: (*path).to_owned(), sort: *sort }).collect()
}

fn demo() -> Vec<TreeFile> {
    use TreeSort::{Executable, Link, Plain, Submodule};
    tree(&[
        ("Cargo.lock", Plain),
        ("LICENSE-MIT", Plain),
        ("README.md", Plain),
        ("RELEASES.md", Plain),
        ("ci/run.sh", Executable),
        ("crates/c-api/README.md", Plain),
        ("crates/c-api/include/abacist.h", Plain),
        ("crates/c-api/include/abacist/extra.h", Plain),
        ("link", Link),
        ("vendor/wit", Submodule),
    ])
}

const LOCK: &str = "version = 4\n\n[[package]]\nname = \"abacist\"\nversion = \"5.0.0\"\n";

/// What is in the archive, as `path = content`; and the notes.
fn laid(artifact: &str, built: &[&str], can_run: bool) -> Result<(Vec<String>, Vec<Note>), LayoutError> {
    laid_with(artifact, built, can_run, &[])
}

/// The same, where files only stand for others.
fn laid_with(
    artifact: &str,
    built: &[&str],
    can_run: bool,
    stand_ins: &[(&str, StandIn)],
) -> Result<(Vec<String>, Vec<Note>), LayoutError> {
    let package = PackageFacts {
        name: "abacist-x".to_owned(),
        version: "5.0.0".to_owned(),
        folder: "crates/c-api".to_owned(),
        programs: vec!["abacist".to_owned(), "helper".to_owned()],
        library: Some("abacist_c".to_owned()),
        ..PackageFacts::default()
    };
    let facts = Facts {
        commit: &"1".repeat(40).parse().expect("an id"),
        tree: &demo(),
        stand_ins: &stand_ins.iter().map(|(path, stand_in)| ((*path).to_owned(), stand_in.clone())).collect(),
        lock: Some(LOCK),
        package: Some(&package),
        built: &built.iter().map(|name| (*name).to_owned()).collect(),
        native: Some("-lm"),
        can_run,
    };
    let Layout { entries, notes } = layout(&job(artifact), &facts)?;
    let shown = |entry: Entry| {
        let mark = if entry.is_executable { "*" } else { "" };
        let from = match entry.origin {
            Origin::Commit(path) if path == entry.path => String::new(),
            Origin::Commit(path) => format!(" = {path}"),
            Origin::CommitLink(_) => " -> the same".to_owned(),
            Origin::Built(_) => " = built".to_owned(),
            Origin::Text(_) => " = text".to_owned(),
            Origin::Printed { program, arguments } => format!(" = {program} {}", arguments.join(" ")),
        };
        format!("{}{mark}{from}", entry.path)
    };
    Ok((entries.into_iter().map(shown).collect(), notes))
}

#[test]
fn a_c_api_has_headers_libraries_and_their_description_where_builds_look() {
    let (entries, notes) =
        laid(C_API, &["libabacist_c.a", "libabacist_c.so", "libabacist_c.rlib"], true).expect("laid");
    assert_eq!(
        entries,
        [
            "LICENSE-MIT",
            "README.md",
            "include/abacist.h = crates/c-api/include/abacist.h",
            "include/abacist/extra.h = crates/c-api/include/abacist/extra.h",
            "lib/libabacist_c.a = built",
            "lib/libabacist_c.so* = built",
            "lib/pkgconfig/abacist_c.pc = text",
        ]
    );
    assert_eq!(notes, []);
}

#[test]
fn libraries_are_named_as_the_targets_are() {
    let files = |target: &str, built: &[&str]| {
        let (entries, notes) = laid(&C_API.replace("x86_64-unknown-linux-gnu", target), built, true).expect("laid");
        let libraries = entries.iter().filter(|entry| entry.ends_with("= built"));
        (libraries.map(|entry| entry.trim_end_matches(" = built").to_owned()).collect::<Vec<_>>(), notes)
    };
    let msvc = files("x86_64-pc-windows-msvc", &["abacist_c.dll", "abacist_c.dll.lib", "abacist_c.lib"]);
    assert_eq!(msvc.0, ["lib/abacist_c.dll*", "lib/abacist_c.dll.lib", "lib/abacist_c.lib"]);
    let mingw = files("x86_64-pc-windows-gnu", &["abacist_c.dll", "libabacist_c.dll.a", "libabacist_c.a"]);
    assert_eq!(mingw.0, ["lib/abacist_c.dll*", "lib/libabacist_c.a", "lib/libabacist_c.dll.a"]);
    assert_eq!(files("aarch64-apple-darwin", &["libabacist_c.dylib", "libabacist_c.a"]).0.len(), 2);
    let musl = files("x86_64-unknown-linux-musl", &["libabacist_c.a"]);
    assert_eq!(
        musl,
        (vec!["lib/libabacist_c.a".to_owned()], vec![Note::NoLibrary { file: "libabacist_c.so".to_owned() }])
    );
}

#[test]
fn headers_are_the_content_of_folders_or_what_globs_fit() {
    let headers = |patterns: &str| {
        let laid = laid(&format!("{C_API}headers = [{patterns}]\n"), &["libabacist_c.a"], true);
        laid.map(|(entries, _)| entries.into_iter().filter(|it| it.starts_with("include/")).collect::<Vec<_>>())
    };
    assert_eq!(
        headers("\"crates/c-api/include/*.h\""),
        Ok(vec!["include/abacist.h = crates/c-api/include/abacist.h".to_owned()])
    );
    assert_eq!(
        headers("\"crates/*/include/**\"").map(|found| found[0].clone()),
        Ok("include/c-api/include/abacist.h = crates/c-api/include/abacist.h".to_owned())
    );
    assert_eq!(
        headers("\"crates/include\""),
        Err(LayoutError::NoFile { key: "headers", path: "crates/include".to_owned() })
    );
    assert_eq!(headers("\"crates/*/include\"").map(|found| found.len()), Ok(2));
    let file = headers("\"crates/c-api/include/abacist/extra.h\"");
    assert_eq!(file, Ok(vec!["include/extra.h = crates/c-api/include/abacist/extra.h".to_owned()]));
    let twice = headers("\"crates/c-api/include\", \"crates/c-api/include/*.h\"");
    assert_eq!(twice, Err(LayoutError::Twice { path: "include/abacist.h".to_owned() }));
}

#[test]
fn headers_that_the_build_made_are_taken_from_there() {
    let made = "build/abacist-x-0123456789abcdef/out/include/abacist/conf.h";
    let more = format!("{C_API}headers = [\"{{built}}/build/abacist-x-*/out/include\"]\n");
    let (entries, _) =
        laid(&more, &["libabacist_c.a", made, "build/abacist-x-0123456789abcdef/output"], true).expect("laid");
    let headers: Vec<&String> = entries.iter().filter(|it| it.starts_with("include/")).collect();
    assert_eq!(headers, ["include/abacist/conf.h = built"]);
    let path = "{built}/build/abacist-x-*/out/include".to_owned();
    assert_eq!(laid(&more, &["libabacist_c.a"], true), Err(LayoutError::NoFile { key: "headers", path }));
}

#[test]
fn a_program_comes_with_what_it_prints_of_itself() {
    let more = format!(
        "{CLI}completions = {{ bash = [\"complete\", \"bash\"], zsh = [\"complete\", \"zsh\"] }}\nman = [\"man\"]\nfiles = [\"crates/c-api/README.md\"]\n"
    );
    let (entries, notes) = laid(&more, &["abacist"], true).expect("laid");
    assert_eq!(
        entries,
        [
            "README.md = crates/c-api/README.md",
            "abacist* = built",
            "completions/_abacist = abacist complete zsh",
            "completions/abacist.bash = abacist complete bash",
            "man/abacist.1 = abacist man",
        ]
    );
    assert_eq!(notes, []);
    let (entries, notes) = laid(&more, &["abacist", "helper"], false).expect("laid");
    assert_eq!(entries, ["README.md = crates/c-api/README.md", "abacist* = built", "helper* = built"]);
    let paths = ["completions/abacist.bash", "completions/_abacist", "man/abacist.1"].map(str::to_owned).to_vec();
    assert_eq!(notes, [Note::NotPrinted { paths }]);
}

#[test]
fn sources_are_all_files_of_the_commit_and_what_they_are_built_from() {
    let (entries, notes) = laid(SOURCE, &[], true).expect("laid");
    assert_eq!(entries.first().map(String::as_str), Some(".cargo_vcs_info.json = text"));
    assert!(
        ["VENDORED.txt = text", "ci/run.sh*", "link -> the same"]
            .iter()
            .all(|it| entries.iter().any(|entry| entry == it))
    );
    assert_eq!(entries.len(), 9 + 2, "all but the submodule, and two: {entries:?}");
    assert_eq!(notes, [Note::SubmodulesLeftOut { paths: vec!["vendor/wit".to_owned()] }]);
}

#[test]
fn an_archive_that_would_hold_what_only_stands_for_a_file_is_refused_by_its_name() {
    let link = |target: &str, fault| StandIn::Link { target: target.to_owned(), fault };
    let outside = link("/etc/hostname", LinkFault::Outside);
    let built = ["abacist", "helper", "libabacist_c.a", "libabacist_c.so"];
    for (artifact, path, stand_in, words) in [
        (SOURCE, "ci/run.sh", StandIn::LargeFile, "a Git LFS pointer"),
        (SOURCE, "README.md", StandIn::Filter("crypt".to_owned()), "the filter `crypt`"),
        (SOURCE, "link", outside.clone(), "a link to `/etc/hostname`, which is outside"),
        (CLI, "LICENSE-MIT", outside.clone(), "a link to `/etc/hostname`, which is outside"),
        (CLI, "README.md", link("gone", LinkFault::Dangling), "a link to `gone`, which is not in the commit"),
        (C_API, "crates/c-api/include/abacist.h", StandIn::LargeFile, "commit the file itself"),
    ] {
        let error = laid_with(artifact, &built, true, &[(path, stand_in)]).expect_err(path).to_string();
        assert!(error.starts_with(&format!("`{path}` is ")) && error.contains(words), "{error}");
    }

    // A link that leads to nothing stays one among the sources; and what a build did not find is told of.
    laid_with(SOURCE, &[], true, &[("link", link("gone", LinkFault::Dangling))]).expect("laid");
    let (_, notes) = laid_with(CLI, &built, true, &[("ci/run.sh", StandIn::LargeFile)]).expect("laid");
    assert_eq!(notes, [Note::NotBuiltFrom { paths: vec!["ci/run.sh".to_owned()] }]);
}

#[test]
fn what_was_not_built_is_said() {
    let expected = vec!["libabacist_c.a".to_owned(), "libabacist_c.so".to_owned()];
    let package = "abacist-x".to_owned();
    assert_eq!(laid(C_API, &["libother.a"], true), Err(LayoutError::NothingBuilt { package, expected }));
    assert!(laid(CLI, &[], true).expect_err("there is none").to_string().ends_with("produced none of abacist, helper"));
}
