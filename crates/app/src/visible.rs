//! Words of strangers on a terminal: titles, names and answers may hold characters that move the cursor, hide text or turn its
//! direction. They are made visible, in everything that is printed. Our own colors are known by a number that nobody can guess.

use std::{
    fmt::{self, Write as _},
    hash::{BuildHasher as _, RandomState},
    sync::LazyLock,
};

/// A first parameter that terminals would not know. It is drawn anew in each process.
static OURS: LazyLock<u64> = LazyLock::new(|| 1_000_000 + RandomState::new().hash_one(0) % 1_000_000_000);

/// How words look. Written as the sequence that begins it, and with `#` as the one that ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style(&'static str);

impl Style {
    pub(crate) const PLAIN: Self = Self("");
    pub(crate) const BOLD: Self = Self("1");
    pub(crate) const DIM: Self = Self("2");
    pub(crate) const RED: Self = Self("31");
    pub(crate) const GREEN: Self = Self("32");
    pub(crate) const YELLOW: Self = Self("33");
    pub(crate) const BLUE: Self = Self("34");
    pub(crate) const CYAN: Self = Self("36");
    pub(crate) const BOLD_RED: Self = Self("1;31");
    pub(crate) const BOLD_GREEN: Self = Self("1;32");
    pub(crate) const BOLD_YELLOW: Self = Self("1;33");
}

impl fmt::Display for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            "" => Ok(()),
            _ if f.alternate() => write!(f, "\u{1b}[{};0m", *OURS),
            codes => write!(f, "\u{1b}[{};{codes}m", *OURS),
        }
    }
}

/// For a terminal: colors of ours as it knows them, and every character that it would act on or not show as `\u{..}`.
pub(crate) fn on_terminal(words: &str) -> String {
    let ours = format!("\u{1b}[{};", *OURS);
    let mut parts = words.split(ours.as_str());
    let mut shown = visible(parts.next().unwrap_or_default());
    for part in parts {
        let (codes, rest) = part.split_once('m').unwrap_or((part, ""));
        let _infallible = write!(shown, "\u{1b}[{codes}m");
        shown += &visible(rest);
    }
    shown
}

/// The words, with every such character as `\u{..}`.
pub(crate) fn visible(words: &str) -> String {
    escaped(words, |out, c| {
        let _infallible = write!(out, "\\u{{{:x}}}", u32::from(c));
    })
}

/// JSON that means the same, with every such character in JSON's own escapes.
pub(crate) fn in_json(json: &str) -> String {
    escaped(json, |out, c| {
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _infallible = write!(out, "\\u{unit:04x}");
        }
    })
}

fn escaped(words: &str, escape: impl Fn(&mut String, char)) -> String {
    let mut out = String::with_capacity(words.len());
    let mut before = None;
    let mut rest = words.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        if is_harmless(before, c, next) {
            out.push(c)
        } else {
            escape(&mut out, c)
        }
        before = Some(c);
    }
    out
}

/// Line ends and tabs, letters, and joiners where scripts and emoji need them; no control, no turn of direction, nothing that has
/// no width.
fn is_harmless(before: Option<char>, c: char, next: Option<char>) -> bool {
    let is_foreign = |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && !c.is_control());
    match c {
        '\n' | '\t' => true,
        '\r' => next == Some('\n'),
        '\u{200c}' | '\u{200d}' => is_foreign(before) && is_foreign(next),
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => false,
        '\u{ad}' | '\u{180e}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => false,
        c => !c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_on_is_shown_and_our_own_colors_are_colors() {
        let hostile = "a\u{1b}[31mb\u{1b}]0;title\u{7}c\rd\u{9b}1me\u{7f}f\u{202e}g\u{2066}h\u{200b}i\u{8}\0";
        let bold = Style::BOLD;
        assert_eq!(
            on_terminal(&format!("{bold}{hostile}{bold:#}\n")),
            "\u{1b}[1ma\\u{1b}[31mb\\u{1b}]0;title\\u{7}c\\u{d}d\\u{9b}1me\\u{7f}f\\u{202e}g\\u{2066}h\\u{200b}i\\u{8}\\u{0}\u{1b}[0m\n"
        );
    }

    #[test]
    fn words_of_any_script_stay_as_they_are() {
        for words in ["Zoë 日本語 العربية 👩\u{200d}👩\u{200d}👧 می\u{200c}خواهم", "two\r\nlines\tand a tab"]
        {
            assert_eq!(visible(words), words);
        }
        assert_eq!(visible("a\u{200d}b"), "a\\u{200d}b");
    }

    #[test]
    fn json_means_the_same_with_nothing_raw_in_it() {
        let title = "a\u{9b}b\u{202e}c\u{7f}\u{e0041}";
        let json = in_json(&serde_json::to_string(title).expect("JSON"));
        assert_eq!(json, r#""a\u009bb\u202ec\u007f\udb40\udc41""#);
        assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), title);
    }
}
