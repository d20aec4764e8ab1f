//! Rules: X12.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{model::IndexVersion, policy::Policy};

fn sound() -> CrateFacts {
    CrateFacts {
        name: "cranelift-codegen".into(),
        version: "0.92.0".into(),
        description: Some("Makes machine code".into()),
        license: Some("Apache-2.0".into()),
        repository: Some("https://example.com/cranelift".into()),
        keywords: vec!["compile".into(), "c++".into()],
        categories: vec!["no-std".into(), "development-tools::cargo-plugins".into()],
        readme: Some(ReadmeFact { path: "README.md".into(), present: true }),
        rust_version: Some("1.85".into()),
        features: BTreeMap::from([("std".into(), vec!["dep:serde".into()])]),
        dependencies: vec![DependencyFact { name: "serde".into(), requirement: "^1.0".into(), registry: None }],
        size: 1000,
        unpacked_size: 5000,
        ..CrateFacts::default()
    }
}

fn kinds(facts: &CrateFacts) -> Vec<String> {
    judge(facts, &CrateVersions::new(), RegistryLimits::default()).into_iter().map(|finding| finding.kind).collect()
}

fn kinds_with(change: impl FnOnce(&mut CrateFacts)) -> Vec<String> {
    let mut facts = sound();
    change(&mut facts);
    kinds(&facts)
}

#[test]
fn a_sound_crate_has_no_findings() {
    assert_eq!(kinds(&sound()), Vec::<String>::new());
}

#[test]
fn the_limit_of_ten_mebibytes_is_a_breach_one_byte_above_it() {
    assert_eq!(kinds_with(|it| it.size = 10 * 1024 * 1024), ["nearly-too-large"]);
    assert_eq!(kinds_with(|it| it.size = 10 * 1024 * 1024 + 1), ["too-large"]);
    assert_eq!(kinds_with(|it| it.unpacked_size = 512 * 1024 * 1024 + 1), ["too-large-unpacked"]);
}

#[test]
fn description_and_license_are_needed() {
    assert_eq!(kinds_with(|it| it.description = None), ["missing-description"]);
    assert_eq!(kinds_with(|it| it.description = Some(String::new())), ["missing-description"]);
    assert_eq!(kinds_with(|it| it.description = Some("x".repeat(1001))), ["long-description"]);
    assert_eq!(kinds_with(|it| it.license = None), ["missing-license"]);
    let with_file = |it: &mut CrateFacts| (it.license, it.license_file) = (None, Some("LICENSE".into()));
    assert_eq!(kinds_with(with_file), Vec::<String>::new());
}

#[test]
fn an_unknown_category_is_refused_and_a_near_one_is_named() {
    let facts = CrateFacts { categories: vec!["cargo-plugins".into(), "WASM".into(), "nonsense".into()], ..sound() };
    let findings = judge(&facts, &CrateVersions::new(), RegistryLimits::default());
    let said: Vec<&str> = findings.iter().map(|finding| finding.help.as_str()).collect();
    assert_eq!(
        said,
        [
            "write `development-tools::cargo-plugins` in `package.categories`, or take it out",
            "write `wasm` in `package.categories`, or take it out",
            "take it out of `package.categories`, or choose one of the registry's list",
        ]
    );
    assert!(findings.iter().all(|it| it.kind == "unknown-category" && it.severity == Severity::Finding));
}

#[test]
fn the_list_of_categories_is_sorted_for_the_search() {
    assert!(CATEGORY_SLUGS.is_sorted());
}

#[test]
fn keywords_are_few_short_and_plain() {
    let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(kinds_with(|it| it.keywords = words(&["a", "b", "c", "d", "e", "f"])), ["too-many-keywords"]);
    assert_eq!(kinds_with(|it| it.keywords = words(&["release train"])), ["invalid-keyword"]);
    assert_eq!(kinds_with(|it| it.keywords = words(&[""])), ["invalid-keyword"]);
    assert_eq!(kinds_with(|it| it.keywords = words(&["a-word-of-twenty-one-c"])), ["invalid-keyword"]);
}

#[test]
fn names_are_ascii_start_with_a_letter_and_are_not_reserved() {
    let named = |name: &str| kinds_with(|it| it.name = name.to_owned());
    for name in ["3d", "_x", "-x", "é", "a b", "a.b", ""] {
        assert_eq!(named(name), ["invalid-name"], "{name}");
    }
    assert_eq!(named(&"a".repeat(64)), Vec::<String>::new());
    assert_eq!(named(&"a".repeat(65)), ["invalid-name"]);
    for name in ["Proc-Macro", "nul", "com1", "std", "async", "rustc-driver"] {
        assert_eq!(named(name), ["reserved-name"], "{name}");
    }
}

