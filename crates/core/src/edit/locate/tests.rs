//! Rules: R11.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::policy::{ElementPath, JsonPointer, KeyPath, VersionRegex};

fn file(locate: Locator) -> VersionFile {
    VersionFile { path: "f".to_owned(), group: "all".to_owned(), locate }
}

fn toml(path: &str) -> VersionFile {
    file(Locator::Toml(KeyPath::parse(path).expect("a path")))
}

fn json(pointer: &str) -> VersionFile {
    file(Locator::Json(JsonPointer::parse(pointer).expect("a pointer")))
}

fn xml(path: &str) -> VersionFile {
    file(Locator::Xml(ElementPath::parse(path).expect("a path")))
}

fn yaml(path: &str) -> VersionFile {
    file(Locator::Yaml(KeyPath::parse(path).expect("a path")))
}

fn regex(text: &str) -> VersionFile {
    file(Locator::Pattern(VersionRegex::parse(text).expect("an expression")))
}

fn marker() -> VersionFile {
    file(Locator::Marker("sm: version".to_owned()))
}

fn text(pattern: &str) -> VersionFile {
    file(Locator::Text { pattern: pattern.to_owned() })
}

fn header(prefix: &str) -> VersionFile {
    file(Locator::CHeader { prefix: prefix.to_owned() })
}

/// The text with `<1.2.3>` in the place of what is to be found; with the brackets gone it is what is looked through.
#[track_caller]
fn sets(file: &VersionFile, marked: &str) {
    let before = marked.replace(['⟨', '⟩'], "");
    let new: Version = "50.1.0-rc.2".parse().expect("a version");
    let wanted: String = marked
        .split('⟨')
        .enumerate()
        .map(|(at, part)| match part.split_once('⟩') {
            Some((_, after)) if at > 0 => format!("{new}{after}"),
            _ => part.to_owned(),
        })
        .collect();
    assert_eq!(set(file, &before, &new), Ok(wanted.clone()));
    let places = versions_in(file, &wanted).expect("places");
    assert!(places.iter().all(|place| place.holds(&new)), "{places:?}");
    assert_eq!(set(file, &wanted, &new), Ok(wanted), "twice is once");
}

#[track_caller]
fn refuses(file: &VersionFile, text: &str) -> String {
    let error = set(file, text, &Version::new(5, 0, 0)).expect_err(text);
    format!("{error} @{:?}\n", error.line())
}

#[test]
fn a_text_of_a_toml_file_is_set() {
    let doc = "# c\r\n[package.metadata.\"a.b\"]\r\nversion   = '⟨1.2.3⟩' # 1.2.3\r\nother = \"1.2.3\"\r\n";
    sets(&toml("package.metadata.\"a.b\".version"), doc);
    sets(&toml("a.b.c"), "\u{feff}a.b = { c = \"\"\"⟨1.0.0⟩\"\"\", d = 1 }");
    sets(&toml("a.b.c"), "a.b.d = '1.0.0'\na.b.c = 'v⟨1.0.0⟩'");
    sets(&toml("tool[1].list[0].v"), "[[tool]]\nv = 1\n[[tool]]\nlist = [{ v = \"⟨1.2.3⟩\" }, 2]");
    sets(&toml("list[1]"), "list = [\n  '1.0.0', # one\n  '⟨1.0.0⟩',\n]");
}

#[test]
fn a_text_of_a_json_file_is_set() {
    sets(&json("/version"), "{\n  \"name\": \"ü\",\n\t\"version\" :  \"⟨1.2.3⟩\",\n \"a\": {\"version\": \"1.2.3\"} }");
    sets(&json("/a~1b/1/v"), "\u{feff}{ // c\r\n \"a/b\": [ {\"v\": 1}, /* x */ {\"v\": \"v⟨1.0.0-dev⟩\"}, ], }");
    sets(&json("/packages//version"), "{\"packages\": {\"\": {\"version\": \"⟨0.1.0⟩\"}}}");
    sets(&json("/v"), "{v: '⟨0.1.0⟩'}");
}

