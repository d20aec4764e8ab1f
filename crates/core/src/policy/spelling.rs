//! The nearest known word to one that is not known.

use strsim::levenshtein;

/// The word that takes the fewest edits, if they are few enough to be a slip.
pub(super) fn nearest<'a>(word: &str, known: &'a [String]) -> Option<&'a str> {
    let word = word.to_lowercase().replace('_', "-");
    let (edits, near) = known.iter().map(|other| (levenshtein(&word, other), other)).min_by_key(|(edits, _)| *edits)?;
    let allowed = (word.chars().count().max(near.chars().count()) / 3).max(1);
    (edits <= allowed && edits < word.chars().count()).then_some(near.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_nonsense_finds_none() {
        let known = ["release".to_owned(), "cadence".to_owned(), "patience-days".to_owned()];
        assert_eq!(nearest("relaese", &known), Some("release"));
        assert_eq!(nearest("patience_days", &known), Some("patience-days"));
        assert_eq!(nearest("Cadense", &known), Some("cadence"));
        assert_eq!(nearest("zebra", &known), None);
        assert_eq!(nearest("x", &[]), None);
    }
}
