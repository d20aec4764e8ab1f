//! Trailers of a message: as git reads them, and where people really write them.
//!
//! Forges that squash put the trailers of the pull request above a rule line and those of co-authors below it; some list the
//! messages of all commits, each with trailers of its own. Line ends may be those of a web form.

/// `Key: value` pairs of the blocks at the end of a message, and at the end of each message that a squash lists. Folded values
/// are joined.
pub fn trailers(message: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for part in listed(&paragraphs(message)) {
        let is_footer = |block: &&&Vec<String>| {
            let footers = block.iter().filter(|line| pair(line).is_some() || is_other_footer(line)).count();
            footers == block.len()
        };
        // The last paragraph may have prose beside its trailers; those above it may not. The first one is the subject.
        let blocks: Vec<&Vec<String>> = part.iter().skip(1).collect();
        let last = blocks.iter().rev().take(1);
        let above = blocks.iter().rev().skip(1).take_while(is_footer);
        let ends_in_footer = blocks.last().is_some_and(|block| is_footer(&block));
        let above = above.filter(|_| ends_in_footer);
        found.extend(last.chain(above).flat_map(|block| block.iter().filter_map(|line| pair(line))));
    }
    found
}

/// The first value of a key, whatever its case.
pub fn trailer(message: &str, key: &str) -> Option<String> {
    trailers(message).into_iter().find_map(|(name, value)| name.eq_ignore_ascii_case(key).then_some(value))
}

/// The lines of a message outside of fenced and quoted text.
pub(super) fn own_lines(message: &str) -> impl Iterator<Item = &str> {
    let mut fence: Option<&str> = None;
    message.lines().map(str::trim_end).filter(move |line| {
        let start = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| start.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => return !start.starts_with('>'),
            (Some(_), _) => {}
        }
        false
    })
}

/// Paragraphs, with folded lines joined. A rule line ends one as an empty line does.
fn paragraphs(message: &str) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    for line in own_lines(message) {
        if line.trim().is_empty() || is_rule(line) {
            if all.last().is_some_and(|last| !last.is_empty()) {
                all.push(Vec::new());
            }
            continue;
        }
        let last = all.last_mut().expect("there is one");
        match last.last_mut() {
            Some(before) if line.starts_with([' ', '\t']) && pair(before).is_some() => {
                before.push(' ');
                before.push_str(line.trim());
            }
            _ => last.push(line.to_owned()),
        }
    }
    all.retain(|paragraph| !paragraph.is_empty());
    all
}

/// The messages that a squash lists: each begins with a paragraph `* Title`.
fn listed(paragraphs: &[Vec<String>]) -> Vec<&[Vec<String>]> {
    let begins = |at: &usize| *at > 0 && matches!(&paragraphs[*at][..], [line] if line.starts_with("* "));
    let mut parts = Vec::new();
    let mut from = 0;
    for at in (0..paragraphs.len()).filter(begins) {
        parts.push(&paragraphs[from..at]);
        from = at;
    }
    parts.push(&paragraphs[from..]);
    parts
}

/// Three or more of `-`, `*`, `_` or `=`, and nothing else.
fn is_rule(line: &str) -> bool {
    let marks: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    marks.len() >= 3 && ['-', '*', '_', '='].into_iter().any(|mark| marks.chars().all(|c| c == mark))
}

/// `Key: value`.
fn pair(line: &str) -> Option<(String, String)> {
    let (key, value) = line.split_once(':')?;
    let key = key.trim_end();
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    (is_key && !value.starts_with("//")).then(|| (key.to_owned(), value.trim().to_owned()))
}

/// The line of a pick, or one that closes an issue.
fn is_other_footer(line: &str) -> bool {
    let closes = ["fix", "fixes", "fixed", "close", "closes", "closed", "resolve", "resolves", "resolved"];
    let word = line.split_whitespace().next().unwrap_or_default().to_lowercase();
    line.starts_with("(cherry picked from commit ") || (closes.contains(&word.as_str()) && line.contains('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_found_wherever_people_write_it_and_not_where_they_quote_it() {
        let class = |message: &str| trailer(message, "change-class");
        let security = Some("security".to_owned());
        let both = "Co-authored-by: B <b@example.org>\nSigned-off-by: A <a@example.org>\n";
        for message in [
            "Fix it\n\nChange-Class: security\n".to_owned(),
            format!("Fix it (#10)\n\nWhy.\n\nChange-Class: security\n\n---------\n\n{both}"),
            format!("Fix it (#10)\r\n\r\nWhy.\r\n\r\nChange-Class: security\r\n\r\n---------\r\n\r\n{both}"),
            format!("Fix it\n\nChange-Class: security\n---------\n{both}"),
            format!("Fix it\n\nChange-Class: security\n\n* * *\n\n{both}"),
            format!("Fix it\n\nChange-Class: security\n\n{both}"),
            format!("Fix it\n\nChange-Class: security\n \t\n{both}"),
            "Fix it\n\nChange-Class:\n  security\n".to_owned(),
            "Fix it\n\nCHANGE-CLASS : security\n\nFixes #12.\n".to_owned(),
            "Fix it (#10)\n\n* Fix it\n\nChange-Class: security\n\n* Answer the review\n\nIt was too long.\n"
                .to_owned(),
            format!("Fix it\n\nChange-Class: security\n\n(cherry picked from commit {})\n", "1".repeat(40)),
        ] {
            assert_eq!(class(&message), security, "{message}");
        }
        for message in [
            "Change-Class: security",
            "Fix it\n\nChange-Class: security\n\nand not as a trailer",
            "Tell of classes\n\nWrite this:\n\n```\nChange-Class: security\n```\n",
            "Answer\n\n> Change-Class: security\n",
        ] {
            assert_eq!(class(message), None, "{message}");
        }
    }
}
