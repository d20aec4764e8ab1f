//! Plain text as Markdown: a page shows it as it was written.

/// Words that people wrote as text, such as the title of a pull request, as Markdown. What stands between backticks stays code;
/// of all else, the signs that Markdown, HTML or a forge would take for more than themselves get a backslash.
pub fn as_markdown(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 8);
    let doubled = |sign: char| text.matches(sign).count() > 1;
    let (struck, math) = (doubled('~'), doubled('$'));
    let spans = CodeSpans::of(text);
    let (mut at, mut before) = (0, ' ');
    while let Some(sign) = text[at..].chars().next() {
        let rest = &text[at + sign.len_utf8()..];
        let after = rest.chars().next().unwrap_or(' ');
        if let Some(length) = (sign == '`').then(|| spans.length(at)).flatten() {
            written.push_str(&text[at..at + length]);
            (at, before) = (at + length, '`');
            continue;
        }
        let apart = !before.is_alphanumeric();
        let escaped = match sign {
            '`' | '[' | '|' => true,
            '\\' => after.is_ascii_punctuation() || rest.is_empty(),
            '*' => !(before.is_whitespace() && after.is_whitespace()) || at == 0,
            '_' => apart || !after.is_alphanumeric(),
            '<' => after.is_ascii_alphabetic() || "/!?".contains(after),
            '&' => rest.split_once(';').is_some_and(|(name, _)| is_entity(name)),
            '~' => struck,
            '$' => math,
            '@' => apart && after.is_alphanumeric(),
            '#' if at == 0 => true,
            '#' => apart && after.is_ascii_digit(),
            '-' | '+' | '=' | '>' => at == 0,
            '.' | ')' => text[..at].len() < 10 && at > 0 && text[..at].bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        };
        if escaped {
            written.push('\\');
        }
        written.push(sign);
        (at, before) = (at + sign.len_utf8(), sign);
    }
    written
}

/// The words of a text without signs and capitals, to see whether two texts say the same.
pub fn said(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// What may stand between `&` and `;`.
fn is_entity(name: &str) -> bool {
    let name = name.strip_prefix('#').unwrap_or(name);
    (1..=32).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Runs of backticks in a text, and which later one closes each.
struct CodeSpans(std::collections::BTreeMap<usize, usize>);

impl CodeSpans {
    fn of(text: &str) -> Self {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for (at, _) in text.match_indices('`') {
            match runs.last_mut() {
                Some((start, length)) if *start + *length == at => *length += 1,
                _ => runs.push((at, 1)),
            }
        }
        let mut next: std::collections::HashMap<usize, usize> = std::collections::HashMap::new();
        let mut spans = std::collections::BTreeMap::new();
        for (start, length) in runs.into_iter().rev() {
            if let Some(close) = next.insert(length, start) {
                spans.insert(start, close + length - start);
            }
        }
        Self(spans)
    }

    /// How long the span is that begins here.
    fn length(&self, at: usize) -> Option<usize> {
        self.0.get(&at).copied()
    }
}
