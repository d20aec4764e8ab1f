//! Rust source as a list of words and signs: without comments, literals and tests.

use proc_macro2::{Delimiter, Group, LineColumn, TokenStream, TokenTree};

/// A word, or a sign (`::` is one sign), and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// From 1.
    pub(super) line: usize,
    /// The word or sign itself.
    pub(super) text: String,
}

/// A file as the compiler's lexer reads it, or where it does not.
pub(super) fn parse(text: &str) -> Result<TokenStream, LineColumn> {
    text.parse().map_err(|error: proc_macro2::LexError| error.span().start())
}

/// The lines of attributes that allow a lint, also where a condition stands before it: `cfg_attr(.., allow(..))`.
pub(super) fn allows(code: TokenStream) -> Vec<usize> {
    let mut found = Vec::new();
    let mut is_attribute = false;
    for tree in code {
        match &tree {
            TokenTree::Group(group) if is_attribute && holds_allow(group) => found.push(group.span_open().start().line),
            TokenTree::Group(group) => found.extend(allows(group.stream())),
            _ => {}
        }
        is_attribute = is_sign(&tree, '#') || is_attribute && is_sign(&tree, '!');
    }
    found
}

fn holds_allow(attribute: &Group) -> bool {
    let trees: Vec<TokenTree> = attribute.stream().into_iter().collect();
    let is_allow = |pair: &[TokenTree]| is_word(&pair[0], "allow") && matches!(pair[1], TokenTree::Group(_));
    trees.windows(2).any(is_allow)
        || trees.iter().any(|tree| matches!(tree, TokenTree::Group(group) if holds_allow(group)))
}

/// The words and signs, without the items under `#[cfg(test)]`.
pub(super) fn product_tokens(code: TokenStream) -> Vec<Token> {
    let mut found = Vec::new();
    flatten(code, &mut found);
    found
}

fn flatten(code: TokenStream, found: &mut Vec<Token>) {
    let mut trees = code.into_iter().peekable();
    while let Some(tree) = trees.next() {
        if is_sign(&tree, '#') && trees.peek().is_some_and(is_cfg_test) {
            // The item ends after its braces, or after its semicolon.
            let ends = |tree: &TokenTree| is_sign(tree, ';') || is_group(tree, Delimiter::Brace);
            trees.by_ref().find(ends);
            continue;
        }
        let line = tree.span().start().line;
        let mut push = |line, text: &str| found.push(Token { line, text: text.to_owned() });
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                push(line, open);
                flatten(group.stream(), found);
                found.push(Token { line: group.span_close().start().line, text: close.to_owned() });
            }
            TokenTree::Punct(sign) if sign.as_char() == ':' && trees.next_if(|next| is_sign(next, ':')).is_some() => {
                push(line, "::");
            }
            TokenTree::Punct(sign) => push(line, &sign.as_char().to_string()),
            TokenTree::Ident(word) => push(line, &word.to_string()),
            TokenTree::Literal(_) => {}
        }
    }
}

fn is_cfg_test(tree: &TokenTree) -> bool {
    is_group(tree, Delimiter::Bracket) && tree.to_string().replace(' ', "") == "[cfg(test)]"
}

fn is_group(tree: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(tree, TokenTree::Group(group) if group.delimiter() == delimiter)
}

fn is_sign(tree: &TokenTree, sign: char) -> bool {
    matches!(tree, TokenTree::Punct(it) if it.as_char() == sign)
}

fn is_word(tree: &TokenTree, word: &str) -> bool {
    matches!(tree, TokenTree::Ident(it) if it == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(text: &str) -> Vec<String> {
        let tokens = product_tokens(parse(text).expect("it is Rust"));
        tokens.into_iter().map(|token| format!("{}{}", token.line, token.text)).collect()
    }

    #[test]
    fn comments_and_literals_are_left_out_and_code_stays_with_its_lines() {
        let text = "use a::b; // std::env\nlet c = r#\"std::\"fs\"\"#; /* std::net /* twice */ */ d('\\'');\n";
        assert_eq!(product(text).join(" "), "1use 1a 1:: 1b 1; 2let 2c 2= 2; 2d 2( 2) 2;");
    }

    #[test]
    fn what_is_under_cfg_test_is_no_product_code() {
        let text =
            "use a;\n#[cfg(test)]\nmod tests {\n    use b;\n    fn c() { d() }\n}\n#[cfg(test)]\nmod e;\nuse f;\n";
        assert_eq!(product(text), ["1use", "1a", "1;", "9use", "9f", "9;"]);
    }

    #[test]
    fn attributes_that_allow_are_found_on_whatever_they_stand() {
        let text = "#![allow(a)]\n#[cfg_attr(b, allow(c))]\nfn d() { #[allow(e)] f!(#[expect(g)] allow(h)) }\n";
        assert_eq!(allows(parse(text).expect("it is Rust")), [1, 2, 3]);
    }
}
