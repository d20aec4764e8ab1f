//! The paths that code names, wherever it names them: `use` trees are spelled out, `super` is resolved.

use super::source::Token;

/// A path that code names, or a macro (its last segment ends with `!`), or a single word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// From 1.
    pub(super) line: usize,
    /// `["std", "fs", "read"]`.
    pub(super) path: Vec<String>,
}

impl Mention {
    /// The segments of `pattern` (`std::fs`) stand next to each other in the path. A macro (`println!`) is the standard
    /// library's own: `anstream::println!` is another one.
    pub(super) fn names(&self, pattern: &str) -> bool {
        if pattern.ends_with('!') && self.path.len() > 1 && self.path[0] != "std" {
            return false;
        }
        let wanted: Vec<&str> = pattern.split("::").collect();
        self.path.windows(wanted.len()).any(|window| window.iter().zip(&wanted).all(|(have, want)| have == want))
    }
}

/// All paths in a file, in order. `module` is the file's own path: `["crate", "plan", "cut"]`.
pub(super) fn mentions(tokens: &[Token], module: &[String]) -> Vec<Mention> {
    let mut reader = Reader { tokens, at: 0, module, found: Vec::new() };
    while reader.at < reader.tokens.len() {
        if reader.word() == Some("use") {
            reader.at += 1;
            reader.use_tree(&[]);
        } else {
            reader.path_or_token();
        }
    }
    reader.found
}

fn is_word(it: char) -> bool {
    it.is_alphanumeric() || it == '_'
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    module: &'a [String],
    found: Vec<Mention>,
}

impl<'a> Reader<'a> {
    fn text(&self) -> Option<&'a str> {
        self.tokens.get(self.at).map(|token| token.text.as_str())
    }

    fn word(&self) -> Option<&'a str> {
        self.text().filter(|text| text.starts_with(is_word))
    }

    fn line(&self) -> usize {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(0, |token| token.line)
    }

    fn next_is(&self, sign: &str) -> bool {
        self.text() == Some(sign)
    }

    fn note(&mut self, line: usize, path: Vec<String>) {
        let path = resolved(path, self.module);
        if !path.is_empty() {
            self.found.push(Mention { line, path });
        }
    }

    /// `std::fs::read`, `println!`, `await`, or a sign that is passed over.
    fn path_or_token(&mut self) {
        let line = self.line();
        let mut path = Vec::new();
        while let Some(word) = self.word() {
            path.push(word.to_owned());
            self.at += 1;
            if !self.next_is("::") {
                break;
            }
            self.at += 1;
        }
        if path.is_empty() {
            self.at += 1;
            return;
        }
        if self.next_is("!")
            && self.tokens.get(self.at + 1).is_some_and(|it| matches!(it.text.as_str(), "(" | "[" | "{"))
        {
            path.last_mut().expect("it is not empty").push('!');
        }
        self.note(line, path);
    }

    /// One tree of a `use`: up to, not over, the `,`, `}` or `;` behind it.
    fn use_tree(&mut self, before: &[String]) {
        let line = self.line();
        let mut path = before.to_vec();
        loop {
            match self.text() {
                Some("::") => self.at += 1,
                Some("{") => return self.use_group(&path),
                Some("*") => {
                    path.push("*".to_owned());
                    self.at += 1;
                }
                Some("as") => self.at += 2,
                Some("self") if !path.is_empty() => self.at += 1,
                Some(word) if word.starts_with(is_word) => {
                    path.push(word.to_owned());
                    self.at += 1;
                }
                _ => break,
            }
        }
        self.note(line, path);
        if self.next_is(";") {
            self.at += 1;
        }
    }

    fn use_group(&mut self, before: &[String]) {
        self.at += 1;
        while !matches!(self.text(), None | Some("}")) {
            let start = self.at;
            self.use_tree(before);
            if self.next_is(",") || self.at == start {
                self.at += 1;
            }
        }
        self.at += 1;
    }
}

/// `self` and `super` at the front, replaced by what they stand for.
fn resolved(path: Vec<String>, module: &[String]) -> Vec<String> {
    let mut base = module.to_vec();
    let mut rest = path.as_slice();
    match rest.first().map(String::as_str) {
        Some("self") => rest = &rest[1..],
        Some("super") => {}
        _ => return path,
    }
    while let Some(("super", behind)) = rest.split_first().map(|(first, behind)| (first.as_str(), behind)) {
        base.pop();
        rest = behind;
    }
    if rest.is_empty() && path.len() == 1 {
        return path;
    }
    base.extend_from_slice(rest);
    base
}

#[cfg(test)]
mod tests {
    use super::{
        super::source::{parse, product_tokens},
        *,
    };

    fn named(code: &str) -> Vec<String> {
        let module = ["crate", "plan", "cut"].map(str::to_owned);
        let tokens = product_tokens(parse(code).expect("it is Rust"));
        mentions(&tokens, &module).into_iter().map(|it| format!("{} {}", it.line, it.path.join("::"))).collect()
    }

    #[test]
    fn a_use_tree_is_spelled_out() {
        let found = named("use std::{\n    fs::{self, File},\n    io as other,\n    net::*,\n};\nfn f() {}\n");
        assert_eq!(found[..4], ["2 std::fs", "2 std::fs::File", "3 std::io", "4 std::net::*"]);
    }

    #[test]
    fn super_is_resolved_from_the_file_s_own_place() {
        assert_eq!(named("use super::super::check::judge;"), ["1 crate::check::judge"]);
        assert_eq!(named("use super::{a, b};"), ["1 crate::plan::a", "1 crate::plan::b"]);
        assert_eq!(named("self::c::d();"), ["1 crate::plan::cut::c::d"]);
    }

    #[test]
    fn paths_macros_and_words_in_code_are_found() {
        let found = named("async fn f() { let a = std::env::var(b).await; println!(c); if d != e {} }");
        for wanted in ["1 async", "1 std::env::var", "1 await", "1 println!", "1 d"] {
            assert!(found.iter().any(|it| it == wanted), "{wanted} is not in {found:?}");
        }
    }

    #[test]
    fn a_pattern_matches_whole_segments_anywhere_in_a_path() {
        let mention = Mention { line: 1, path: ["jiff", "Timestamp", "now"].map(str::to_owned).to_vec() };
        assert!(mention.names("Timestamp::now"));
        assert!(mention.names("jiff"));
        assert!(!mention.names("Stamp::now"));
        assert!(!mention.names("jiff::now"));
        let other = Mention { line: 1, path: ["anstream", "println!"].map(str::to_owned).to_vec() };
        assert!(!other.names("println!"), "a macro of the same name is another macro");
    }
}