#[test]
fn a_text_or_an_attribute_of_an_xml_file_is_set() {
    let pom = "<?xml version=\"1.0\"?>\r\n<!DOCTYPE project>\n<project xmlns=\"http://maven\">\n  <!-- <version>1.2.3</version> -->\n  \
        <parent><version>1.2.3</version></parent>\n  <version> ⟨1.2.3⟩<!-- ours -->\n  </version>\n</project>\n";
    sets(&xml("project/version"), pom);
    sets(&xml("/package/metadata/@version"), "<package ><metadata id='1.2.3'\n version = 'v⟨1.2.3⟩' /></package>");
    sets(
        &xml("Project/PropertyGroup/Version"),
        "<Project><PropertyGroup/><PropertyGroup><Version>⟨1.0.0⟩</Version></PropertyGroup></Project>",
    );
    sets(&xml("a/x:b/@y:c"), "<a xmlns:x='u' xmlns:y='w'><b>1.0.0</b><x:b c='2.0.0' y:c='⟨1.0.0⟩'/></a>");
}

#[test]
fn a_scalar_of_a_yaml_file_is_set() {
    let chart =
        "# ü 1.2.3\nversion: ⟨1.2.3⟩ # ours\nappVersion: \"1.2.3\"\nmaintainers:\n  - name: é\n    version: 1.2.3\n";
    sets(&yaml("version"), chart);
    sets(&yaml("a.b[1].c"), "a:\r\n  b:\r\n    - c: 1.2.3\r\n    - d: x\r\n      c: 'v⟨1.2.3⟩'\r\n  c: 1.2.3\r\n");
    sets(&yaml("\"a.b\"[0][1]"), "? [complex, key]\n: 1.0.0\na.b: [[1.0.0, \"⟨1.0.0⟩\" ], {x: 1.0.0}]\n");
    sets(&yaml("v"), "\u{feff}---\na: &x 1.0.0\nb: *x\n---\nv: !!str &y ⟨1.0.0⟩\n...\n");
    sets(&yaml("[1].v"), "- v: 1.0.0\n- v: ⟨2.0.0⟩\n- - v: 3.0.0\n");
    sets(&yaml("v.w"), "v:\n  x: |\n    w: 1.0.0\n  w: ⟨1.0.0⟩");
}

#[test]
fn a_file_that_is_a_version_is_set() {
    sets(&file(Locator::WholeFile), "⟨1.2.3⟩");
    sets(&file(Locator::WholeFile), "\u{feff}\n  v⟨1.2.3-dev+b⟩\r\n\n");
}

#[test]
fn what_an_expression_captures_is_set() {
    sets(&regex("^VERSION = (?<version>.*)$"), "VERSION2 = 1.0.0\r\nVERSION = ⟨1.0.0⟩\r\n");
    sets(&regex("image: [a-z/]+:(?<version>\\S+)"), "image: org/app:v⟨1.2.3⟩ # x");
}

#[test]
fn versions_of_marked_lines_are_set() {
    sets(
        &marker(),
        "a 1.0.0\nb-⟨1.0.0⟩ <!-- sm: version -->\r\n# sm: version begin\nno, (v⟨1.0.0⟩)\n```\nc = \"⟨2.0.0-rc.1⟩\"\n# sm: version end\n1.0.0",
    );
}

#[test]
fn a_text_around_a_version_is_found() {
    sets(&text("a = \"{version}\""), "a = \"⟨4.0.0-dev⟩\"\nb");
    sets(&text("release v{version}"), "release v⟨4.0.0⟩.");
    sets(&text("{version}"), "⟨4.0.0⟩");
    sets(&text("{version}-linux"), "1.0.0-mac\n⟨4.0.0⟩-linux");
}

#[test]
fn the_macros_of_a_header_are_set_and_nothing_else() {
    let before = "/* v */\r\n#define TALLY_VERSION   \"1.0.0\" // text\n#  define TALLY_VERSION_MAJOR 1\n\
        #define TALLY_VERSION_MINOR 0\n#define TALLY_VERSION_PATCH 0\n#define TALLY_VERSION_CHECK(a) 1\n\
        #define OTHER_VERSION \"1.0.0\"";
    let after = set(&header("TALLY_"), before, &Version::new(12, 3, 4)).expect("a header");
    assert_eq!(
        after,
        "/* v */\r\n#define TALLY_VERSION   \"12.3.4\" // text\n#  define TALLY_VERSION_MAJOR 12\n\
         #define TALLY_VERSION_MINOR 3\n#define TALLY_VERSION_PATCH 4\n#define TALLY_VERSION_CHECK(a) 1\n\
         #define OTHER_VERSION \"1.0.0\""
    );
    let places = versions_in(&header("TALLY_"), &after).expect("places");
    let words: Vec<String> = places.iter().map(|it| format!("{} {} {:?}", it.line, it.written, it.part)).collect();
    assert_eq!(words, ["2 12.3.4 Whole", "3 12 Major", "4 3 Minor", "5 4 Patch"]);
    assert!(places.iter().all(|place| place.holds(&Version::new(12, 3, 4))));
    assert!(!places[3].holds(&Version::new(12, 3, 5)));
    let short =
        "#define T_MAJOR 1\n#define T_MINOR 2\n#define T_PATCH 3\n#define T_MAJORITY 1\n#define T_PATCH_LEVEL \"a\"\n";
    let after = set(&header("T_"), short, &Version::new(4, 5, 6)).expect("a header");
    assert_eq!(after, short.replace("MAJOR 1", "MAJOR 4").replace("MINOR 2", "MINOR 5").replace("PATCH 3", "PATCH 6"));
}

