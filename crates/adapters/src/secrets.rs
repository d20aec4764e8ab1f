//! The secrets that this process holds, so that they are in nothing that leaves it: neither as they are, nor in the escapes in
//! which an answer may repeat them.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    env,
    sync::{Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// What stands instead of one.
const HIDDEN: &str = "[hidden]";
/// A shorter text could be a word of any sentence.
const SHORTEST: usize = 6;
/// Ends of the names of variables with secrets.
const VARIABLES: [&str; 6] = ["TOKEN", "PASSWORD", "PASSWD", "SECRET", "API_KEY", "PRIVATE_KEY"];

static HELD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// From now on this is hidden. Of `Bearer TOKEN`, the token is as well.
pub fn remember(secret: &str) {
    let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    for text in [secret, secret.rsplit(' ').next().unwrap_or(secret)].map(str::trim) {
        if text.len() >= SHORTEST {
            held.insert(text.to_owned());
        }
    }
}

/// Remember what the environment holds for whichever program.
pub fn remember_environment() {
    for (name, value) in
        env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
    {
        let name = name.to_ascii_uppercase();
        if VARIABLES.iter().any(|end| name.ends_with(end)) {
            remember(&value);
        }
    }
}

/// The words without any secret that this process holds, and without the passwords of addresses.
pub fn hidden(words: &str) -> String {
    let held = HELD.lock().unwrap_or_else(PoisonError::into_inner).clone();
    without(words, held.iter().map(String::as_str))
}

/// A value with no secret in any of its texts.
pub(crate) fn hidden_in<T: Serialize + DeserializeOwned>(value: T) -> T {
    let Ok(mut json) = serde_json::to_value(&value) else { return value };
    hide_texts(&mut json);
    serde_json::from_value(json).unwrap_or(value)
}

/// A value as JSON, with no secret in any of its texts. It may not read back as what it was.
///
/// # Errors
/// It has no JSON.
pub fn hidden_json(value: &impl Serialize) -> serde_json::Result<Value> {
    let mut json = serde_json::to_value(value)?;
    hide_texts(&mut json);
    Ok(json)
}

fn hide_texts(value: &mut Value) {
    match value {
        Value::String(text) => *text = hidden(text),
        Value::Array(values) => values.iter_mut().for_each(hide_texts),
        Value::Object(values) => values.values_mut().for_each(hide_texts),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The words without these secrets, and without the passwords of addresses.
pub(crate) fn without<'a>(words: &str, secrets: impl Iterator<Item = &'a str>) -> String {
    let mut shown = Cow::Borrowed(words);
    // The longest first: one may be a part of another.
    let mut secrets: Vec<&str> = secrets.filter(|secret| !secret.is_empty()).collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    for secret in secrets {
        if let Some(replaced) = replaced(&shown, |text| end_of_escaped(text, secret.as_bytes())) {
            shown = Cow::Owned(replaced);
        }
        for coded in coded(secret) {
            if shown.contains(&coded) {
                shown = Cow::Owned(shown.replace(&coded, HIDDEN));
            }
        }
    }
    without_passwords(&shown)
}

/// The text with whatever `end_of` finds at a place hidden. None: it finds nothing.
fn replaced(text: &str, end_of: impl Fn(&[u8]) -> Option<usize>) -> Option<String> {
    let bytes = text.as_bytes();
    let (mut out, mut kept, mut at) = (String::new(), 0, 0);
    while at < bytes.len() {
        match end_of(&bytes[at..]).filter(|_| text.is_char_boundary(at)) {
            Some(length) => {
                out += &text[kept..at];
                out += HIDDEN;
                at += length;
                kept = at;
            }
            None => at += 1,
        }
    }
    (kept > 0).then(|| out + &text[kept..])
}

/// Where the secret ends that the text begins with, each character as it is or escaped in whichever way.
fn end_of_escaped(text: &[u8], secret: &[u8]) -> Option<usize> {
    secret.iter().try_fold(0, |at, &wanted| Some(at + end_of_one(&text[at..], wanted)?))
}

/// `-`, `\u002d`, `\\u002D`, `\u{2d}`, `\x2d`, `\-`, `%2d`, `%252D`, `&#45;`, `&#x2d;`.
fn end_of_one(text: &[u8], wanted: u8) -> Option<usize> {
    if text.first()?.eq_ignore_ascii_case(&wanted) {
        return Some(1);
    }
    let is = |digits: &[u8], radix| {
        let number = u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()?;
        (number == u32::from(wanted)).then_some(())
    };
    let before = |rest: &[u8], end: u8| rest.iter().take(8).position(|&byte| byte == end);
    match text[0] {
        b'\\' => {
            let slashes = text.iter().take_while(|&&byte| byte == b'\\').count();
            let rest = &text[slashes..];
            match rest {
                [b'u', b'{', digits @ ..] => {
                    let end = before(digits, b'}')?;
                    is(&digits[..end], 16).map(|()| slashes + 3 + end)
                }
                [b'u', ..] if rest.get(1..5).is_some_and(|digits| is(digits, 16).is_some()) => Some(slashes + 5),
                [b'x', ..] if rest.get(1..3).is_some_and(|digits| is(digits, 16).is_some()) => Some(slashes + 3),
                [first, ..] if first.eq_ignore_ascii_case(&wanted) => Some(slashes + 1),
                _ => None,
            }
        }
        b'%' => {
            let mut at = 1;
            while text[at..].starts_with(b"25") {
                at += 2;
            }
            is(text.get(at..at + 2)?, 16).map(|()| at + 2)
        }
        b'&' => {
            let digits = text.strip_prefix(b"&#")?;
            let (digits, radix, start) = match digits {
                [b'x' | b'X', digits @ ..] => (digits, 16, 3),
                digits => (digits, 10, 2),
            };
            let end = before(digits, b';')?;
            is(&digits[..end], radix).map(|()| start + end + 1)
        }
        _ => None,
    }
}

/// What of the secret can be seen in base64 of whatever holds it, and in hex.
fn coded(secret: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for offset in 0..3 {
        let code = STANDARD_NO_PAD.encode([&[0; 3][..offset], secret.as_bytes()].concat());
        // The first and the last characters stand for bits of their neighbors as well.
        let (from, to) = ((offset * 8).div_ceil(6), (offset + secret.len()) * 8 / 6);
        if let Some(sure) = code.get(from..to.min(code.len())).filter(|sure| sure.len() >= SHORTEST) {
            forms.push(sure.to_owned());
            forms.push(sure.replace('+', "-").replace('/', "_"));
        }
    }
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    forms.push(hex.to_uppercase());
    forms.push(hex);
    forms
}

/// `https://user:password@host/..` without what is before the host. A user alone stays where programs log in by key.
fn without_passwords(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out += before;
        let is_end = |c: char| c.is_whitespace() || c.is_control() || "/?#\"'`<>()[]{}\\".contains(c);
        let authority = &after[..after.find(is_end).unwrap_or(after.len())];
        rest = after;
        if let Some((user, host)) = authority.rsplit_once('@') {
            let by_key = !user.contains(':') && before.ends_with("ssh://");
            if !by_key {
                out += HIDDEN;
                out.push('@');
                rest = &after[authority.len() - host.len()..];
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "cio-a/B+9_secret";

    fn shown(words: &str) -> String {
        without(words, [SECRET].into_iter())
    }

    #[test]
    fn a_secret_is_hidden_in_whichever_escapes_it_is_repeated() {
        let each = |escape: fn(u8) -> String| SECRET.bytes().map(escape).collect::<String>();
        let forms = [
            SECRET.to_owned(),
            SECRET.to_uppercase(),
            SECRET.replace('/', "\\/"),
            SECRET.replace('-', "\\u002d"),
            SECRET.replace('-', "\\\\u002D").replace('/', "\\\\/"),
            SECRET.replace('-', "%2d").replace('/', "%252F").replace('+', "%2B"),
            SECRET.replace('-', "&#45;").replace('/', "&#x2F;"),
            each(|byte| format!("\\u{byte:04x}")),
            each(|byte| format!("\\u{{{byte:x}}}")),
            each(|byte| format!("\\x{byte:02x}")),
            each(|byte| format!("%{byte:02X}")),
            each(|byte| format!("{byte:02x}")),
        ];
        for form in forms {
            assert_eq!(shown(&format!("no such token: {form}!")), "no such token: [hidden]!", "{form}");
        }
        assert_eq!(shown("cio-a/B+9_secre and nothing else: \\u00"), "cio-a/B+9_secre and nothing else: \\u00");
    }

    #[test]
    fn a_secret_is_hidden_in_base64_whatever_is_around_it() {
        for around in ["", "u", "user", "user:"] {
            let code = STANDARD_NO_PAD.encode(format!("{around}{SECRET}: x"));
            let text = shown(&format!("Basic {code}"));
            assert!(text.contains(HIDDEN) && text.len() < 40, "{text}");
        }
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        let shown = |text: &str| without(text, std::iter::empty());
        assert_eq!(
            shown("at sparse+https://me:s3:cr@t@host.example/a@b"),
            "at sparse+https://[hidden]@host.example/a@b"
        );
        assert_eq!(
            shown("https://t0ken@h.example and http://x:y@z"),
            "https://[hidden]@h.example and http://[hidden]@z"
        );
        for plain in
            ["ssh://git@host.example/x", "https://host.example/a@b", "file:///srv/a", "a://", "https://a.b?c=d@e"]
        {
            assert_eq!(shown(plain), plain);
        }
    }
}
