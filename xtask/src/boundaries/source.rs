//! Rust source with everything blanked out that is not code. Lines and columns stay where they are.

/// The source with comments and the contents of strings and characters as blanks.
pub(super) fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    while out.len() < bytes.len() {
        let at = out.len();
        let end = at + skipped(&bytes[at..], at.checked_sub(1).map(|before| bytes[before]));
        if end == at {
            out.push(bytes[at]);
        } else {
            out.extend(bytes[at..end].iter().map(|&byte| if byte == b'\n' { b'\n' } else { b' ' }));
        }
    }
    String::from_utf8(out).expect("only whole comments and literals are replaced, by ASCII")
}

/// Length of the comment or literal that starts here, or 0.
fn skipped(rest: &[u8], before: Option<u8>) -> usize {
    let in_word = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match rest {
        [b'/', b'/', ..] => rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => block_comment(rest),
        [b'"', ..] => quoted(rest, 0),
        [b'b' | b'c', b'"', ..] if !in_word => quoted(rest, 1),
        [b'r', b'"' | b'#', ..] if !in_word => raw(rest, 1),
        [b'b' | b'c', b'r', b'"' | b'#', ..] if !in_word => raw(rest, 2),
        [b'\'', ..] => character(rest),
        _ => 0,
    }
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted(rest: &[u8], prefix: usize) -> usize {
    let mut at = prefix + 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// A raw string, or 0 for a raw identifier such as `r#type`.
fn raw(rest: &[u8], prefix: usize) -> usize {
    let hashes = rest[prefix..].iter().take_while(|&&byte| byte == b'#').count();
    let open = prefix + hashes;
    if rest.get(open) != Some(&b'"') {
        return 0;
    }
    let close = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
    let found = rest[open + 1..].windows(close.len()).position(|window| window == close);
    found.map_or(rest.len(), |at| open + 1 + at + close.len())
}

/// A character, or 0 for a lifetime.
fn character(rest: &[u8]) -> usize {
    if rest.get(1) == Some(&b'\\') {
        return rest.iter().skip(3).position(|&byte| byte == b'\'').map_or(0, |at| at + 4);
    }
    // One character of up to four bytes, then the closing quote.
    let text = String::from_utf8_lossy(&rest[1..rest.len().min(6)]).into_owned();
    let length = text.chars().next().map_or(0, char::len_utf8);
    if rest.get(1 + length) == Some(&b'\'') { length + 2 } else { 0 }
}

/// The code without the items under `#[cfg(test)]`. Takes what [`code`] gives.
pub(super) fn without_tests(code: &str) -> String {
    let mut out = code.to_owned();
    while let Some(start) = out.find("#[cfg(test)]") {
        let end = item_end(&out, start);
        let blanks: String = out[start..end].chars().map(|it| if it == '\n' { '\n' } else { ' ' }).collect();
        out.replace_range(start..end, &blanks);
    }
    out
}

/// Where the item ends that starts here: after its outermost braces, or after its semicolon.
fn item_end(code: &str, start: usize) -> usize {
    let (mut braces, mut others) = (0usize, 0usize);
    for (at, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'{' => braces += 1,
            b'}' => {
                braces = braces.saturating_sub(1);
                if braces == 0 && others == 0 {
                    return at + 1;
                }
            }
            b'(' | b'[' => others += 1,
            b')' | b']' => others = others.saturating_sub(1),
            b';' if braces == 0 && others == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanks_and_code_stays() {
        let text = r####"let a = "std::fs"; // std::env
let b = r#"std::"net""#; /* std::process /* twice */ still */ let c = 'x';
let d: &'static str = "\"std::fs\""; let e = b"std"; let r#type = '\''; let f = '\u{1F600}'; let g = 'é';
"####;
        insta::assert_snapshot!(code(text).replace(' ', "."), @r"
        let.a.=..........;............
        let.b.=................;......................................let.c.=....;
        let.d:.&'static.str.=..............;.let.e.=.......;.let.r#type.=.....;.let.f.=............;.let.g.=.....;
        ");
    }

    #[test]
    fn what_is_under_cfg_test_is_no_product_code() {
        let text =
            "use a;\n#[cfg(test)]\nmod tests {\n    use b;\n    fn c() { d() }\n}\n#[cfg(test)]\nmod e;\nuse f;\n";
        let left = without_tests(&code(text));
        assert_eq!(left.split_whitespace().collect::<Vec<_>>(), ["use", "a;", "use", "f;"]);
        assert_eq!(left.lines().count(), text.lines().count(), "lines stay where they are");
    }
}