#[test]
fn nothing_several_and_no_version_are_refused_with_file_and_line() {
    let keyed = [
        refuses(&toml("a.c"), "\n[a]\nb = 1"),
        refuses(&toml("a[0]"), "a = []"),
        refuses(&toml("a.b"), "x = 1\na.b = 1.2"),
        refuses(&toml("a"), "[a]\nb = '1.0.0'"),
        refuses(&toml("a"), "a = '1.0'"),
        refuses(&toml("a"), "a = \"1.0\\u002e0\""),
        refuses(&toml("a"), "b = 1\na = "),
        refuses(&json("/a/b"), "{\n\"a\": {\"c\": 1}}"),
        refuses(&json("/a/0"), "{\"a\": {\n}}"),
        refuses(&json("/a"), "{\"a\": \"1.0.0\",\n\"a\": \"1.0.0\"}"),
        refuses(&json("/a"), "{\"a\":\n 1.0}"),
        refuses(&json("/a"), "{\"a\": [\"1.0.0\"]}"),
        refuses(&json("/a"), "{\"a\": \"1.0.\\u0030\"}"),
        refuses(&json("/a"), "{\"a\": 1\n\"b\" 2}"),
        refuses(&json("/a"), ""),
        refuses(&xml("a/b/c"), "<a>\n<b/></a>"),
        refuses(&xml("a/@v"), "\n<a w='1.0.0'/>"),
        refuses(&xml("a/b"), "<a><b>1.0.0</b>\n<b>1.0.0</b></a>"),
        refuses(&xml("a"), "<a>1.0<b/>.0</a>"),
        refuses(&xml("a"), "<a>1.0.&#48;</a>"),
        refuses(&xml("a"), "<!DOCTYPE a [<!ENTITY v '1.0.0'>]><a>&v;</a>"),
        refuses(&xml("a"), "<a>\n</b>"),
        refuses(&yaml("a.b"), "x: 1\na:\n  c: 1.0.0"),
        refuses(&yaml("a[2]"), "a: [1,\n 2]"),
        refuses(&yaml("a"), "a: 1.0.0\n---\na: 1.0.0"),
        refuses(&yaml("a"), "a: 1.0"),
        refuses(&yaml("a"), "x: &v 1.0.0\na: *v"),
        refuses(&yaml("a"), "a: |\n  1.0.0\n"),
        refuses(&yaml("a"), "a: \"1.0\\x2e0\"\n"),
        refuses(&yaml("a"), "a:\n  b: 1.0.0"),
        refuses(&yaml("a"), "b: 1\na: ["),
    ];
    let free = [
        refuses(&file(Locator::WholeFile), "1.0.0 and 2.0.0"),
        refuses(&file(Locator::WholeFile), "\n"),
        refuses(&regex("V (?<version>.*)"), "W 1.0.0"),
        refuses(&regex("V (?<version>.*)"), "V 1.0.0\nV 1.0.0"),
        refuses(&regex("V (?<version>.*)"), "\nV 1.0.0,"),
        refuses(&marker(), "1.0.0"),
        refuses(&marker(), "1.0.0\nlib-1.0 sm: version"),
        refuses(&marker(), "1.0.0 2.0.0 sm: version"),
        refuses(&marker(), "1.0.0.1 x1.0.0 1.0.0rc1 1.0.0.tar 1.0.0-a_b sm: version"),
        refuses(&marker(), "\nsm: version begin\n1.0.0"),
        refuses(&marker(), "sm: version begin\nsm: version begin\n1.0.0"),
        refuses(&marker(), "1.0.0\nsm: version end"),
        refuses(&marker(), "\nsm: version begin\nsm: version end"),
        refuses(&text("a {version}"), "a 4.0"),
        refuses(&text("a {version}"), "a 4.0.0\na 4.0.0"),
        refuses(&header("NONE_"), "#define A_VERSION \"1.0.0\""),
        refuses(&header("A_"), "#define A_VERSION \"1\"\n\n#define A_VERSION \"2\"\n"),
        refuses(&header("A_"), "\n#define A_VERSION \"1.0\""),
        refuses(&header("A_"), "#define A_VERSION_MAJOR B"),
    ];
    assert_snapshot!(keyed.concat() + "\n" + &free.concat());
}

