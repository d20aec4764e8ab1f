//! Chains, spoiled in every way.

use proptest::prelude::*;

use super::*;
use crate::model::StepId;

fn named(step: &str) -> StepId {
    serde_json::from_value(step.into()).expect("a name")
}

fn journal(words: &[String]) -> Vec<JournalEntry> {
    let mut entries: Vec<JournalEntry> = Vec::new();
    for (n, word) in (0_i64..).zip(words) {
        let at = Timestamp::from_second(1_700_000_000 + n).expect("a time");
        let event = JournalEvent::Intent { step: named(word), reason: "due".to_owned() };
        entries.push(JournalEntry::after(entries.last(), at, "ann", event));
    }
    entries
}

#[test]
fn the_hash_is_over_sorted_json_without_spaces() {
    let [entry] = &journal(&["tag v1.0.0".to_owned()])[..] else { panic!("one entry") };
    let text = format!(
        concat!(
            r#"{{"at":"2023-11-14T22:13:20Z","event":{{"event":"intent","reason":"due","step":"tag v1.0.0"}},"#,
            r#""previous":"{}","sequence":1,"who":"ann"}}"#
        ),
        NO_ENTRY_BEFORE
    );
    let expected: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(entry.hash, expected);
}

#[test]
fn an_empty_journal_is_whole() {
    assert_eq!(verify_chain(&[]), Ok(()));
}

/// As the first versions kept it: the event's keys in the order of its fields.
fn as_first_kept(entry: &JournalEntry) -> KeptEntry {
    KeptEntry { event: serde_json::to_string(&entry.event).expect("JSON"), ..entry.kept() }
}

#[test]
fn the_spelling_of_the_first_versions_verifies_and_no_other_does() {
    let entries = journal(&["tag v1.0.0".to_owned(), "publish".to_owned()]);
    let old: Vec<KeptEntry> = entries.iter().map(as_first_kept).collect();
    assert_ne!(old[0].event, entries[0].kept().event);
    assert_eq!(verify_kept(&old, &[]), Ok(()));
    for kept in [old, entries.iter().map(JournalEntry::kept).collect()] {
        for (from, to) in [
            ("{", r#"{"note":"x","#),
            (r#""reason":"due""#, r#""reason":"due","reason":"due""#),
            (":", ": "),
            ("tag", r"\u0074ag"),
            (r#""due""#, r#""done""#),
        ] {
            let mut changed = kept.clone();
            changed[0].event = changed[0].event.replacen(from, to, 1);
            assert_ne!(changed, kept, "{from} -> {to}");
            assert_eq!(verify_kept(&changed, &[]), Err(BrokenChain::Content { sequence: 1 }), "{from} -> {to}");
        }
    }
}

#[test]
fn heads_show_what_is_cut_off_replaced_or_not_counted() {
    let words = ["a", "b", "c"].map(str::to_owned);
    let kept: Vec<KeptEntry> = journal(&words).iter().map(JournalEntry::kept).collect();
    let head = |count: usize, exact| {
        let hash = count.checked_sub(1).map_or(NO_ENTRY_BEFORE, |at| &kept[at].hash).to_owned();
        KeptHead { place: "head".to_owned(), head: Some(ChainHead { count: count as u64, hash }), exact }
    };
    let place = || "head".to_owned();
    assert_eq!(verify_kept(&kept, &[head(3, true), head(2, false), head(0, false)]), Ok(()));
    let cut = BrokenChain::Cut { place: place(), expected: 3, found: 2 };
    assert_eq!(verify_kept(&kept[..2], &[head(3, false)]), Err(cut));
    assert_eq!(verify_kept(&[], &[head(0, true)]), Ok(()));
    let uncounted = BrokenChain::Uncounted { place: place(), expected: 2, found: 3 };
    assert_eq!(verify_kept(&kept, &[head(2, true)]), Err(uncounted));
    let other = journal(&["a", "b", "d"].map(str::to_owned));
    let other: Vec<KeptEntry> = other.iter().map(JournalEntry::kept).collect();
    let replaced = BrokenChain::Replaced { place: place(), sequence: 3 };
    assert_eq!(verify_kept(&other, &[head(3, true)]), Err(replaced));
    let none = KeptHead { head: None, ..head(3, true) };
    assert_eq!(verify_kept(&kept, &[none]), Err(BrokenChain::NoHead { place: place() }));
}

#[test]
fn a_head_is_read_as_it_is_written_and_nothing_else_is() {
    let head = ChainHead { count: 12, hash: NO_ENTRY_BEFORE.to_owned() };
    assert_eq!(format!("{head}\n").parse(), Ok(head));
    for text in ["", "12", "12 abc", "x 00", &format!("-1 {NO_ENTRY_BEFORE}")] {
        assert_eq!(text.parse::<ChainHead>(), Err(()), "{text}");
    }
}

proptest! {
    #[test]
    fn a_whole_journal_verifies_also_after_a_trip_through_json(words in proptest::collection::vec(".{0,12}", 0..8)) {
        let entries = journal(&words);
        prop_assert_eq!(verify_chain(&entries), Ok(()));
        let text = serde_json::to_string(&entries).expect("JSON");
        let again: Vec<JournalEntry> = serde_json::from_str(&text).expect("entries");
        prop_assert_eq!(verify_chain(&again), Ok(()));
    }

    #[test]
    fn whatever_is_changed_is_found(
        words in proptest::collection::vec("[a-z]{1,8}", 2..8),
        place in any::<prop::sample::Index>(),
        what in 0..6,
    ) {
        let mut entries = journal(&words);
        let place = place.index(entries.len());
        let entry = &mut entries[place];
        match what {
            0 => entry.who.push('!'),
            1 => entry.at = Timestamp::UNIX_EPOCH,
            2 => entry.event = JournalEvent::Decision { what: "other".to_owned(), why: String::new() },
            3 => {
                // Changed with a hash that fits: the entry after shows it, if there is one.
                entry.who.push('!');
                entry.hash = entry.kept().content_hash();
                prop_assume!(place + 1 < entries.len());
            }
            4 => {
                prop_assume!(place + 1 < entries.len());
                entries.remove(place);
            }
            _ => {
                prop_assume!(place > 0);
                entries.swap(place - 1, place);
            }
        }
        prop_assert!(verify_chain(&entries).is_err());
    }
}
