//! The message of a picked commit: the original's, and where it came from.

use super::trailers::own_lines;
use crate::model::CommitId;

/// The original's message with trailers that say why it was picked, where that is known, and that name it, as git writes it.
pub fn message(original: &str, id: &CommitId, why: Option<&str>) -> String {
    let text = original.trim_end();
    let last = text.lines().next_back().unwrap_or_default();
    let paragraph = text.rsplit("\n\n").next().unwrap_or_default();
    let trailers = text.contains("\n\n") && paragraph.lines().all(is_trailer);
    let gap = if trailers || last.starts_with(ORIGIN) { "\n" } else { "\n\n" };
    let reason = reason(why);
    format!("{text}{gap}{reason}{ORIGIN}{id})\n")
}

fn reason(why: Option<&str>) -> String {
    why.map(|why| format!("{REASON}{why}\n")).unwrap_or_default()
}

/// The trailer that says why a change was picked.
const REASON: &str = "Backported-Because: ";

const ORIGIN: &str = "(cherry picked from commit ";

/// The message of several changes in one commit.
pub fn squashed(originals: &[(String, CommitId)], why: Option<&str>) -> String {
    if let [(text, id)] = originals {
        return message(text, id, why);
    }
    let subjects = originals.iter().map(|(text, _)| format!("* {}\n", text.lines().next().unwrap_or_default()));
    let origins = originals.iter().map(|(_, id)| format!("{ORIGIN}{id})\n"));
    let (subjects, origins) = (subjects.collect::<String>(), origins.collect::<String>());
    format!("Pick {} changes\n\n{subjects}\n{}{origins}", originals.len(), reason(why))
}

/// The commits that a message says it was picked from.
pub(super) fn origins(message: &str) -> impl Iterator<Item = &str> {
    own_lines(message).filter_map(|line| line.trim().strip_prefix(ORIGIN)?.strip_suffix(')'))
}

/// `Key: value`, or the line of an earlier pick.
fn is_trailer(line: &str) -> bool {
    let key = line.split_once(": ").map_or("", |(key, _)| key);
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_key || line.starts_with(ORIGIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(digit: char) -> CommitId {
        digit.to_string().repeat(40).parse().expect("a commit id")
    }

    #[test]
    fn the_origin_is_a_paragraph_of_its_own_or_joins_the_trailers() {
        let one = id('1');
        assert_eq!(
            message("Fix it (#12)\n", &one, None),
            format!("Fix it (#12)\n\n(cherry picked from commit {one})\n")
        );
        let signed = "Fix it\n\nBecause.\n\nSigned-off-by: A <a@example.com>\n";
        assert_eq!(message(signed, &one, None), format!("{signed}(cherry picked from commit {one})\n"));
        let twice = message(&message("Fix it", &one, None), &id('2'), None);
        assert_eq!(origins(&twice).collect::<Vec<_>>(), [one.as_str(), id('2').as_str()]);
        assert_eq!(twice.matches("\n\n").count(), 1, "{twice}");
    }

    #[test]
    fn the_reason_stands_before_the_origin() {
        let said = message("Fix it (#12)\n", &id('1'), Some("security (R7)"));
        let wanted =
            format!("Fix it (#12)\n\nBackported-Because: security (R7)\n(cherry picked from commit {})\n", id('1'));
        assert_eq!(said, wanted);
    }

    #[test]
    fn several_changes_in_one_commit_are_listed() {
        let both = squashed(&[("Fix a (#1)\n\nLong.".to_owned(), id('1')), ("Fix b (#2)".to_owned(), id('2'))], None);
        assert!(both.starts_with("Pick 2 changes\n\n* Fix a (#1)\n* Fix b (#2)\n\n(cherry picked"), "{both}");
        assert_eq!(origins(&both).count(), 2);
    }
}