#[test]
fn a_version_that_differs_only_in_build_metadata_is_a_duplicate() {
    let entry = IndexVersion { checksum: String::new(), yanked: true };
    let published = CrateVersions::from([(Version::new(0, 92, 0), entry)]);
    let judged = |version: &str| {
        let facts = CrateFacts { version: version.into(), ..sound() };
        judge(&facts, &published, RegistryLimits::default()).into_iter().map(|it| it.kind).collect::<Vec<_>>()
    };
    assert_eq!(judged("0.92.0"), ["duplicate-version"]);
    assert_eq!(judged("0.92.0+second"), ["duplicate-version"]);
    assert_eq!(judged("0.92.0-rc.1"), Vec::<String>::new());
    assert_eq!(judged("0.92"), ["invalid-version"]);
}

#[test]
fn addresses_are_of_the_web() {
    for url in ["example.com", "git@example.com:a/b", "ssh://example.com", "https:/a.b", "https://", "http://a b/", ""]
    {
        assert_eq!(kinds_with(|it| it.homepage = Some(url.into())), ["invalid-url"], "{url}");
    }
    // The registry's parser takes more than one would think.
    for url in ["https://example.com", "http://[::1]:80/a b", "https:///a"] {
        assert_eq!(kinds_with(|it| it.repository = Some(url.into())), Vec::<String>::new(), "{url}");
    }
}

#[test]
fn a_readme_outside_the_package_is_a_breach_and_none_is_information() {
    let absent = ReadmeFact { path: "README.md".into(), present: false };
    assert_eq!(kinds_with(|it| it.readme = Some(absent)), ["missing-readme"]);
    let facts = CrateFacts { readme: None, ..sound() };
    let findings = judge(&facts, &CrateVersions::new(), RegistryLimits::default());
    assert_eq!(findings[0].severity, Severity::Information);
}

#[test]
fn dependencies_may_not_be_wild_or_foreign() {
    let depends = |requirement: &str, registry: Option<&str>| {
        let registry = registry.map(str::to_owned);
        let dependency = DependencyFact { name: "serde".into(), requirement: requirement.into(), registry };
        kinds_with(|it| it.dependencies = vec![dependency])
    };
    assert_eq!(depends("*", None), ["wildcard-dependency"]);
    assert_eq!(depends("latest", None), ["invalid-dependency"]);
    assert_eq!(depends("=1.0.0", Some("https://example.com/index")), ["foreign-dependency"]);
}

#[test]
fn a_registry_of_ones_own_is_home_to_what_names_it_and_takes_what_is_from_crates_io() {
    let own = "sparse+https://example.com/";
    let dependency = |name: &str, registry: Option<&str>| {
        let (requirement, registry) = ("^1".to_owned(), registry.map(str::to_owned));
        DependencyFact { name: name.to_owned(), requirement, registry }
    };
    let facts = CrateFacts {
        dependencies: vec![
            dependency("ours", Some(own)),
            dependency("serde", None),
            dependency("theirs", Some("else")),
        ],
        ..sound()
    };
    let seen = |facts: CrateFacts| facts.dependencies.into_iter().map(|it| it.registry).collect::<Vec<_>>();
    let elsewhere = |name: &str| Some(name.to_owned());
    assert_eq!(seen(facts.clone().away_from_crates_io(own)), [None, elsewhere("crates-io"), elsewhere("else")]);
    assert_eq!(seen(facts.clone().at_home_in(own)), [None, None, elsewhere("else")]);
    let policy = "preset = \"2021-merge\"\n[project]\nname = \"Own\"\n[publish]\nregistry = \"own\"\n\
                  [train]\nfirst = { version = \"1.0.0\", cut = 2026-01-05 }\n[[group]]\nname = \"all\"\nmembers = [\"*\"]\n";
    let limits = RegistryLimits::of(&Policy::parse(policy).expect("a policy").epochs()[0].rules.publish);
    assert_eq!(judge(&facts.away_from_crates_io(own), &CrateVersions::new(), limits), []);
}

proptest! {
    #[test]
    fn judging_never_panics_and_every_finding_says_how_to_fix_it(
        name in ".{0,70}", version in ".{0,12}", word in ".{0,24}", url in ".{0,30}", size in any::<u64>(),
    ) {
        let facts = CrateFacts {
            name, version, size, unpacked_size: size,
            keywords: vec![word.clone()], categories: vec![word.clone()], rust_version: Some(word.clone()),
            homepage: Some(url),
            dependencies: vec![DependencyFact { name: word.clone(), requirement: word, registry: None }],
            ..CrateFacts::default()
        };
        for finding in judge(&facts, &CrateVersions::new(), RegistryLimits::default()) {
            prop_assert!(!finding.help.is_empty() && !finding.kind.contains(' '));
        }
    }
}
