//! Repositories of strangers: what their commits name is not run, and what they write reaches no terminal raw.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Output};

use super::binary::{code, demo, errors, git, json, run, stationmaster};

/// Every kind of character that a terminal acts on or does not show.
const HOSTILE: &str = "x\u{1b}[31my\u{1b}]0;owned\u{7}z\u{9b}2J\u{7f}\u{202e}\u{2066}\u{200b}\u{feff}end";

/// What was printed has none of them; colors are the program's own.
fn assert_harmless(what: &str, printed: &[u8]) {
    let text = String::from_utf8(printed.to_vec()).expect("UTF-8");
    let mut plain = text.as_str();
    let mut rest = String::new();
    while let Some((before, after)) = plain.split_once('\u{1b}') {
        let (codes, after) = after.split_once('m').unwrap_or((after, ""));
        let is_color = codes.starts_with('[') && codes[1..].chars().all(|c| c.is_ascii_digit() || c == ';');
        assert!(is_color && codes.len() < 8, "{what}: an escape reaches the terminal: {codes:?}");
        rest += before;
        plain = after;
    }
    rest += plain;
    let is_bad = |c: &char| (c.is_control() && !"\n\t".contains(*c)) || "\u{202e}\u{2066}\u{200b}\u{feff}".contains(*c);
    assert_eq!(rest.chars().find(is_bad), None, "{what}: {rest:?}");
    // Where a title becomes Markdown, its bracket is escaped, in JSON once more.
    let spellings = ["\\u{1b}[31my", "\\u001b[31my", "\\u{1b}\\[31my", "\\u001b\\\\[31my"];
    let shown: usize = spellings.iter().map(|spelling| rest.matches(spelling).count()).sum();
    assert_eq!(rest.matches("[31my").count(), shown, "{what}: the escape was taken out, and is not shown");
}

/// The demo, with a commit whose title and author are hostile.
fn hostile_words(repo: &Path) {
    demo(repo);
    let author = HOSTILE.replace(['\u{1b}', '\u{7}'], "\u{9b}");
    git(
        repo,
        &[
            "commit",
            "--quiet",
            "--allow-empty",
            "--author",
            &format!("{author} <a@b.example>"),
            "--message",
            &format!("Fix {HOSTILE} (#7)\n\nBackport: 4.0"),
        ],
    );
    git(repo, &["branch", "odd\u{202e}name\u{9b}"]);
    git(repo, &["config", "user.name", &author]);
    git(repo, &["config", "user.email", "a@b.example"]);
}

fn colored(repo: &str, arguments: &[&str]) -> Output {
    let mut command = stationmaster(&[&["--repo", repo, "--offline", "--at", "2026-02-05"], arguments].concat());
    command.env_remove("NO_COLOR").env("CLICOLOR_FORCE", "1").output().expect("the binary runs")
}

#[test]
fn words_of_strangers_reach_neither_terminal_nor_page_raw() {
    let folder = tempfile::tempdir().expect("a folder");
    hostile_words(folder.path());
    let repo = folder.path().to_str().expect("a plain path");
    let page = folder.path().join("page.html");
    let file = page.to_str().expect("a plain path");
    let bad = format!("no-such-{HOSTILE}");
    let commands: [&[&str]; 14] = [
        &["status"],
        &["plan"],
        &["audit", "--html", file],
        &["backport", "status", "--html", file],
        &["backport", "decide", "HEAD", "--class", "security", "--why", HOSTILE],
        &["journal"],
        &["notes", "collect", "--rev", "main"],
        &["notes", "add", "--kind", "fixed", "--text", HOSTILE],
        &["pick", "HEAD", "--onto", &bad],
        &["bump", "major", "--base", &bad],
        &["explain", "5.0.0"],
        &["calendar"],
        &["stage", "--rev", &bad],
        &["--policy", &bad, "plan"],
    ];
    for arguments in commands {
        let output = colored(repo, arguments);
        let what = arguments.join(" ");
        assert_harmless(&what, &output.stdout);
        assert_harmless(&what, &output.stderr);
        if arguments.contains(&"--html") && code(&output) < 2 {
            assert_harmless(&what, &fs::read(&page).expect("a page"));
        }
    }
}

#[test]
fn json_keeps_what_strangers_wrote_in_escapes() {
    let folder = tempfile::tempdir().expect("a folder");
    hostile_words(folder.path());
    let repo = folder.path().to_str().expect("a plain path");
    let output = run(&["--repo", repo, "--offline", "notes", "collect", "--rev", "main", "--json"]);
    assert!(code(&output) < 2, "{}", errors(&output));
    assert_harmless("notes collect --json", &output.stdout);
    let text = json(&output).to_string();
    assert!(text.contains('\u{202e}') && text.contains('\u{9b}'), "{text:?}");
}

#[test]
fn reading_commands_run_nothing_of_the_commit_or_the_work_tree() {
    let folder = tempfile::tempdir().expect("a folder");
    let (repo, mark) = (folder.path().join("repo"), folder.path().join("mark"));
    demo(&repo);
    let program = repo.join(".cargo/rustc");
    fs::create_dir_all(repo.join(".cargo/bin")).expect("folders");
    for path in [&program, &repo.join(".cargo/bin/rustc"), &repo.join(".cargo/bin/cargo")] {
        fs::write(path, format!("#!/bin/sh\necho \"$0\" >> '{}'\nexit 1\n", mark.display())).expect("written");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("mode");
    }
    let named = program.display();
    let config = format!(
        "[build]\nrustc = '{named}'\nrustc-wrapper = '{named}'\nrustc-workspace-wrapper = '{named}'\n\
         [registry]\ncredential-provider = '{named}'\nglobal-credential-providers = ['{named}']\n\
         [env]\nRUSTC = '{named}'\n[target.x86_64-unknown-linux-gnu]\nlinker = '{named}'\nrunner = '{named}'\n"
    );
    fs::write(repo.join(".cargo/config.toml"), config).expect("written");
    fs::write(repo.join("rust-toolchain.toml"), "[toolchain]\npath = '.cargo'\n").expect("written");
    git(&repo, &["add", "--all"]);
    git(&repo, &["commit", "--quiet", "--message", "Hostile"]);
    for (key, value) in [("core.fsmonitor", &*named.to_string()), ("core.sshCommand", &named.to_string())] {
        git(&repo, &["config", key, value]);
    }
    let dir = repo.to_str().expect("a plain path");
    let commands: [&[&str]; 8] = [
        &["preflight", "--rev", "HEAD"],
        &["plan"],
        &["status"],
        &["check", "versions", "--rev", "HEAD"],
        &["check", "requirements", "--rev", "HEAD"],
        &["audit"],
        &["explain", "5.0.0"],
        &["stage", "--rev", "HEAD"],
    ];
    for arguments in commands {
        let mut command = stationmaster(&[&["--repo", dir, "--offline"], arguments].concat());
        // The tests' own cargo names its toolchain to all its children.
        let output = command.env_remove("RUSTUP_TOOLCHAIN").output().expect("the binary runs");
        let ran = fs::read_to_string(&mark).unwrap_or_default();
        assert_eq!(ran, "", "{arguments:?} ran it: {}", errors(&output));
        assert!(!errors(&output).contains("unexpected argument"), "{}", errors(&output));
    }
}
