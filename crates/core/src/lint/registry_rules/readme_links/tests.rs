use super::*;
use crate::model::{ReadmeFact, Severity, TreeFiles};

const AT_GITHUB: &str = "repository = \"https://github.com/o/n\"\n";

/// What is found of a package in `crates/a` whose manifest has these lines more, packaged as it says, with this readme.
fn found(more: &str, facts: CrateFacts, path: &str, text: &str) -> Vec<Finding> {
    let manifest = format!("[package]\nname = \"a\"\nversion = \"1.0.0\"\n{more}");
    let files = TreeFiles::from([
        ("Cargo.toml".to_owned(), "[workspace]\nmembers = [\"crates/*\"]\n".to_owned()),
        ("crates/a/Cargo.toml".to_owned(), manifest),
    ]);
    let workspace = Workspace::read(&files).expect("a workspace");
    readme_links(&workspace, &[facts], &BTreeMap::from([(path.to_owned(), text.to_owned())]))
}

fn packaged(readme: &str, repository: Option<&str>) -> CrateFacts {
    CrateFacts {
        name: "a".to_owned(),
        version: "1.0.0".to_owned(),
        readme: Some(ReadmeFact { path: readme.to_owned(), present: true }),
        repository: repository.map(str::to_owned),
        ..CrateFacts::default()
    }
}

#[test]
fn each_reason_is_one_note_at_its_first_address_in_the_readme() {
    let text = "# A\n\n[one](one.md) ![two](two.png)\n[three](three.md) [again](one.md) [rust](crate::A)\n[web](https://a.example)\n";
    let notes = found("", packaged("README.md", None), "crates/a/README.md", text);
    let places: Vec<_> = notes.iter().map(|it| (it.kind.as_str(), it.file.as_deref(), it.line)).collect();
    let readme = Some("crates/a/README.md");
    assert_eq!(places, [("broken-link", readme, Some(3)), ("broken-link", readme, Some(4))]);
    assert!(notes.iter().all(|it| it.severity == Severity::Information && it.rule == crate::model::Rule::X12));
    let named = "on crates.io `one.md`, `two.png`, `three.md` will not work: relative addresses are completed by";
    assert!(notes[0].detail.starts_with(named), "{}", notes[0].detail);
    assert!(notes[1].detail.contains("only rustdoc"), "{}", notes[1].detail);
}

#[test]
fn many_addresses_are_counted() {
    let text: String = (0..8).map(|n| format!("[{n}]({n}.md)\n")).collect();
    let notes = found("", packaged("README.md", None), "crates/a/README.md", &text);
    assert!(notes[0].detail.contains("`4.md` and 3 more will not work"), "{}", notes[0].detail);
}

#[test]
fn a_package_that_does_not_say_where_it_is_from_is_taken_for_one_of_the_root() {
    let (text, path) = ("[one](docs/one.md)\n", "crates/a/README.md");
    let facts = || packaged("README.md", Some("https://github.com/o/n"));
    let notes = found(AT_GITHUB, facts(), path, text);
    assert!(notes[0].detail.ends_with("`docs/one.md` will lead to https://github.com/o/n/blob/HEAD/docs/one.md"));
    assert!(
        notes[0].help.ends_with("such as https://github.com/o/n/blob/HEAD/crates/a/docs/one.md"),
        "{}",
        notes[0].help
    );
    let says = CrateFacts { path_in_vcs: Some("crates/a".to_owned()), ..facts() };
    assert_eq!(found(AT_GITHUB, says.clone(), path, text), []);
    // Cargo puts a readme from outside at the package's root.
    let outside = format!("{AT_GITHUB}readme = \"../../README.md\"\n");
    assert_eq!(found(&outside, facts(), "README.md", text), []);
    assert_eq!(found(&outside, says, "README.md", text).len(), 1);
}

#[test]
fn a_readme_that_is_no_markdown_is_shown_as_plain_text() {
    let kinds = |readme: &str| {
        let notes = found("", packaged(readme, None), &format!("crates/a/{readme}"), "[one](one.md)\n");
        notes.into_iter().map(|it| it.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds("README.rst"), ["plain-readme"]);
    assert_eq!(kinds("README.MD"), ["broken-link"]);
    assert_eq!(kinds("README"), ["broken-link"]);
}