prop_compose! {
    fn a_version()(numbers in (0u64..99, 0u64..99, 0u64..99), pre in prop::option::of("(rc\\.[1-9]|dev)")) -> Version {
        let pre = pre.map_or(semver::Prerelease::EMPTY, |pre| pre.parse().expect("a pre-release"));
        Version { pre, ..Version::new(numbers.0, numbers.1, numbers.2) }
    }
}

/// A file of some format: what is before the version, and what is after it.
fn a_file() -> impl Strategy<Value = (VersionFile, String, String)> {
    ("k[a-zé]{1,6}", "[ -~é]{0,12}", "(\n|\r\n)", "(v|)").prop_flat_map(|(key, noise, end, v)| {
        let plain = noise.replace(['"', '\\', '\'', '<', '>', '&', '-', '*'], " ");
        // The expression takes all up to the last `@@`.
        let (no_mark, plain_no_mark) = (noise.replace('@', " "), plain.replace('@', " "));
        prop_oneof![
            Just((
                toml(&format!("t.\"{key}\"")),
                format!("# {noise}{end}[t]{end}\"{key}\"=\"{v}"),
                format!("\" # {noise}{end}x = '{plain}'")
            )),
            Just((
                json(&format!("/{key}/1")),
                format!("{{\"x\": \"{plain}\",{end} \"{key}\": [2, \"{v}"),
                format!("\"] // {noise}{end}}}")
            )),
            Just((
                xml(&format!("r/{key}/@w")),
                format!("<r><!--{plain}-->{end}<{key} x='{plain}' w='{v}"),
                format!("'>{plain}</{key}></r>{end}")
            )),
            Just((
                xml(&format!("r/{key}")),
                format!("<r y='{plain}'>{plain}<{key}>{end}{v}"),
                format!("{end}</{key}>{plain}</r>")
            )),
            Just((
                yaml(&format!("{key}[1].y")),
                format!("# {noise}{end}\"{key}\":{end}  - '{plain}'{end}  - y: {v}"),
                format!("  # {noise}{end}")
            )),
            Just((yaml(&format!("x.{key}")), format!("x: {{z: \"{plain}\", {key}: '{v}"), format!("'}}{end}"))),
            Just((file(Locator::WholeFile), format!("{end}{end}{v}"), end.clone())),
            Just((regex("^@@(?<version>.*)@@"), format!("{plain_no_mark}{end}@@{v}"), format!("@@{no_mark}{end}"))),
            Just((marker(), format!("{plain}{end}é {v}"), format!(" sm: version {end}{plain}"))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_set_is_found_again_and_every_other_byte_stays((file, before, after) in a_file(), old in a_version(), new in a_version()) {
        let with = |version: &Version| format!("{before}{version}{after}");
        let made = set(&file, &with(&old), &new);
        prop_assert_eq!(made, Ok(with(&new)));
        let places = versions_in(&file, &with(&new)).expect("places");
        prop_assert!(places.len() == 1 && places[0].holds(&new), "{:?}", places);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}", odd in "[a{}\\[\\]<>/=:\"'\\-#&*!|@.0-9v\n\r \u{feff}é]{0,40}") {
        for file in [toml("a[0].b"), json("/a/0"), xml("a/@v"), xml("a/b"), yaml("a[0].b"), yaml("a"), file(Locator::WholeFile),
            regex("a(?<version>.*)"), regex("(?<version>a)|b"), marker(), self::text("a{version}"), self::text("{version}"), header("a")]
        {
            for text in [&text, &odd, &format!("a: {odd}"), &format!("<a>{odd}</a>"), &format!("{{\"a\": [{odd}]}}"), &format!("{odd} sm: version {text}")] {
                let _ = set(&file, text, &Version::new(1, 0, 0));
            }
        }
    }
}
