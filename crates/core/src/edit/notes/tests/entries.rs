//! Entries, links, fragments and merged commits.

use proptest::prelude::*;

use super::super::*;

fn rfc() -> impl Strategy<Value = Rfc> {
    prop_oneof![
        "[1-9][0-9]{0,3}".prop_map(|number| number.parse().expect("a number names an RFC")),
        "https://example\\.org/rfcs/(pull/[1-9][0-9]{0,2}|[a-z]{3,9}\\.md)"
            .prop_map(|text| text.parse().expect("an address")),
    ]
}

fn breaking() -> impl Strategy<Value = Breaking> {
    prop_oneof![
        Just(Breaking::No),
        Just(Breaking::Minor),
        proptest::option::of(rfc()).prop_map(|rfc| Breaking::Major { rfc }),
    ]
}

fn link() -> impl Strategy<Value = Link> {
    prop_oneof![
        (1..99_999_u64).prop_map(|number| Link::PullRequest { number, address: None }),
        (1..99_999_u64).prop_map(|number| Link::to(&format!("https://example.org/a/b/pull/{number}"))),
        "GHSA-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}".prop_map(|id| Link::Advisory { id, address: None }),
        "https://example\\.org/[a-z]{1,9}".prop_map(|address| Link::to(&address)),
    ]
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec("[A-Za-z`(][a-zé`_.,()*-]{0,8}( [a-zA-Z0-9é`_.,()*!]{1,9}){0,6}", 1..4)
        .prop_map(|lines| lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n"))
}

fn entry() -> impl Strategy<Value = Entry> {
    (proptest::sample::select(Kind::ALL.to_vec()), breaking(), text(), proptest::collection::vec(link(), 0..3))
        .prop_map(|(kind, breaking, text, mut links)| {
            let mut seen = std::collections::BTreeSet::new();
            links.retain(|link| seen.insert(link.clone()));
            Entry { kind: Some(kind), breaking, text, links }
        })
}

proptest! {
    #[test]
    fn an_entry_is_read_as_it_was_written(entry in entry()) {
        prop_assert_eq!(Entry::read(entry.kind, &entry.markdown()), entry.clone());
        let text = format!("## 1.0.0\n\n### {}\n\n{}", entry.kind.expect("chosen").heading(), entry.item('*'));
        let file = NotesFile::parse(&text);
        let items: Vec<&Entry> = file.sections[0].items().map(|item| &item.entry).collect();
        prop_assert_eq!(items, vec![&entry]);
    }

    #[test]
    fn a_fragment_is_read_as_it_was_written(entry in entry()) {
        let text = write_fragment(&entry);
        prop_assert_eq!(read_fragment("a.md", &text), Ok(entry), "{}", text);
    }

    #[test]
    fn any_text_can_be_read_as_an_entry_and_once_written_stays_the_same(text in "(\\PC|\n|\\*\\*Breaking|\\(major|#1|\\[|\\]|GHSA-){0,24}") {
        let once = Entry::read(None, &text).markdown();
        let entry = Entry::read(None, &once);
        let again = Entry::read(None, &entry.markdown());
        prop_assert_eq!(again.all_links(), entry.all_links());
        let _ = (read_fragment("x.md", &text), MergedChange::of_message(&text), pull_request_pattern(&text));
    }
}

#[test]
fn marks_of_breaking_changes_are_read_as_people_write_them() {
    let read = |text: &str| Entry::read(None, text);
    let rfc = Rfc { name: "RFC 24".into(), address: Some("https://example.org/pull/24".into()) };
    let major = read("**Breaking (major, [RFC 24](https://example.org/pull/24)):** All is new.");
    assert_eq!(major.breaking, Breaking::Major { rfc: Some(rfc) });
    assert_eq!(major.text, "All is new.");
    assert_eq!(read("**Breaking (major):** x").breaking, Breaking::Major { rfc: None });
    let bare = Rfc { name: "RFC 7".into(), address: None };
    assert_eq!(read("**Breaking (major, RFC 7):** x").breaking, Breaking::Major { rfc: Some(bare) });
    for minor in
        ["**Breaking (minor):** x", "**Breaking:** x", "Breaking: x", "**Breaking change**: x", "BREAKING CHANGE: x"]
    {
        assert_eq!((read(minor).breaking, read(minor).text.as_str()), (Breaking::Minor, "x"), "{minor}");
    }
    // Wasmtime 0.28.0: no level is said, but the RFC is.
    let file = NotesFile::parse(
        "## 0.28.0\n\n### Changed\n\n* Breaking: The API is new, as specified in [RFC\n  11].\n\n[RFC 11]: https://example.org/rfcs/pull/11\n",
    );
    let rfc = Rfc { name: "RFC 11".into(), address: Some("https://example.org/rfcs/pull/11".into()) };
    let entry = &file.sections[0].items().next().expect("one").entry;
    assert_eq!(entry.breaking, Breaking::Major { rfc: Some(rfc) });
    assert_eq!(sentence([entry]), "Major breaking changes: [RFC 11](https://example.org/rfcs/pull/11).");
    for none in ["Breaking news", "**Breaking bad** x", "A breaking: x", "**Breaking (huge):** x"] {
        assert_eq!(read(none).breaking, Breaking::No, "{none}");
    }
}

#[test]
fn links_are_found_in_all_their_forms() {
    let entry = Entry::read(
        None,
        "See #12, [#13](https://example.org/o/r/pull/13), <https://example.org/a> and [the page](https://example.org/b).\n\
         Not `#99`, nor a#5, nor [RFC].\n\
         CVE-2022-23636, [GHSA-88xq-w8cq-xfg7](https://example.org/GHSA-88xq-w8cq-xfg7)",
    );
    let written: Vec<String> = entry.all_links().iter().map(ToString::to_string).collect();
    assert_eq!(
        written,
        [
            "#12",
            "[#13](https://example.org/o/r/pull/13)",
            "<https://example.org/a>",
            "[the page](https://example.org/b)",
            "CVE-2022-23636",
            "[GHSA-88xq-w8cq-xfg7](https://example.org/GHSA-88xq-w8cq-xfg7)"
        ]
    );
    assert_eq!(entry.links.len(), 2, "only those at the end are beside the text");
    assert_eq!(
        pull_request_pattern("* [#13](https://example.org/o/r/pull/13)").as_deref(),
        Some("https://example.org/o/r/pull/{number}")
    );
    assert_eq!(
        pull_request_pattern("* [1.0.x](https://github.com/o/r/blob/release-1.0.0/RELEASES.md)").as_deref(),
        Some("https://github.com/o/r/pull/{number}")
    );
    assert_eq!(
        pull_request_pattern("[1.0.0]: https://github.com/o/r/compare/v0.9.0...v1.0.0\n").as_deref(),
        Some("https://github.com/o/r/pull/{number}")
    );
}

#[test]
fn a_broken_fragment_is_refused_with_its_line() {
    let error = |text: &str| read_fragment("changes/a.md", text).expect_err("broken").to_string();
    let messages = [
        error("Just text.\n"),
        error("+++\nkind = \"fixed\"\n+++\n\n"),
        error("+++\nkind = \"fixed\"\nbraking = \"minor\"\n+++\n\nx\n"),
        error("+++\nkind = \"improved\"\n+++\n\nx\n"),
        error("+++\nkind = \"fixed\"\nrfc = 3\n+++\n\nx\n"),
        error("+++\nkind = \"fixed\"\nlinks = [1, \"somewhere\"]\n+++\n\nx\n"),
    ];
    insta::assert_snapshot!(messages.join("\n"), @r#"
    changes/a.md:1: a fragment starts with `+++`, lines such as `kind = "fixed"`, and `+++`
    changes/a.md:3: there is no text after the second `+++`
    changes/a.md:3: unknown field `braking`, expected one of `kind`, `breaking`, `rfc`, `links`
    changes/a.md:2: unknown variant `improved`, expected one of `security`, `added`, `changed`, `deprecated`, `removed`, `fixed`
    changes/a.md:3: `rfc` is only for `breaking = "major"`
    changes/a.md:3: `somewhere` is not a link: use a number, an advisory ID or an address
    "#);
}

#[test]
fn a_fragment_keeps_the_words_of_its_links() {
    let entry = Entry::read(Some(Kind::Added), "Pages.\n[the page](https://example.org/b), [docs](docs/notes.md), #4");
    assert_eq!(entry.links.len(), 3);
    let text = write_fragment(&entry);
    assert_eq!(read_fragment("a.md", &text), Ok(entry), "{text}");
}

#[test]
fn a_fragment_is_named_by_what_it_says() {
    let entry =
        Entry::read(Some(Kind::Fixed), "Guest traps are `reported` again, with a backtrace that names functions.");
    let name = fragment_name(&entry, |_| false);
    assert_eq!(name, "fixed-guest-traps-are-reported-again-with-a-backtrace.md");
    assert_eq!(fragment_name(&entry, |taken| taken == name), name.replace(".md", "-2.md"));
    assert_eq!(fragment_name(&Entry::read(Some(Kind::Added), "é"), |_| false), "added.md");
}

#[test]
fn commit_messages_say_number_kind_and_what_breaks() {
    let of = |message: &str| {
        let change = MergedChange::of_message(message);
        (change.number, change.title, change.kind, change.breaking)
    };
    let minor = Breaking::Minor;
    assert_eq!(of("Fix a trap (#12)\n\nLong."), (Some(12), "Fix a trap.".into(), Some(Kind::Fixed), Breaking::No));
    assert_eq!(
        of("Merge pull request #467 from someone/branch\n\nAdd multi-value"),
        (Some(467), "Add multi-value.".into(), Some(Kind::Added), Breaking::No)
    );
    assert_eq!(
        of("fix(no_std)!: respect `std` (#11152)"),
        (Some(11152), "Respect `std`.".into(), Some(Kind::Fixed), minor.clone())
    );
    assert_eq!(of("chore: tidy (#1)").2, None);
    assert_eq!(of("Rework ids (#2)\n\nBREAKING CHANGE: ids are text now\n").3, minor);
    let rfc = "https://example.org/rfcs/pull/24".parse().ok();
    assert_eq!(
        of("Rework all (#3)\n\nBreaking-Change: major\nRFC: https://example.org/rfcs/pull/24\n").3,
        Breaking::Major { rfc }
    );
    assert_eq!(of("Rework all (#3)\n\nBreaking-Change: major\n").3, Breaking::Major { rfc: None });
    assert_eq!(of("Speed up (#4)\n\nChangelog: none").2, None);
    assert_eq!(of("Speed up (#4)\n\nChangelog: security").2, Some(Kind::Security));
    assert_eq!(of("This mentions BREAKING CHANGE: nothing (#5)").3, Breaking::No);
}

#[test]
fn titles_are_text_and_only_code_stays_markup() {
    for (title, written) in [
        ("Add <T> to Option<Sink>", "Add \\<T> to Option\\<Sink>"),
        ("Fix <details> in pages", "Fix \\<details> in pages"),
        ("Add `Vec<T>` to the ``<sink>`` of `*`", "Add `Vec<T>` to the ``<sink>`` of `*`"),
        ("Support __init__, snake_case and *all* files", "Support \\_\\_init\\_\\_, snake_case and \\*all\\* files"),
        ("Fix the <!-- of templates", "Fix the \\<!-- of templates"),
        ("Fix what @everyone saw, not a@b.c", "Fix what \\@everyone saw, not a@b.c"),
        ("Revert what #12 did for [x](y)", "Revert what \\#12 did for \\[x](y)"),
        ("# is no heading", "\\# is no heading"),
        ("- is no item", "\\- is no item"),
        ("1. is none either", "1\\. is none either"),
        ("Take a | b, 2 * 3, 1 < 2 & 3", "Take a \\| b, 2 * 3, 1 < 2 & 3"),
        ("Show &lt; as C:\\*.rs, `open", "Show \\&lt; as C:\\\\\\*.rs, \\`open"),
        ("Strike ~~this~~, not ~/home", "Strike \\~\\~this\\~\\~, not \\~/home"),
    ] {
        assert_eq!(as_markdown(title), written);
    }
    let entry = |message: &str| MergedChange::of_message(message).entry().expect("an entry").markdown();
    assert_eq!(entry("Fix what #12 did (#15)"), "Fix what \\#12 did.\n#15");
    assert_eq!(entry("Fix #12"), "Fix #12.", "the only link that there is");
    let links = Entry::read(None, "Fix what \\#12 and `#13` did.\n#15").all_links();
    assert_eq!(links, [Link::PullRequest { number: 15, address: None }]);
}
