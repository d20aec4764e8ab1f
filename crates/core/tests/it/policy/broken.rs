//! What a new user's slips are answered with: one error each, with its place and a hint.

use stationmaster_core::policy::Policy;

const HEAD: &str = "[project]\nname = \"Example\"\n";
const CUT: &str = "release = { day = 20 }\n";
const FIRST: &str = "first = { version = \"1.0.0\", cut = 2022-01-05 }\n";

/// A slip by name, and the policy with it.
type Slip = (&'static str, String);

/// A policy whose `[train]` ends with these rules.
fn train(rules: &str) -> String {
    format!("{HEAD}[train]\n{FIRST}{rules}\n")
}

/// A policy with this first train.
fn first(first: &str) -> String {
    format!("{HEAD}[train]\nfirst = {first}\n")
}

/// A policy that goes on with these sections.
fn after(rest: &str) -> String {
    train(&format!("\n{rest}"))
}

/// What every policy must say.
fn what_must_be_said() -> Vec<Slip> {
    vec![
        ("an empty file", String::new()),
        ("not TOML", train("release = on-merge")),
        ("a key twice", train("weekend = \"next\"\nweekend = \"keep\"")),
        ("a list not closed", after("[gates]\nchecks = [\"ci\",\n")),
        ("no name", format!("[project]\n[train]\n{FIRST}")),
        ("an empty name", format!("[project]\nname = \" \"\n[train]\n{FIRST}")),
        ("no first train", format!("{HEAD}[train]\nrelease = \"on-merge\"\n")),
        ("no train at all", HEAD.to_owned()),
        ("half a first train", first("{ version = \"1.0.0\" }")),
        ("a first train in the middle of a major", first("{ version = \"1.2.0\", cut = 2022-01-05 }")),
        ("a first train that is a patch", first("{ version = \"0.32.1\", cut = 2022-01-05 }")),
        ("a first version of two numbers", first("{ version = \"1.0\", cut = 2022-01-05 }")),
        ("a first train beside the cadence", first("{ version = \"1.0.0\", cut = 2022-01-07 }")),
        ("a quoted day that is none", first("{ version = \"1.0.0\", cut = \"2022-02-30\" }")),
        ("a bare day that is none", first("{ version = \"1.0.0\", cut = 2022-02-30 }")),
        ("a time of day", first("{ version = \"1.0.0\", cut = 2022-01-05T10:00:00 }")),
    ]
}

/// Keys, and the kinds of their values.
fn keys_and_kinds() -> Vec<Slip> {
    vec![
        ("a slip in a key", train("relaese = \"on-merge\"")),
        ("a slip in a section", after("[suport]\nlatest = 2")),
        ("a key of another section", train("latest = 2")),
        ("an underscore for a hyphen", train("patience_days = 3")),
        ("text for a number", train("patience-days = \"three\"")),
        ("a number for text", train("development = 1")),
        ("text for a table", train("cadence = \"monthly\"")),
        ("text for a list", after("[gates]\nchecks = \"ci\"")),
        ("text for a section", format!("train = \"monthly\"\n{HEAD}")),
        ("a date for text", train("development = 2022-01-05")),
        ("text for a switch", after("[publish]\nenabled = \"yes\"")),
        ("a number out of range", train("patience-days = -1")),
        ("a cadence of two kinds", train("cadence = { monthly = 5, every-weeks = 6 }")),
        ("an empty cadence", train("cadence = {}")),
        ("a day that not every month has", train("cadence = { monthly = 31 }")),
        ("weeks without a weekday", train("cadence = { every-weeks = 6 }")),
        ("a slip in a weekday", train("cadence = { every-weeks = 6, weekday = \"thirsday\" }")),
        ("a weekday with months", train("cadence = { monthly = 5, weekday = \"monday\" }")),
    ]
}

/// `[train]`.
fn days() -> Vec<Slip> {
    vec![
        ("a release before the bump", train("release = { day = 3 }")),
        ("a release on the day of the bump", train("release = { day = 5 }")),
        ("a release no day after", train("release = { after-days = 0 }")),
        ("a release by two rules", train("release = { day = 20, after-days = 3 }")),
        ("a slip in on-merge", train("release = \"on_merge\"")),
        (
            "a day of the month with weeks",
            train("cadence = { every-weeks = 6, weekday = \"wednesday\" }\nrelease = { day = 20 }"),
        ),
        ("candidates without a branch", train("candidates = \"rc\"")),
        ("a suffix of two words", train(&format!("{CUT}candidates = \"rc one\""))),
        ("one suffix for two things", train(&format!("{CUT}candidates = \"rc\"\ndevelopment = \"rc\""))),
        (
            "listed trains out of order",
            after(
                "[[train.listed]]\nversion = \"0.3.0\"\nrelease = 2020-01-01\n\
             [[train.listed]]\nversion = \"0.2.0\"\nrelease = 2020-02-01",
            ),
        ),
        (
            "a listed release before its cut",
            after("[[train.listed]]\nversion = \"0.3.0\"\ncut = 2020-01-02\nrelease = 2020-01-01"),
        ),
    ]
}

/// Presets and groups.
fn groups() -> Vec<Slip> {
    vec![
        ("an unknown preset", format!("preset = \"2024-lst\"\n{}", train(""))),
        (
            "two groups of one name",
            after("[[group]]\nname = \"a\"\nmembers = [\"x\"]\n[[group]]\nname = \"a\"\nmembers = [\"y\"]"),
        ),
        ("a class of nothing", after("[[class]]\nclass = \"security\"")),
        ("a class that is none", after("[[class]]\nclass = \"grave\"\nlabels = [\"x\"]")),
        ("a group without members", after("[[group]]\nname = \"a\"")),
        ("a group of excludes", after("[[group]]\nname = \"a\"\nmembers = [\"!x\"]")),
        ("a pattern that is none", after("[[group]]\nname = \"a\"\nmembers = [\"x[\"]")),
        ("a coupling to nothing", after("[[group]]\nname = \"a\"\nmembers = [\"*\"]\ncoupled-with = [\"b\"]")),
        ("a coupling to itself", after("[[group]]\nname = \"a\"\nmembers = [\"*\"]\ncoupled-with = [\"a\"]")),
    ]
}

/// Support, backports, notes, version files.
fn process_and_files() -> Vec<Slip> {
    vec![
        ("support of nothing", after("[support]\nlatest = 0")),
        ("long-term support without length", after("[support]\nlts = { every = 12, from = \"12.0.0\" }")),
        ("long-term support of length alone", after("[support.lts]\nmonths = 24")),
        ("long-term support from a patch", after("[support]\nlts = { every = 12, from = \"12.0.1\", months = 24 }")),
        ("long-term support with a wish", after("[support]\nlts = \"always\"")),
        ("a backport with a wish", after("[backport]\nfeature = \"sometimes\"")),
        ("an unknown change class", after("[backport]\nfeatures = \"never\"")),
        ("notes outside the repository", after("[notes]\nfile = \"../RELEASES.md\"")),
        ("an unknown style of notes", after("[notes]\nstyle = \"keepachangelog\"")),
        ("an archive link to nowhere", after("[notes]\narchive-link = \"https://example.org/notes\"")),
        (
            "a version file of an unknown group",
            after("[[version-file]]\npath = \"a.h\"\ngroup = \"runtime\"\nc-header = { prefix = \"A_\" }"),
        ),
        ("a version file without a place", after("[[version-file]]\npath = \"a.h\"")),
        ("a version file without a version", after("[[version-file]]\npath = \"a.h\"\ntext = \"version\"")),
        ("a version file with two places", after("[[version-file]]\npath = \"a.h\"\njson = \"/a\"\nwhole-file = true")),
        ("a version file that is not whole", after("[[version-file]]\npath = \"a.h\"\nwhole-file = false")),
        ("keys with a hole", after("[[version-file]]\npath = \"a.toml\"\ntoml = \"a..b\"")),
        ("a pointer without a slash", after("[[version-file]]\npath = \"a.json\"\njson = \"version\"")),
        ("elements below an attribute", after("[[version-file]]\npath = \"a.xml\"\nxml = \"a/@b/c\"")),
        ("an index that is none", after("[[version-file]]\npath = \"a.yaml\"\nyaml = \"a[b]\"")),
        ("an expression that captures nothing", after("[[version-file]]\npath = \"a\"\npattern = 'v(.*)'")),
        ("an expression that is none", after("[[version-file]]\npath = \"a\"\npattern = 'v(?<version>'")),
        ("an empty mark", after("[[version-file]]\npath = \"a\"\nmarker = \" \"")),
    ]
}

const MADE_FOR_TWO: &str = "package = \"a\"\ntargets = [\"x86_64-unknown-linux-gnu\", \"aarch64-unknown-linux-gnu\"]";

fn archive(name: &str, kind: &str, more: &str) -> String {
    format!("[[artifact]]\n{name}\nkind = \"{kind}\"\n{more}")
}

/// Artifacts, satellites, and the project's names.
fn names_and_patterns() -> Vec<Slip> {
    vec![
        ("an artifact without targets", after("[[artifact]]\nname = \"a\"\nkind = \"cli\"\npackage = \"a\"")),
        ("a public key that is none", after("[provenance]\nkey = \"release.pub\"")),
        ("a signer that could be anybody", after("[provenance]\nidentity = \"https://github.com/*\"")),
        ("an issuer that is none", after("[provenance]\nidentity = \"a@example.com\"\nissuer = \"github\"")),
        ("an issuer for nobody", after("[provenance]\nissuer = \"https://gitlab.com\"")),
        (
            "an artifact with an odd placeholder",
            after("[[artifact]]\nname = \"a-{versoin}\"\nkind = \"cli\"\npackage = \"a\"\ntargets = []"),
        ),
        ("two archives of one name", after(&archive("name = \"a-{version}\"", "cli", MADE_FOR_TWO))),
        ("an archive in a folder", after(&archive("name = \"out/a-{arch}\"", "cli", MADE_FOR_TWO))),
        (
            "an archive whose ending is said twice",
            after(&archive("name = \"a-{arch}.zip\"\nformats = [\"zip\"]", "cli", MADE_FOR_TWO)),
        ),
        ("an unknown ending", after(&archive("name = \"a\"\nformats = [\"tar.bz2\"]", "source", ""))),
        ("sources of a target", after(&archive("name = \"a\"", "source", MADE_FOR_TWO))),
        ("headers of a program", after(&archive("name = \"a-{arch}\"\nheaders = [\"include\"]", "cli", MADE_FOR_TWO))),
        (
            "completions for an unknown shell",
            after(&archive("name = \"a-{arch}\"\ncompletions = { bsh = [\"x\"] }", "cli", MADE_FOR_TWO)),
        ),
        (
            "a command with an odd placeholder",
            after(&archive("name = \"a-{arch}\"\ncommand = [\"make\", \"{triple}\"]", "cli", MADE_FOR_TWO)),
        ),
        ("no command", after(&archive("name = \"a-{arch}\"\ncommand = []", "cli", MADE_FOR_TWO))),
        ("a target that is none", after(&archive("name = \"a\"", "cli", "package = \"a\"\ntargets = [\"linux\"]"))),
        (
            "a header outside the repository",
            after(&archive("name = \"a-{arch}\"\nheaders = [\"../include\"]", "c-api", MADE_FOR_TWO)),
        ),
        (
            "two satellites of one name",
            after("[[satellite]]\nname = \"py\"\nrepository = \"a\"\n[[satellite]]\nname = \"py\"\nrepository = \"b\""),
        ),
        ("a tag without a version", format!("{HEAD}tag = \"v{{major}}\"\n[train]\n{FIRST}")),
        ("a release branch without a version", format!("{HEAD}release-branch = \"release\"\n[train]\n{FIRST}")),
        ("a tag that git refuses", format!("{HEAD}tag = \"v {{version}}\"\n[train]\n{FIRST}")),
        ("an identity without an address", format!("{HEAD}identity = {{ name = \"Bot\" }}\n[train]\n{FIRST}")),
    ]
}

/// Epochs.
fn epochs() -> Vec<Slip> {
    vec![
        ("epochs out of order", after("[[epoch]]\nfrom = 2024-01-01\n[[epoch]]\nfrom = 2023-01-01")),
        ("one epoch for a list of them", after("[epoch]\nfrom = 2024-01-01")),
        ("a number for an epoch", format!("epoch = [3]\n{}", train(""))),
        ("text for a day", after("[[epoch]]\nfrom = 20240101")),
        ("a slip in an epoch's key", after("[[epoch]]\nfrom = 2024-01-01\nfrm = 1")),
        ("a project in an epoch", after("[[epoch]]\nfrom = 2024-01-01\nproject.name = \"Other\"")),
        ("text for a number in an epoch", after("[[epoch]]\nfrom = 2024-01-01\nsupport.latest = \"2\"")),
        ("an unknown preset in an epoch", after("[[epoch]]\nfrom = 2024-01-01\npreset = 3")),
        ("an epoch without a day", after("[[epoch]]\npreset = \"2022-cut\"")),
        (
            "an epoch that makes the release too early",
            after(
                "[[epoch]]\nfrom = 2024-01-01\ntrain.release = { day = 20 }\n[[epoch]]\nfrom = 2025-01-01\ntrain.cadence = { monthly = 22 }",
            ),
        ),
        (
            "a count that begins before its epoch",
            after("[[epoch]]\nfrom = 2024-01-10\ntrain.first = { version = \"30.0.0\", cut = 2024-01-05 }"),
        ),
        (
            "a count that goes back",
            after("[[epoch]]\nfrom = 2024-01-01\ntrain.first = { version = \"3.0.0\", cut = 2024-01-05 }"),
        ),
        (
            "listed trains in an epoch",
            after("[[epoch]]\nfrom = 2024-01-01\n[[epoch.train.listed]]\nversion = \"9.0.0\"\nrelease = 2024-01-01"),
        ),
    ]
}

#[test]
fn every_slip_has_one_error_with_a_place_and_a_hint() {
    let mut answers = String::new();
    let slips =
        [what_must_be_said(), keys_and_kinds(), days(), groups(), process_and_files(), names_and_patterns(), epochs()];
    for (slip, text) in slips.into_iter().flatten() {
        let Err(error) = Policy::parse(&text) else { panic!("{slip} is taken for a policy:\n{text}") };
        let line = text.lines().nth(error.line() - 1).unwrap_or_default();
        let mark = " ".repeat(error.column() - 1) + &"^".repeat(error.width());
        let hint = error.hint().map_or_else(|| "-".to_owned(), |hint| format!("hint: {hint}"));
        answers +=
            &format!("{slip}\n  {}:{}: {error}\n  | {line}\n  | {mark}\n  {hint}\n\n", error.line(), error.column());
    }
    insta::assert_snapshot!(answers);
}
