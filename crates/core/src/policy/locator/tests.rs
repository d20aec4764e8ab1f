use insta::assert_snapshot;

use super::*;

#[track_caller]
fn keys(text: &str) -> Vec<KeyStep> {
    KeyPath::parse(text).expect("a path").steps().to_vec()
}

fn key(text: &str) -> KeyStep {
    KeyStep::Key(text.to_owned())
}

#[test]
fn keys_may_be_quoted_and_lists_are_indexed() {
    assert_eq!(keys("a.b[0].c"), [key("a"), key("b"), KeyStep::Index(0), key("c")]);
    assert_eq!(keys("[1][2]"), [KeyStep::Index(1), KeyStep::Index(2)]);
    assert_eq!(keys("a.\"b.c\".'d[\"'[3]"), [key("a"), key("b.c"), key("d[\""), KeyStep::Index(3)]);
    assert_eq!(keys("app.kubernetes/io name"), [key("app"), key("kubernetes/io name")]);
}

#[test]
fn the_names_of_a_pointer_are_unescaped() {
    let pointer = JsonPointer::parse("/a~1b/~0/0/").expect("a pointer");
    assert_eq!(pointer.names(), ["a/b", "~", "0", ""]);
}

#[test]
fn an_attribute_is_the_last_step() {
    let path = ElementPath::parse("/project/x:item/@version").expect("a path");
    let element = |name: &str| ElementStep::Element(name.to_owned());
    assert_eq!(path.steps(), [element("project"), element("x:item"), ElementStep::Attribute("version".to_owned())]);
}

#[test]
fn what_names_no_place_is_said() {
    let said = |error: Option<LocatorError>| error.expect("an error").to_string();
    let wrong = [
        ["", "a..b", ".a", "a.", "a[", "a[]", "a[-1]", "a[x]", "a.\"b", "a.'b'c", "a[0]b", "a[99999999999999999999]"]
            .map(|text| (text, said(KeyPath::parse(text).err())))
            .to_vec(),
        ["", "a", "/~", "/~2"].map(|text| (text, said(JsonPointer::parse(text).err()))).to_vec(),
        ["", "/", "a//b", "a/", "@a", "a/@b/c", "a/@"]
            .map(|text| (text, said(ElementPath::parse(text).err())))
            .to_vec(),
        ["(", "a", "(?<a>.)(?<version>.)", "(?<v>.)", "(?<version>.)(?<version>.)"]
            .map(|text| (text, said(VersionRegex::parse(text).err())))
            .to_vec(),
    ];
    let lines: Vec<String> = wrong.concat().into_iter().map(|(text, said)| format!("{text:24} {said}")).collect();
    assert_snapshot!(lines.join("\n"));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[a.\\[\\]0\"'/~@()?<>*é]{0,20}") {
        let _ = (KeyPath::parse(&text), JsonPointer::parse(&text), ElementPath::parse(&text), VersionRegex::parse(&text));
    }
}
